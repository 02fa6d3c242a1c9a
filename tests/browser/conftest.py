"""A real Chromium for every test here; what it must never do fails the test by itself."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright
from pytest_django.live_server_helper import LiveServer

from bin.chromium import launch


@pytest.fixture(scope="session", autouse=True)
def _beside_an_event_loop() -> Iterator[None]:
    # Playwright's loop runs in this thread, and Django would refuse to touch the database.
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A fresh Vietnamese visitor: addresses are relative to the live server.

    After the test: no request went to another host, no script failed, and the content security
    policy was never violated (Chromium reports both on the console).
    """
    outside: list[str] = []
    complaints: list[str] = []

    def on_request(request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname != "localhost":
            outside.append(request.url)

    def on_console(message: ConsoleMessage) -> None:
        refused = "Failed to load resource" in message.text  # A 4xx that the test asked for.
        if message.type == "error" and not refused:
            complaints.append(message.text)

    context = chromium.new_context(base_url=live_server.url, locale="vi-VN")
    context.set_default_timeout(10_000)
    visitor = context.new_page()
    visitor.on("request", on_request)
    visitor.on("console", on_console)
    visitor.on("pageerror", lambda error: complaints.append(str(error)))
    yield visitor
    context.close()
    assert outside == []
    assert complaints == []
