"""The officer's list, one assignment, and the review, as people meet them."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from core.calendar import clock
from tasks.models import Assignment, ExtensionRequest, Obstacle, StatusReport
from tasks.reporting import extensions
from tests.factories import (
    AssignmentFactory,
    ExtensionFactory,
    ObstacleFactory,
    StatusReportFactory,
    TaskFactory,
)
from tests.tasks.conftest import Cast
from tests.tasks.steps import LONG_AGO, accept, fresh, report

TODAY = clock.today().isoformat()
REPORT = {"state": "in_progress", "percent": "40", "effective_on": TODAY}
DONE = {**REPORT, "state": "completed", "result": "Đã xong", "evidence_number": "12/BC-SKHCN"}
HTMX = {"HX-Request": "true"}


@pytest.fixture
def page(cast: Cast) -> str:
    return f"/assignments/{cast.assignment.pk}/"


def as_user(client: Client, user: Any) -> Client:
    client.force_login(user)
    return client


@pytest.fixture
def officer(cast: Cast, client: Client) -> Client:
    return as_user(client, cast.officer)


# Who may ----------------------------------------------------------------------------------------


def test_signed_out_people_are_sent_to_sign_in(cast: Cast, page: str, client: Client) -> None:
    for address in ("/tasks/", page, "/review/", f"{page}line/"):
        response = client.get(address)
        assert (response.status_code, response["Location"].split("?")[0]) == (302, "/login/")


def test_a_stranger_finds_neither_the_page_nor_what_hangs_on_it(
    cast: Cast, page: str, client: Client
) -> None:
    sent = report(cast.assignment, cast.officer, "completed")
    obstacle = ObstacleFactory.create(assignment=cast.assignment)
    asked = ExtensionFactory.create(assignment=cast.assignment)
    as_user(client, cast.stranger)
    for address in (page, f"{page}line/", f"/evidence/{sent.evidence.get().pk}/"):
        assert client.get(address).status_code == 404
    for address in (
        page,
        f"{page}line/",
        f"{page}obstacles/",
        f"{page}extensions/",
        f"/review/{sent.pk}/",
        f"/obstacles/{obstacle.pk}/resolve/",
        f"/extensions/{asked.pk}/decide/",
    ):
        assert client.post(address, DONE).status_code == 404
    assert client.get("/review/").status_code == 403


def test_a_viewer_reads_and_changes_nothing(cast: Cast, page: str, client: Client) -> None:
    sent = report(cast.assignment, cast.officer)
    as_user(client, cast.viewer)
    text = client.get(page).content.decode()
    assert 'name="state"' not in text
    for address in (page, f"{page}obstacles/", f"{page}extensions/", f"/review/{sent.pk}/"):
        assert client.post(address, DONE).status_code == 403
    assert client.get("/review/").status_code == 403
    assert StatusReport.objects.count() == 1


def test_a_page_of_reading_takes_no_post_and_one_of_writing_no_get(
    cast: Cast, page: str, officer: Client
) -> None:
    assert officer.post("/tasks/").status_code == 405
    assert officer.get(f"{page}obstacles/").status_code == 405


# The list ---------------------------------------------------------------------------------------


def _listed(client: Client, **query: str) -> list[Assignment]:
    response = client.get("/tasks/", query)
    assert response.status_code == 200
    return [row.assignment for row in response.context["listing"].rows]


def _with(cast: Cast, **fields: Any) -> Assignment:
    return AssignmentFactory.create(task__plan=cast.plan, agency=cast.agency, **fields)


def test_the_most_urgent_comes_first(cast: Cast, officer: Client) -> None:
    done = _with(cast, task__due_on=None, state="completed", percent=100)
    waiting = _with(cast, task__due_on=None, waiting="review")
    returned = _with(cast, task__due_on=None, waiting="returned")
    soon = _with(cast, task__due_on=clock.today() + timedelta(days=7))
    overdue = _with(cast, task__due_on=clock.today() - timedelta(days=1))
    assert _listed(officer) == [overdue, soon, returned, waiting, cast.assignment, done]


def test_the_list_is_filtered_by_status_document_and_words_without_marks(
    cast: Cast, officer: Client
) -> None:
    task = TaskFactory.create(plan=cast.plan, title_vi="Số hóa hồ sơ đảng viên", due_on=LONG_AGO)
    found = AssignmentFactory.create(task=task, agency=cast.agency)
    assert _listed(officer, status="overdue") == [found]
    assert _listed(officer, q="so hoa DANG VIEN") == [found]
    assert _listed(officer, plan="99-KH/TU") == []
    assert _listed(officer, plan=cast.plan.number, status="completed") == []


def test_filters_stay_in_the_addresses_of_the_next_page_and_the_shelves(
    cast: Cast, officer: Client
) -> None:
    for _ in range(30):
        _with(cast)
    text = officer.get("/tasks/", {"q": "nhiem vu", "status": "overdue"}).content.decode()
    assert "q=nhiem+vu&amp;status=overdue&amp;page=2" in text


def test_the_list_shows_the_day_it_is_asked_for(cast: Cast, officer: Client) -> None:
    late = _with(cast, task__due_on=LONG_AGO)
    before = {"as_of": LONG_AGO.isoformat(), "status": "overdue"}
    assert _listed(officer, **before) == []
    assert _listed(officer, status="overdue") == [late]


@pytest.mark.parametrize("query", [{"status": "late"}, {"as_of": "tomorrow"}])
def test_a_filter_that_makes_no_sense_is_named(
    cast: Cast, officer: Client, query: dict[str, str]
) -> None:
    assert officer.get("/tasks/", query).status_code == 400


def test_the_list_takes_as_many_queries_for_many_rows_as_for_few(
    cast: Cast, officer: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(25):
        StatusReportFactory.create(assignment=_with(cast, task__due_on=None), percent=number)
    with django_assert_max_num_queries(14):
        officer.get("/tasks/")


# A line changed in place ------------------------------------------------------------------------


def test_a_line_opens_its_form_and_takes_it(cast: Cast, page: str, officer: Client) -> None:
    opened = officer.get(f"{page}line/?edit", headers=HTMX).content.decode()
    assert 'name="state"' in opened
    assert "<html" not in opened
    answer = officer.post(f"{page}line/", {**DONE, "version": "0"}, headers=HTMX)
    assert answer.status_code == 200
    assert fresh(cast.assignment).waiting == "review"


def test_a_line_with_wrong_input_is_the_form_again(cast: Cast, page: str, officer: Client) -> None:
    wrong = {**DONE, "result": "", "evidence_number": "<b>7"}
    answer = officer.post(f"{page}line/", wrong, headers=HTMX)
    assert answer.status_code == 422
    assert "&lt;b&gt;7" in answer.content.decode()


def test_without_htmx_a_line_is_the_assignments_page(page: str, officer: Client) -> None:
    assert officer.get(f"{page}line/?edit")["Location"] == f"{page}#report"


# One assignment ---------------------------------------------------------------------------------


def test_an_officer_reports_and_finds_it_in_the_history(
    cast: Cast, page: str, officer: Client
) -> None:
    answer = officer.post(page, {**DONE, "version": "0"}, follow=True)
    text = answer.content.decode()
    assert "12/BC-SKHCN" in text
    assert "Đã xong" in text
    assert fresh(cast.assignment).waiting == "review"


def test_wrong_input_comes_back_as_typed_with_the_reason_beside_the_field(
    cast: Cast, page: str, officer: Client
) -> None:
    answer = officer.post(page, {**DONE, "evidence_number": "", "effective_on": "2099-01-01"})
    form = answer.context["report_form"]
    assert answer.status_code == 422
    assert set(form.errors) == {"effective_on", "evidence_number"}
    text = answer.content.decode()
    assert "Đã xong" in text
    assert f'href="#{form["evidence_number"].id_for_label}"' in text
    assert StatusReport.objects.count() == 0


def test_a_stale_form_is_told_and_can_be_sent_again(cast: Cast, page: str, officer: Client) -> None:
    report(cast.assignment, cast.coordinator)
    answer = officer.post(page, {**DONE, "version": "0"})
    text = answer.content.decode()
    assert answer.status_code == 412
    assert cast.coordinator.full_name in text
    assert "Đã xong" in text
    assert 'name="version" value="1"' in text
    assert officer.post(page, {**DONE, "version": "1"}).status_code == 302


def test_no_change_is_one_click(cast: Cast, page: str, officer: Client) -> None:
    officer.post(page, {**REPORT, "unchanged": "1", "version": "0"})
    assert StatusReport.objects.get().unchanged


def test_overdue_work_asks_for_its_cause(cast: Cast, officer: Client) -> None:
    late = _with(cast, task__due_on=LONG_AGO)
    answer = officer.post(late.get_absolute_url(), REPORT)
    assert set(answer.context["report_form"].errors) == {"cause", "remedy", "expected_on"}
    why = {"cause": "Chờ", "remedy": "Đẩy nhanh", "expected_on": TODAY}
    assert officer.post(late.get_absolute_url(), {**REPORT, **why}).status_code == 302


def test_columns_that_people_may_not_set_do_not_change(
    cast: Cast, page: str, officer: Client
) -> None:
    protected = {
        "due_on": "2100-01-01",
        "assigned_on": "2020-01-01",
        "recorded_at": "2020-01-01",
        "reported_by_user": str(cast.viewer.pk),
    }
    officer.post(page, {**REPORT, **protected})
    now = fresh(cast.assignment)
    assert (now.due_on, now.assigned_on) == (cast.assignment.due_on, cast.assignment.assigned_on)
    assert StatusReport.objects.get().reported_by_user == cast.officer


def test_an_obstacle_is_recorded_and_resolved(cast: Cast, page: str, client: Client) -> None:
    as_user(client, cast.officer)
    assert client.post(f"{page}obstacles/", {"category": "people"}).status_code == 422
    client.post(f"{page}obstacles/", {"category": "people", "text": "Thiếu người"})
    obstacle = Obstacle.objects.get()
    as_user(client, cast.reviewer)
    address = f"/obstacles/{obstacle.pk}/resolve/"
    assert client.post(address, {"resolution": ""}).status_code == 422
    assert client.post(address, {"resolution": "Đã tuyển"}).status_code == 302
    obstacle.refresh_from_db()
    assert obstacle.resolved_on == clock.today()


def test_more_time_is_asked_for_and_granted(cast: Cast, page: str, client: Client) -> None:
    as_user(client, cast.officer)
    assert client.post(f"{page}extensions/", {"new_due_on": "x"}).status_code == 422
    client.post(f"{page}extensions/", {"new_due_on": "2100-06-30", "reason": "Chờ"})
    as_user(client, cast.reviewer)
    address = f"/extensions/{ExtensionRequest.objects.get().pk}/decide/"
    assert client.post(address, {"decision": "refused"}).status_code == 422
    assert client.post(address, {"decision": "granted"}).status_code == 302
    assert "31/12/2099" in client.get(page).content.decode()
    assert fresh(cast.assignment).due_on == date(2100, 6, 30)


def test_an_assignment_with_a_long_history_takes_no_more_queries(
    cast: Cast, page: str, officer: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(12):
        accept(report(cast.assignment, cast.officer, "completed"), cast.reviewer)
    with django_assert_max_num_queries(21):
        officer.get(page)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_is_there_in_both_languages(
    cast: Cast, page: str, client: Client, language: str
) -> None:
    report(cast.assignment, cast.officer, "completed")
    extensions.request_extension(
        cast.assignment, by=cast.officer, new_due_on=date(2100, 1, 1), reason="Chờ"
    )
    ObstacleFactory.create(assignment=cast.assignment)
    as_user(client, cast.reviewer)
    for address in ("/tasks/", page, "/review/"):
        client.cookies["django_language"] = language
        answer = client.get(address)
        assert answer.status_code == 200
        assert f'<html lang="{language}">' in answer.content.decode()


def test_a_form_begins_with_the_report_that_waits_and_says_that_it_replaces_it(
    cast: Cast, page: str, officer: Client
) -> None:
    report(cast.assignment, cast.officer, percent=80, result="Đã xong phần một")
    form = officer.get(page).context["report_form"]
    assert (form.initial["percent"], form.initial["result"]) == (80, "Đã xong phần một")
    assert "80%" in officer.get(page).content.decode().split("đang chờ duyệt")[0]
    assert fresh(cast.assignment).percent == 0
