"""Debian's Chromium, driven by Playwright: for the screenshot and for the browser tests."""

import os

from playwright.sync_api import Browser, Playwright

EXECUTABLE = "/usr/bin/chromium"
# A browser that looks for updates and experiments would talk to hosts that are none of ours.
QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]
# Chromium's sandbox refuses to start as root, which CI is.
SANDBOX = ["--no-sandbox"] if os.geteuid() == 0 else []


def launch(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=EXECUTABLE, args=[*QUIET, *SANDBOX])
