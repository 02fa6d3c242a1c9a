"""One document that proves many assignments."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core.models import AuditEvent
from tasks.models import Assignment, Evidence
from tests.factories import AgencyFactory, AssignmentFactory
from tests.tasks.conftest import Cast

URL = "/tasks/documents/"
DOCUMENT = {
    "save": "1",
    "number": "12/BC-SKHCN",
    "dated": "2025-11-15",
    "issuer": "Sở KH&CN",
    "subject": "Báo cáo quý",
}


@pytest.fixture
def two(cast: Cast) -> list[Assignment]:
    other = AssignmentFactory.create(task__plan=cast.plan, agency=cast.agency, task__due_on=None)
    return [cast.assignment, other]


def _ticks(rows: list[Assignment], **given: str) -> dict[str, Any]:
    return {"chosen": [f"{row.pk}:0" for row in rows], **given}


def test_one_document_serves_all_the_ticked(two: list[Assignment], officer: Client) -> None:
    assert officer.post(URL, _ticks(two)).status_code == 200
    assert officer.post(URL, _ticks(two, **DOCUMENT, back="q=x"))["Location"] == "/tasks/?q=x"
    document = Evidence.objects.get()
    assert list(document.assignments.order_by("pk")) == two
    event = AuditEvent.objects.get(action="evidence.attach")
    assert (event.after or {})["assignments"] == [row.pk for row in two]
    assert "Báo cáo quý" in officer.get(two[1].get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("field", "value"), [("number", " "), ("dated", "2099-01-01"), ("dated", "x")]
)
def test_wrong_input_comes_back_as_typed(
    two: list[Assignment], officer: Client, field: str, value: str
) -> None:
    answer = officer.post(URL, _ticks(two, **{**DOCUMENT, field: value}))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert "Báo cáo quý" in answer.content.decode()
    assert Evidence.objects.count() == 0


def test_one_file_is_stored_once_and_serves_all_the_ticked(
    two: list[Assignment], officer: Client
) -> None:
    pdf = SimpleUploadedFile("Quyết định.pdf", b"%PDF-1.7 x")
    answer = officer.post(URL, {**_ticks(two, **DOCUMENT), "number": "", "file": pdf})
    assert answer.status_code == 302
    proof = Evidence.objects.get()
    assert (proof.file_name, proof.issuer) == ("Quyết định.pdf", "Sở KH&CN")
    assert proof.assignments.count() == 2
    for row in two:
        assert f"/evidence/{proof.pk}/" in officer.get(row.get_absolute_url()).content.decode()


def test_a_link_alone_is_enough(two: list[Assignment], officer: Client) -> None:
    link = "https://example.gov.vn/vb/12"
    officer.post(URL, _ticks(two, save="1", link=link))
    assert list(Evidence.objects.values_list("link", flat=True)) == [link]


@pytest.mark.parametrize(
    ("field", "given"),
    [("link", "x"), ("file", SimpleUploadedFile("a.pdf", b"MZ\x90")), ("number", "9" * 81)],
)
def test_what_is_no_proof_is_refused_beside_its_field(
    two: list[Assignment], officer: Client, field: str, given: object
) -> None:
    answer = officer.post(URL, {**_ticks(two, **DOCUMENT), field: given})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert Evidence.objects.count() == 0


def test_it_is_attached_to_nothing_that_is_not_ones_own(
    cast: Cast, two: list[Assignment], client: Client
) -> None:
    foreign = AssignmentFactory.create(agency=AgencyFactory.create())
    client.force_login(cast.viewer)
    assert client.post(URL, _ticks(two, **DOCUMENT)).status_code == 403
    client.force_login(cast.officer)
    assert client.post(URL, _ticks([foreign], **DOCUMENT)).status_code == 302
    client.post(URL, _ticks([*two, foreign], **DOCUMENT))
    assert foreign.evidence.count() == 0
    assert Evidence.objects.get().assignments.count() == 2
