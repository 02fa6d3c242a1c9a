"""Pages leave packed; what is packed already, and what systems fetch, does not."""

import gzip
import io

import pytest
from django.test import Client
from openpyxl import load_workbook

from provinces.roles import Role
from tests.factories import (
    AssignmentFactory,
    ProvinceFactory,
    UserFactory,
    api_key,
    bearer,
    member,
)

pytestmark = pytest.mark.django_db
PACKED = {"Accept-Encoding": "gzip, deflate, br"}


@pytest.fixture
def officer(client: Client) -> Client:
    """Signed in; their agency has 25 assignments, a page of the list."""
    work = AssignmentFactory.create()
    AssignmentFactory.create_batch(24, agency=work.agency)
    client.force_login(member(UserFactory.create(), Role.OFFICER, work.agency))
    return client


def test_a_list_leaves_packed_and_is_the_same(officer: Client) -> None:
    packed, plain = officer.get("/tasks/", headers=PACKED), officer.get("/tasks/")
    assert packed["Content-Encoding"] == "gzip"
    assert not plain.has_header("Content-Encoding")
    assert all("Accept-Encoding" in answer["Vary"] for answer in (packed, plain))
    page = gzip.decompress(packed.content)
    assert len(packed.content) < len(page) / 4
    assert page.count(b"<li") == plain.content.count(b"<li") > 25


def test_two_answers_are_not_equally_long(officer: Client) -> None:
    """Else the length would tell, guess by guess, what is secret on the page (BREACH)."""
    lengths = {len(officer.get("/help/", headers=PACKED).content) for _time in range(12)}
    assert len(lengths) > 3


def test_a_workbook_leaves_as_it_is(officer: Client) -> None:
    answer = officer.get("/tasks/export.xlsx", headers=PACKED)
    assert not answer.has_header("Content-Encoding")
    assert load_workbook(io.BytesIO(b"".join(answer))).active


def test_an_answer_of_the_api_keeps_its_etag(client: Client) -> None:
    ProvinceFactory.create_batch(3)
    answer = client.get("/api/v1/areas/", headers={**bearer(api_key()), **PACKED})
    assert not answer.has_header("Content-Encoding")
    assert answer["ETag"].startswith('"')
