"""Every kind of page that links lead to, as each role: for eyes, screen readers, without script."""

import pytest

from tests.browser.conftest import SignIn
from tests.browser.walk import Walk, pages

pytestmark = pytest.mark.browser

NOT_LINKED = {
    # Parts of pages, asked for by their scripts.
    "assignments/<pk>/line/", "imports/<pk>/state/", "notices/count/",
    "planning/documents/<pk>/due/",
    # A file, the operators' pages, the way in, and a link that comes by e-mail.
    "evidence/<pk>/", "freshness/", "healthz", "readyz", "home/", "notices/unsubscribe/<token>/",
    # About what the demo has none of: somebody's upload, what may be moved or deleted.
    "imports/<pk>/", "tasks/imports/<pk>/", "members/import/<pk>/", "planning/imports/<pk>/",
    "planning/imports/<pk>/columns/", "planning/assignments/<pk>/move/",
    "planning/documents/<pk>/delete/", "planning/tasks/<pk>/delete/",
}  # fmt: skip
ROLES = ("officer", "reviewer", "coordinator", "administrator")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_fits_every_width_and_shuts_nobody_out(sign_in: SignIn, language: str) -> None:
    seen: set[str] = set()
    faults: list[str] = []
    for role in ROLES:
        page = sign_in(role)
        page.click(f"button[name=language][value={language}]")
        walk = Walk(page)
        for route, address in walk.along_the_links():
            if route not in seen:
                walk.look(address)
        seen |= set(walk.routes)
        faults += [f"{role}: {fault}" for fault in walk.faults]
    assert not faults, "\n".join(faults)


def test_every_page_works_without_script(sign_in: SignIn) -> None:
    seen: set[str] = set()
    faults: list[str] = []
    for role in ROLES:
        walk = Walk(sign_in(role, script=False))
        for route, address in walk.along_the_links():
            if route not in seen:
                walk.try_without_script(address)
        seen |= set(walk.routes)
        faults += [f"{role}: {fault}" for fault in walk.faults]
    assert not faults, "\n".join(faults)
    assert pages() - seen - NOT_LINKED == set()
