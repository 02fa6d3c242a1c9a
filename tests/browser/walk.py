"""Walks the product as one person: from the start page along every link, each kind of page once."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve
from playwright.sync_api import Page

from faults.product import wait_until
from tests.browser.axe import serious_findings
from tests.security.matrix import TABLE, plain, read_table

# Another's pages: Django's and Swagger's; files are no pages.
NOT_OURS = ("/admin/", "/api/", "/static/")
WIDTHS = (360, 1366, 1920)
_LINKS = "Array.from(document.querySelectorAll('a[href]'), a => a.href)"
# What a page without script cannot do: an htmx request that no link or form stands behind, a
# button that nothing answers.
_DEAD_WITHOUT_SCRIPT = """() => {
  const works = e => e.matches('a[href], form') || e.closest('form[action], form[method]');
  const dead = Array.from(document.querySelectorAll('[hx-get], [hx-post], [hx-put]')).filter(
    e => !works(e) && !e.matches('[hx-trigger*=every], [hx-trigger*=load]'));
  const idle = Array.from(document.querySelectorAll('button:not([hidden])')).filter(
    e => !e.form || e.type !== 'submit');
  return dead.concat(idle).map(e => e.outerHTML.slice(0, 120));
}"""
_FITS = "document.documentElement.scrollWidth <= window.innerWidth"


@dataclass
class Walk:
    """``routes``: the kinds of pages reached, with an address each; ``faults`` name their page."""

    page: Page
    routes: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def along_the_links(self, start: str = "/") -> Iterator[tuple[str, str]]:
        """Goes to one page of every route that links lead to; yields (route, address)."""
        waiting, known = deque([start]), {start}
        while waiting:
            address = waiting.popleft()
            route = route_of(address)
            if not route or route in self.routes:
                continue
            answer = self.page.goto(address, wait_until="load")
            self.routes[route] = address
            if answer is None or answer.status != 200:
                self.faults.append(f"{address}: answers {answer and answer.status}")
                continue
            yield route, address
            for link in self.page.evaluate(_LINKS):
                parts = urlsplit(link)
                there = parts.path + (f"?{parts.query}" if parts.query else "")
                if parts.scheme.startswith("http") and there not in known:
                    known.add(there)
                    waiting.append(there)

    def look(self, address: str) -> None:
        """One heading, no width beyond the window, nothing serious for a screen reader."""
        if self.page.locator("h1").count() != 1:
            self.faults.append(f"{address}: {self.page.locator('h1').count()} headings of rank 1")
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 768})
            try:
                # Charts follow a moment later.
                wait_until(lambda: bool(self.page.evaluate(_FITS)), seconds=3)
            except TimeoutError:
                self.faults.append(f"{address}: wider than {width} px")
        self.faults += [f"{address}: {finding}" for finding in serious_findings(self.page)]

    def try_without_script(self, address: str) -> None:
        if self.page.locator("h1").count() != 1:
            self.faults.append(f"{address}: {self.page.locator('h1').count()} headings of rank 1")
        dead = self.page.evaluate(_DEAD_WITHOUT_SCRIPT)
        self.faults += [f"{address}: does nothing without script: {what}" for what in dead]


def route_of(address: str) -> str:
    """The route as the table of permissions writes it; "" for what is no page of ours."""
    path = urlsplit(address).path
    try:
        return "" if _is_foreign(path) else plain(resolve(path).route) or "/"
    except Resolver404:
        return ""


def _is_foreign(path: str) -> bool:
    return path.startswith(NOT_OURS) or "." in path.rsplit("/", 1)[-1]


def pages() -> set[str]:
    """The routes of all pages in the table of permissions."""
    addresses = {rule.address for rule in read_table(TABLE.read_text()) if rule.method == "GET"}
    return {one for one in addresses if not _is_foreign("/" + one.lstrip("/"))}
