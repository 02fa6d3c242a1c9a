"""Every kind of page that links lead to, as each role: for eyes, screen readers, without script."""

import pytest

from tests.browser.conftest import SignIn
from tests.browser.walk import Walk

pytestmark = pytest.mark.browser

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
