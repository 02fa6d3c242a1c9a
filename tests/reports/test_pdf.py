"""PDF where LibreOffice is installed, a sentence where it is not. Its layout: tests/browser."""

import os
from http import HTTPStatus
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from reports.files import pdf
from reports.frozen.services import freeze
from reports.models import FrozenReport
from tests.reports.conftest import CLOSES, Office

WRITES = 'for given; do last=$given; done; cp "$last" "${last%.docx}.pdf"'
"""A stand-in that hands the Word file back under the name that is asked for."""


@pytest.fixture
def frozen(office: Office, client: Client) -> FrozenReport:
    client.force_login(office.viewer)
    return freeze(office.period, office.area, by=office.reviewer, at=CLOSES)


def _install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    program = tmp_path / "soffice"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")


def _file(client: Client, report: FrozenReport, name: str) -> HTTPStatus:
    return HTTPStatus(client.get(reverse("report_file", args=[report.pk, name])).status_code)


def test_without_libreoffice_the_page_says_so(
    client: Client, frozen: FrozenReport, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    page = client.get(frozen.get_absolute_url()).content.decode()
    assert "máy chủ chưa cài LibreOffice" in page
    assert "report.pdf" not in page
    assert _file(client, frozen, "report.pdf") == HTTPStatus.NOT_FOUND


def test_with_it_the_file_is_made_of_the_word_file(
    client: Client, frozen: FrozenReport, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _install(tmp_path, monkeypatch, WRITES)
    page = client.get(frozen.get_absolute_url()).content.decode()
    assert "máy chủ chưa cài LibreOffice" not in page
    answer = client.get(reverse("report_file", args=[frozen.pk, "report.pdf"]))
    assert answer["Content-Type"] == "application/pdf"
    word = client.get(reverse("report_file", args=[frozen.pk, "report.docx"]))
    assert answer.content == word.content


@pytest.mark.parametrize("script", ["exit 1", "true", "exec sleep 5"])
def test_a_failure_is_told_and_the_word_file_stays(
    client: Client,
    frozen: FrozenReport,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    script: str,
) -> None:
    _install(tmp_path, monkeypatch, script)
    monkeypatch.setattr(pdf, "_SECONDS", 0.5)
    answer = client.get(reverse("report_file", args=[frozen.pk, "report.pdf"]))
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert "Hãy lấy tệp Word" in answer.content.decode()
    assert _file(client, frozen, "report.docx") == HTTPStatus.OK
