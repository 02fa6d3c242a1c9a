"""Files as evidence: known by their content, served by permission."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core.calendar import clock
from tasks.models import Evidence, StatusReport
from tasks.reporting.filetypes import DOCX, JPG, MAX_BYTES, PDF, PNG, XLSX, detect
from tests.tasks.conftest import Cast

PDF_BYTES = b"%PDF-1.7\nreport"
TODAY = clock.today().isoformat()


def office(*names: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF_BYTES, PDF),
        (b"\x89PNG\r\n\x1a\nrest", PNG),
        (b"\xff\xd8\xff\xe0rest", JPG),
        (office("[Content_Types].xml", "word/document.xml"), DOCX),
        (office("[Content_Types].xml", "xl/workbook.xml"), XLSX),
    ],
)
def test_a_type_is_told_by_content(content: bytes, kind: object) -> None:
    assert detect(content) == kind


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ\x90\x00",
        b"<html><script>alert(1)</script>",
        b"PK\x03\x04 not really a zip",
        office("readme.txt"),
        office("word/document.xml"),
        office("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
    ],
)
def test_everything_else_is_unknown(content: bytes) -> None:
    assert detect(content) is None


def send(client: Client, cast: Cast, name: str, content: bytes) -> int:
    fields = {
        "state": "completed",
        "effective_on": TODAY,
        "result": "Đã xong",
        "evidence_file": SimpleUploadedFile(name, content),
    }
    return client.post(f"/assignments/{cast.assignment.pk}/", fields).status_code


def test_a_file_is_enough_as_evidence_and_keeps_its_senders_name(
    cast: Cast, client: Client
) -> None:
    client.force_login(cast.officer)
    assert send(client, cast, "Báo cáo.exe", PDF_BYTES) == 302
    kept = Evidence.objects.get()
    assert (kept.file_name, kept.content_type) == ("Báo cáo.pdf", "application/pdf")
    assert "Báo" not in str(kept.file)
    assert kept.reports.get() == StatusReport.objects.get()


def test_a_file_is_served_as_an_attachment_to_those_who_see_the_assignment(
    cast: Cast, client: Client
) -> None:
    client.force_login(cast.officer)
    send(client, cast, "bao-cao.pdf", PDF_BYTES)
    address = f"/evidence/{Evidence.objects.get().pk}/"
    client.force_login(cast.viewer)
    answer = client.get(address)
    assert answer.getvalue() == PDF_BYTES
    assert answer["Content-Disposition"] == 'attachment; filename="bao-cao.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    client.force_login(cast.stranger)
    assert client.get(address).status_code == 404


def test_evidence_without_a_file_has_nothing_to_serve(cast: Cast, client: Client) -> None:
    evidence = Evidence.objects.create(number="12/BC", added_at=clock.now())
    evidence.assignments.add(cast.assignment)
    client.force_login(cast.viewer)
    assert client.get(f"/evidence/{evidence.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("name", "content"),
    [("report.pdf", b"MZ\x90\x00"), ("report.pdf", PDF_BYTES + b"0" * MAX_BYTES)],
    ids=["another type", "too large"],
)
def test_a_file_of_another_type_or_too_large_is_refused_and_not_kept(
    cast: Cast, client: Client, name: str, content: bytes
) -> None:
    client.force_login(cast.officer)
    assert send(client, cast, name, content) == 422
    assert StatusReport.objects.count() == Evidence.objects.count() == 0
