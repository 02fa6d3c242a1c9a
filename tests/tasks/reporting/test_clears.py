"""The five or six clears at a glance."""

import re
from typing import Any

import pytest
from django.test import Client

from tests.tasks.conftest import Cast

FIVE = ["person", "work", "progress", "result", "responsibility"]
SIX = ["person", "work", "responsibility", "authority", "time", "result"]


@pytest.mark.parametrize(("number", "keys"), [(5, FIVE), (6, SIX)])
def test_the_page_shows_those_of_the_setting_in_their_order(
    cast: Cast, client: Client, settings: Any, number: int, keys: list[str]
) -> None:
    settings.R57_CLEARS = number
    client.force_login(cast.officer)
    page = client.get(cast.assignment.get_absolute_url())
    assert [clear.key for clear in page.context["clears"]] == keys
    assert re.search(rf"<h2>\s*{number} rõ\s*</h2>", page.content.decode())


def test_what_is_not_clear_is_said(cast: Cast, client: Client) -> None:
    client.force_login(cast.officer)
    page = client.get(cast.assignment.get_absolute_url()).content.decode()
    assert "chưa rõ người phụ trách" in page
    assert "chưa rõ sản phẩm" in page
