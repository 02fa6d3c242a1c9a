"""A real Chromium for every test here; what it must never do fails the test by itself."""

import re
from collections.abc import Iterator
from typing import Protocol
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    sync_playwright,
)
from pytest_django.live_server_helper import LiveServer

from bin.chromium import launch
from faults.product import Product

OURSELVES = {"localhost", "127.0.0.1"}


class Visit(Protocol):
    def __call__(self, address: str, *, script: bool = True, finger: bool = False) -> Page: ...


class SignIn(Protocol):
    def __call__(self, who: str, *, script: bool = True) -> Page: ...


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
def visit(chromium: Browser) -> Iterator[Visit]:
    """`visit(address)` gives a fresh Vietnamese visitor of that server, with or without script,
    with a mouse or a finger.

    After the test: no request went to another host, no script failed, and the content security
    policy was never violated (Chromium reports both on the console).
    """
    outside: list[str] = []
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    def on_request(request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname not in OURSELVES:
            outside.append(request.url)

    def on_console(message: ConsoleMessage) -> None:
        # A 4xx that the test asked for, a line that it cut.
        wanted = re.search("Failed to load resource|^htmx:(sendError|afterRequest)", message.text)
        if message.type == "error" and not wanted:
            complaints.append(message.text)

    def open_page(address: str, *, script: bool = True, finger: bool = False) -> Page:
        context = chromium.new_context(
            base_url=address, locale="vi-VN", java_script_enabled=script, has_touch=finger
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        visitor = context.new_page()
        visitor.on("request", on_request)
        visitor.on("console", on_console)
        visitor.on("pageerror", lambda error: complaints.append(str(error)))
        return visitor

    yield open_page
    for context in contexts:
        context.close()
    assert outside == []
    assert complaints == []


@pytest.fixture
def page(visit: Visit, live_server: LiveServer) -> Page:
    """A visitor of Django's live server: addresses are relative to it."""
    return visit(live_server.url)


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    product = Product(tmp_path_factory.mktemp("product"))
    product.set_up()
    product.start()
    yield product
    product.stop()


@pytest.fixture
def sign_in(visit: Visit, product: Product) -> SignIn:
    """`sign_in("officer")` gives that person's browser, signed in through the form."""

    def open_page(who: str, *, script: bool = True) -> Page:
        page = visit(product.address, script=script)
        account = product.credentials["users"][who]
        page.goto("/login/")
        page.fill("input[name=username]", account["username"])
        page.fill("input[name=password]", account["password"])
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "/login/" not in url)
        page.click("button[name=language][value=vi]")  # The account keeps what was chosen last.
        return page

    return open_page
