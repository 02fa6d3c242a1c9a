"""Many at once: one row is held while it is changed, and the others are told."""

import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from core.calendar import clock
from core.errors import Refused
from indicators.clients import services
from indicators.models import ClientScope
from provinces.models import Plan
from provinces.plans import services as plan_services
from provinces.roles import Role
from tasks.models import Assignment, Review, StatusReport, Task
from tasks.planning import assigning, tasks
from tasks.reporting import reviews, undoing
from tasks.states import DueKind
from tests.factories import AgencyFactory, AssignmentFactory, TaskFactory, UserFactory, member
from tests.tasks.conftest import Cast
from tests.tasks.steps import fresh, report

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 8


def _at_once(work: Callable[[int], object]) -> list[str]:
    """What became of each: "" when it was done, else the code it was refused with."""

    def run(number: int) -> str:
        try:
            work(number)
        except Refused as refused:
            return refused.faults[0].code
        else:
            return ""
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return sorted(threads.map(run, range(AT_ONCE)))


def test_of_many_forms_made_from_one_version_one_is_taken(cast: Cast) -> None:
    answers = _at_once(lambda _: report(cast.assignment, cast.officer, if_version=0))
    assert answers == ["", *["stale"] * (AT_ONCE - 1)]
    assert StatusReport.objects.count() == 1
    assert fresh(cast.assignment).version == 1


def test_fifty_saves_of_one_stale_page_are_one_report_and_49_who_are_told(
    cast: Cast, client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    client.force_login(cast.officer)
    url = cast.assignment.get_absolute_url()

    def save(number: int) -> tuple[int, bool, bool]:
        """The answer, whether it says what changed, and whether it still holds what was typed."""
        browser, typed = Client(), f"Kết quả của người thứ {number}."
        browser.cookies = client.cookies
        sent = {
            "state": "in_progress",
            "percent": "40",
            "version": "0",
            "result": typed,
            "effective_on": clock.today().isoformat(),
        }
        try:
            answer = browser.post(url, sent)
        finally:
            connection.close()
        page = answer.content.decode()
        told = f"{cast.officer} đã cập nhật" in page and "Đang thực hiện, 40% (Chờ duyệt)" in page
        return answer.status_code, told, typed in page

    with ThreadPoolExecutor(AT_ONCE) as threads:
        answers = Counter(threads.map(save, range(50)))
    with capsys.disabled():
        sys.stdout.write(f"\n50 saves of one stale form: {dict(answers)}\n")
    assert answers == {(302, False, False): 1, (412, True, True): 49}
    assert StatusReport.objects.count() == 1


def test_of_many_decisions_on_one_report_one_is_taken(cast: Cast) -> None:
    sent = report(cast.assignment, cast.officer)
    reviewers = [member(UserFactory.create(), Role.REVIEWER, cast.area) for _ in range(AT_ONCE)]
    answers = _at_once(
        lambda number: reviews.review_report(sent, by=reviewers[number], decision="accepted")
    )
    assert answers == ["", *["already_decided"] * (AT_ONCE - 1)]
    assert Review.objects.count() == 1


def test_of_many_heads_who_approve_or_return_one_report_one_is_heard(cast: Cast) -> None:
    cast.plan.requires_agency_approval = True
    cast.plan.save()
    sent = report(cast.assignment, cast.officer)
    heads = [member(UserFactory.create(), Role.AGENCY_HEAD, cast.agency) for _ in range(AT_ONCE)]
    says = ("approved", "returned")
    answers = _at_once(
        lambda number: reviews.review_report(
            sent, by=heads[number], decision=says[number % 2], reason="Thiếu số liệu"
        )
    )
    assert answers == ["", *["already_decided"] * (AT_ONCE - 1)]
    assert Review.objects.count() == 1
    assert fresh(cast.assignment).waiting in {"review", "returned"}


def test_of_many_who_take_one_decision_back_one_does(cast: Cast) -> None:
    sent = report(cast.assignment, cast.officer)
    review = reviews.review_report(sent, by=cast.reviewer, decision="accepted")
    colleagues = [member(UserFactory.create(), Role.REVIEWER, cast.area) for _ in range(AT_ONCE)]
    answers = _at_once(lambda number: undoing.undo_review(review, by=colleagues[number]))
    assert answers == ["", *["already_undone"] * (AT_ONCE - 1)]
    assert fresh(cast.assignment).waiting == "review"


def test_reports_without_a_version_are_all_kept_and_counted(cast: Cast) -> None:
    assert _at_once(lambda _: report(cast.assignment, cast.officer)) == [""] * AT_ONCE
    assert fresh(cast.assignment).version == StatusReport.objects.count() == AT_ONCE


def test_of_many_documents_of_one_number_one_is_made(cast: Cast) -> None:
    given = {
        "number": "306-KH/TU",
        "kind": "plan",
        "issued_on": cast.plan.issued_on,
        "name_vi": "KH",
        "issuer_vi": cast.plan.issuer_vi,
        "area": cast.area,
    }
    answers = _at_once(
        lambda _: plan_services.create_plan(Plan(), by=cast.coordinator, given=given)
    )
    assert answers == ["", *["invalid"] * (AT_ONCE - 1)]


def test_of_many_tasks_of_one_number_one_is_made(cast: Cast) -> None:
    given = {
        "number": "99",
        "group": cast.assignment.task.group,
        "title_vi": "Việc",
        "due_kind": DueKind.NONE,
    }

    def make(_: int) -> Task:
        task = Task(plan=Plan.objects.select_related("area").get(pk=cast.plan.pk))
        return tasks.create_task(task, by=cast.coordinator, given=given)

    assert _at_once(make) == ["", *["taken"] * (AT_ONCE - 1)]


def test_of_many_connected_systems_of_one_name_one_is_made(cast: Cast) -> None:
    answers = _at_once(
        lambda _: services.create_client(
            name="IOC Nghệ An",
            owner=cast.viewer,
            note="",
            reach=services.Reach(ClientScope, [], [cast.area], can_write=False),
            expires_on=None,
            by=cast.coordinator,
        )
    )
    assert answers == ["", *["name_taken"] * (AT_ONCE - 1)]


def test_an_agency_that_is_given_a_task_twice_at_once_gets_it_once(cast: Cast) -> None:
    agency, other = AgencyFactory.create(area=cast.area), AgencyFactory.create(area=cast.area)
    task = TaskFactory.create(plan=cast.plan)
    moved = AssignmentFactory.create(task=task, agency=other)
    seen = assigning.stamp_of(moved)

    def give(number: int) -> None:
        if number % 2:
            assigning.move(moved, to=[agency], by=cast.coordinator, seen=seen)
        else:
            assigning.assign(
                task, agencies=[agency], assigned_on=clock.today(), due_on=None, by=cast.coordinator
            )

    assert set(_at_once(give)) <= {
        "",
        "stale",
        "taken",
        "invalid",
        "nothing_new",
        "given_meanwhile",
    }
    assert Assignment.objects.filter(task=task, agency=agency).count() == 1
