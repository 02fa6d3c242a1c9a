"""Takes the README's picture from the running demo: python -m bin.screenshot docs/screenshot.png"""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright

from bin.chromium import launch

PAGE = "/provinces/40/?as_of=2025-11-15"


@contextmanager
def served_demo() -> Iterator[str]:
    """The address of a demo server that lives as long as the block."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "manage.py", "serve", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            _wait_for(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def _wait_for(port: int, *, seconds: float = 60) -> None:
    """Raises TimeoutError when the server does not answer in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == http.HTTPStatus.OK:
                return
        except OSError:
            time.sleep(0.2)
        finally:
            connection.close()
    raise TimeoutError(f"The demo did not answer within {seconds} s.")


def take(address: str, account: dict[str, str], target: Path) -> None:
    """Signs in, opens the page and waits until its charts are drawn."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_page(viewport={"width": 1366, "height": 768}, locale="vi-VN")
        page.goto(address + PAGE)
        page.fill("input[name=username]", account["username"])
        page.fill("input[name=password]", account["password"])
        page.press("input[name=password]", "Enter")
        page.wait_for_selector(".js-plotly-plot .main-svg")
        page.wait_for_load_state("networkidle")
        page.screenshot(path=target)
        browser.close()


def main() -> None:
    folder = Path(os.environ.get("R57_VAR_DIR", "var"))
    credentials = json.loads((folder / "demo-credentials.json").read_text())
    with served_demo() as address:
        take(address, credentials["users"]["viewer"], Path(sys.argv[1]))


if __name__ == "__main__":
    main()
