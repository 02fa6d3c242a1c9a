"""Red means late: what the style sheets say about colours."""

import re
from math import dist
from pathlib import Path

import pytest
from django.conf import settings

_BASE = Path(settings.BASE_DIR / "static/css/base.css").read_text()
_APART = 60
"""The least distance in RGB at which two colours are not taken for each other."""


def _colour(name: str) -> tuple[int, ...]:
    found = re.search(rf"--{name}: (#[0-9a-f]{{6}}|var\(--([\w-]+)\))", _BASE)
    assert found, name
    value, other = found.groups()
    return _colour(other) if other else tuple(bytes.fromhex(value[1:]))


@pytest.mark.parametrize("name", ["bs-link-color", "bs-link-hover-color"])
def test_a_link_is_not_taken_for_what_is_late(name: str) -> None:
    assert dist(_colour(name), _colour("bad")) >= _APART


def test_the_deep_red_is_of_the_head_and_the_main_button_alone() -> None:
    sheets = Path(settings.BASE_DIR / "static/css").glob("*.css")
    rules = "".join(
        re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL) for sheet in sheets
    )
    users = {
        selector.strip()
        for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", rules)
        if "var(--accent" in body
    }
    strangers = {name for name in users if "site-" not in name and "btn-main" not in name}
    assert strangers <= {".count"}, strangers
