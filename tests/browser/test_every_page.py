"""Every kind of page that links lead to, as each role: for eyes, screen readers, without script."""

from collections.abc import Callable

import pytest

from tests.browser.conftest import SignIn
from tests.browser.walk import Walk, pages

pytestmark = pytest.mark.browser

NOT_LINKED = {
    # Parts of pages, asked for by their scripts.
    "assignments/<pk>/line/",
    "imports/<pk>/state/",
    "notices/count/",
    "planning/documents/<pk>/due/",
    # A file, the operators' pages, the way in, and a link that comes by e-mail.
    "evidence/<pk>/",
    "reports/<pk>/<name>",
    # Where the components stand side by side, for who builds pages.
    "style/",
    "freshness/",
    "healthz",
    "readyz",
    "home/",
    "login/sent/",
    "notices/unsubscribe/<token>/",
    # About what the demo has none of: somebody's upload, what may be moved or deleted.
    "imports/<pk>/",
    "imports/<pk>/columns/",
    "planning/imports/<pk>/names/",
    "tasks/imports/<pk>/",
    "members/import/<pk>/",
    "planning/imports/<pk>/",
    "planning/imports/<pk>/columns/",
    "planning/acts/<pk>/",
    "planning/assignments/<pk>/move/",
    "planning/documents/<pk>/delete/",
    "planning/tasks/<pk>/delete/",
}
ROLES = ("officer", "reviewer", "coordinator", "administrator")


def _seen(walk_as: Callable[[str], Walk], look: Callable[[Walk, str], None]) -> set[str]:
    """The routes that the roles come to; each is looked at once and must be without fault."""
    seen: set[str] = set()
    faults: list[str] = []
    for role in ROLES:
        walk = walk_as(role)
        for route, address in walk.along_the_links():
            if route not in seen:
                look(walk, address)
        seen |= set(walk.routes)
        faults += [f"{role}: {fault}" for fault in walk.faults]
    assert not faults, "\n".join(faults)
    return seen


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_fits_every_width_and_shuts_nobody_out(sign_in: SignIn, language: str) -> None:
    def walk_as(role: str) -> Walk:
        page = sign_in(role)
        page.click(f"button[name=language][value={language}]")
        return Walk(page)

    assert _seen(walk_as, Walk.look)


def test_every_page_works_without_script(sign_in: SignIn) -> None:
    seen = _seen(lambda role: Walk(sign_in(role, script=False)), Walk.try_without_script)
    assert pages() - seen - NOT_LINKED == set()
