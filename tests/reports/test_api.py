"""Frozen reports over REST: with their files, for people and for systems whose scope names them."""

from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils.translation import override

from provinces.models import Plan, PlanScope
from reports.files.word import word
from reports.frozen.services import freeze
from reports.models import FrozenReport, SignedCopy
from tasks.models import Review
from tests.factories import ApiClientFactory, api_key, bearer
from tests.reports.conftest import CLOSES, FRIDAY, Office

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture
def frozen(office: Office) -> FrozenReport:
    return freeze(office.period, office.area, by=office.reviewer, at=CLOSES)


@pytest.fixture
def system(office: Office) -> Client:
    """A system that may read the document in the province."""
    client = ApiClientFactory.create()
    PlanScope.objects.create(client=client, plan=office.plan, area=office.area)
    return Client(headers=bearer(api_key(client)))


def _get(client: Client, path: str) -> Any:
    return client.get(path, headers={"Accept-Language": "vi"})


def test_a_key_opens_the_files_that_the_report_names(system: Client, frozen: FrozenReport) -> None:
    told = _get(system, f"/api/v1/reports/{frozen.pk}/").json()
    assert {"report.docx", "report.xlsx", "report.txt", "summary.docx"} <= set(told["files"])
    answer = _get(system, told["files"]["report.docx"])
    assert answer.status_code == HTTPStatus.OK
    with override("vi"):
        assert answer.content == word(frozen)
    assert _get(system, told["files"]["report.docx"].replace("docx", "exe")).status_code == 404


def test_a_key_of_another_document_finds_nothing(frozen: FrozenReport) -> None:
    other = Client(headers=bearer(api_key(ApiClientFactory.create())))
    assert _get(other, f"/api/v1/reports/{frozen.pk}/report.docx").status_code == 404


def test_json_page_and_files_stay_the_same_after_a_late_report(
    office: Office, system: Client, client: Client, frozen: FrozenReport
) -> None:
    paths = [f"/api/v1/reports/{frozen.pk}/{name}" for name in ("report.docx", "report.xlsx")]
    before = [_get(system, path).content for path in paths]
    told = _get(system, f"/api/v1/reports/{frozen.pk}/").json()
    office.report(4, "completed", date(2025, 11, 13), CLOSES + timedelta(days=3))
    assert [_get(system, path).content for path in paths] == before
    now = _get(system, f"/api/v1/reports/{frozen.pk}/").json()
    corrections = now.pop("corrections")
    told.pop("corrections")
    assert now == told
    [line] = corrections
    assert (line["was"], line["now"]) == ("not_started_overdue", "completed_late")
    client.force_login(office.viewer)
    page = client.get(frozen.get_absolute_url()).content.decode()
    assert "Điều chỉnh sau báo cáo" in page
    assert "+1" in page


def test_the_signed_paper_is_named(system: Client, office: Office, frozen: FrozenReport) -> None:
    path = f"/api/v1/reports/{frozen.pk}/"
    assert _get(system, path).json()["signed"] is None
    SignedCopy.objects.create(
        report=frozen, number="12-BC/VPTU", signed_on=FRIDAY, by=office.reviewer, at=CLOSES
    )
    assert _get(system, path).json()["signed"] == {
        "number": "12-BC/VPTU",
        "signed_on": "2025-11-14",
    }


def test_what_cannot_be_frozen_has_its_code(client: Client, office: Office) -> None:
    client.force_login(office.reviewer)
    path = f"/api/v1/reporting-periods/{office.period.pk}/freeze/"

    def codes(**given: str) -> tuple[int, list[str]]:
        answer = client.post(path, {"area": "40", **given}, content_type="application/json")
        return answer.status_code, [one["code"] for one in answer.json().get("errors", [])]

    type(office.period).objects.update(closes_at=CLOSES + timedelta(days=4000))
    assert codes() == (HTTPStatus.CONFLICT, ["not_closed_yet"])
    type(office.period).objects.update(closes_at=CLOSES)
    assert codes() == (HTTPStatus.CREATED, [])
    assert codes() == (HTTPStatus.BAD_REQUEST, ["reason_needed"])
    assert codes(reason="Bổ sung") == (HTTPStatus.CREATED, [])


@pytest.mark.parametrize(
    ("name", "accept", "status"),
    [
        ("report.docx", "*/*", 200),
        ("report.docx", "application/*", 200),
        (
            "report.docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            200,
        ),
        ("report.docx", "text/html, */*;q=0.1", 200),
        ("report.txt", "text/plain", 200),
        ("report.txt", "text/plain; charset=utf-8", 200),
        ("report.docx", "text/html", 406),
        ("report.xlsx", "application/json", 406),
    ],
)
def test_a_file_answers_to_every_accept_that_its_type_satisfies(
    system: Client, frozen: FrozenReport, name: str, accept: str, status: int
) -> None:
    answer = system.get(f"/api/v1/reports/{frozen.pk}/{name}", headers={"Accept": accept})
    assert answer.status_code == status
    if status == HTTPStatus.NOT_ACCEPTABLE:
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["errors"][0]["code"] == "not_acceptable"
    else:
        assert "attachment" in answer["Content-Disposition"]


def test_the_list_names_what_the_contract_names(system: Client, frozen: FrozenReport) -> None:
    [told] = _get(system, "/api/v1/reports/").json()["results"]
    asked = "plan=305-KH/TU&area=40&as_of=2025-11-14&known_at=2025-11-15"
    whole = _get(system, f"/api/v1/completion/?{asked}").json()
    names = ("total", "completed", "in_progress_overdue", "not_started_overdue", "ongoing")
    assert {name: told["counts"][name] for name in names} == {name: whole[name] for name in names}
    assert (told["rate"], told["due_rate"]) == (whole["rate"], whole["due_rate"])
    assert {"docx", "xlsx"} <= set(told["files"])


def test_an_unknown_length_of_period_is_refused(system: Client, frozen: FrozenReport) -> None:
    assert len(_get(system, "/api/v1/reports/?period=week").json()["results"]) == 1
    answer = _get(system, "/api/v1/reports/?period=fortnight")
    assert answer.json()["errors"][0]["pointer"] == "/period"


def test_a_decision_after_freezing_is_named_with_who_made_it(
    office: Office, system: Client, client: Client
) -> None:
    """The report was there before; what counts is that it was accepted since."""
    Plan.objects.filter(pk=office.plan.pk).update(requires_review=True)
    told = office.report(4, "completed", date(2025, 11, 13), CLOSES - timedelta(hours=3))
    frozen = freeze(office.period, office.area, by=office.reviewer, at=CLOSES)
    later = CLOSES + timedelta(days=3)
    Review.objects.create(report=told, decision="accepted", by=office.reviewer, at=later)
    [line] = _get(system, f"/api/v1/reports/{frozen.pk}/").json()["corrections"]
    assert (line["kind"], line["assignment"]) == ("review", office.tasks[3].pk)
    assert (line["status_reports"], line["effect"]) == ([], {"completed": 1, "overdue": -1})
    assert datetime.fromisoformat(line["recorded_at"]) == later
    assert [one["status_report"] for one in line["reviews"]] == [told.pk]
    client.force_login(office.viewer)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = client.get(frozen.get_absolute_url()).content.decode()
    assert f"Accepted by {office.reviewer} at 16:00 17/11/2025" in page
    part = page.partition("Corrected after the report")[2].partition("</section>")[0]
    assert office.tasks[3].task.title_en in part
    assert office.tasks[3].task.title_vi not in part


def test_a_late_report_is_a_correction_by_what_it_changes(
    office: Office, system: Client, frozen: FrozenReport
) -> None:
    at = CLOSES + timedelta(days=3)
    office.report(4, "completed", date(2025, 11, 13), at)
    [line] = _get(system, f"/api/v1/reports/{frozen.pk}/").json()["corrections"]
    assert (line["kind"], line["effect"]) == ("status_report", {"completed": 1, "overdue": -1})
    assert datetime.fromisoformat(line["recorded_at"]) == at
