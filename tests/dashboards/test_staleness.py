"""A kept page is made again when something changed that it shows, whatever kind of thing; and only
then. Each act goes the way that people's acts go, and no page is told which it concerns."""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from http import HTTPStatus
from threading import Thread

import pytest
from django.core.cache import cache
from django.db import connections
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from core import staleness
from core.calendar import clock
from core.models import Touch, User
from core.queue import recalculation
from core.web import editing
from dashboards.frame import places
from dashboards.frame.serving import kept
from indicators.recording.services import record_reading
from provinces.agencies.services import CHANGED_FIELDS, change_agency, rename_agency
from provinces.members.services import DETAILS, change_details
from provinces.models.names import NAME_FIELDS
from provinces.plans import services as plans
from provinces.roles import Role
from targets.models import Target
from targets.services import judge
from tasks.models import Assignment
from tasks.planning import tasks
from tasks.reporting.cancelling import decide_cancelling, request_cancelling
from tasks.reporting.evidence import Proof
from tasks.reporting.extensions import decide_extension, request_extension
from tasks.reporting.obstacles import open_obstacle, resolve_obstacle
from tasks.reporting.reports import report_status
from tests.dashboards.conftest import DAY, Give, Place, Settle, indicator_of
from tests.factories import (
    AgencyFactory,
    IndicatorFactory,
    ObstacleFactory,
    ProvinceFactory,
    TargetFactory,
    UserFactory,
    member,
    reading,
)

LATE = date(2025, 11, 1)
PAST = (date(2025, 11, 3), DAY)


@dataclass(frozen=True)
class Work:
    """What the acts are done to, and who does them."""

    place: Place
    assignment: Assignment
    elsewhere: Assignment
    target: Target
    quality: Target
    officer: User
    chief: User
    """Coordinates and reviews."""


@pytest.fixture
def work(place: Place, give: Give, settle: Settle) -> Work:
    officer = member(UserFactory.create(full_name="Trần B"), Role.OFFICER, place.agency)
    chief = member(UserFactory.create(), Role.COORDINATOR, place.nation)
    member(chief, Role.REVIEWER, place.nation)
    assignment = give(LATE, responsible=officer)
    ObstacleFactory.create(assignment=assignment)
    target = TargetFactory.create(code="57-1", plan=place.plan)
    for period, value in (("2020", "12.66"), ("2024", "14.02")):
        reading(indicator_of(target), target.area, period, value, recorded_by_user=officer)
    quality = TargetFactory.create(
        code="57-2", plan=place.plan, indicator=None, comparator="qualitative", minimum=None
    )
    assignment.task.targets.add(target)
    elsewhere = give(LATE, agency=AgencyFactory.create(area=ProvinceFactory.create(code="01")))
    settle()
    return Work(place, assignment, elsewhere, target, quality, officer, chief)


def _report(work: Work, assignment: Assignment) -> None:
    report_status(
        assignment,
        by=work.chief,
        state="in_progress",
        percent=60,
        effective_on=DAY - timedelta(days=2),
        cause_kind="objective",
        cause="Thiếu hướng dẫn",
        remedy="Đề nghị hướng dẫn",
        expected_on=clock.today() + timedelta(days=30),
    )


def _extend(work: Work) -> None:
    day = clock.today() + timedelta(days=40)
    asked = request_extension(work.assignment, by=work.officer, new_due_on=day, reason="Chờ")
    decide_extension(asked, by=work.chief, granted=True)


def _cancel(work: Work) -> None:
    asked = request_cancelling(work.assignment, by=work.officer, reason="Trùng")
    decide_cancelling(asked, by=work.chief, granted=True, proof=Proof(number="9/QĐ"))


def _read(work: Work) -> None:
    indicator = indicator_of(work.target)
    sent = {"indicator": indicator.code, "area": work.target.area.code, "period": "2024"}
    record_reading({**sent, "value": "15.1", "published_on": "2025-11-10"}, by=work.chief)


def _rename(work: Work) -> None:
    agency, names = work.place.agency, dict.fromkeys(NAME_FIELDS, "Sở Sáng tạo")
    seen = editing.stamp(agency, NAME_FIELDS)
    rename_agency(agency, by=work.chief, names=names, from_day=date(2025, 11, 4), seen=seen)


def _new_head(work: Work) -> None:
    agency, given = work.place.agency, {"head_name": "Lê Văn Mới"}
    change_agency(agency, by=work.chief, given=given, seen=editing.stamp(agency, CHANGED_FIELDS))


def _task(work: Work) -> None:
    task, given = work.assignment.task, {"title_vi": "Một tên khác hẳn"}
    tasks.change_task(task, by=work.chief, given=given, seen=editing.stamp(task, task.WRITTEN))


def _plan(work: Work) -> None:
    plan, given = work.place.plan, {"name_vi": "Kế hoạch mang tên khác"}
    plans.change_plan(plan, by=work.chief, given=given, seen=editing.stamp(plan, plans.PLAN_FIELDS))


ACTS: Mapping[str, Callable[[Work], object]] = {
    "a report": lambda work: _report(work, work.assignment),
    "a report in another province": lambda work: _report(work, work.elsewhere),
    "more time": _extend,
    "an obstacle": lambda work: open_obstacle(
        by=work.officer, category="finance", text="Thiếu kinh phí", assignment=work.assignment
    ),
    "an obstacle solved": lambda work: resolve_obstacle(
        work.assignment.obstacles.get(), by=work.chief, resolution="Đã cấp"
    ),
    "work cancelled": _cancel,
    "a reading": _read,
    "a verdict": lambda work: judge(
        target=work.quality, by=work.chief, day=DAY, verdict="achieved", reason="Đã ban hành"
    ),
    "an agency's name": _rename,
    "an agency's head": _new_head,
    "a person's name": lambda work: change_details(
        work.officer, given={**dict.fromkeys(DETAILS, ""), "full_name": "Trần C"}, by=work.chief
    ),
    "a task's title": _task,
    "a document's name": _plan,
}


def _addresses(work: Work) -> list[str]:
    """Every page of the committee's, on today and on two past days."""
    named = [
        reverse(name)
        for name in (
            "overview",
            "provinces",
            "targets",
            "indicators",
            "documents",
            "compare",
            "late",
            "missing",
            "obstacles",
        )
    ]
    pages = [
        *named,
        "/provinces/40/",
        "/provinces/01/",
        "/targets/57-1/",
        "/targets/57-2/",
        f"/indicators/{indicator_of(work.target).code}/",
        f"/plans/{work.place.plan.pk}/",
        f"/api/v1/charts/completion-over-time/?plan={work.place.plan.number}",
        "/api/v1/charts/target-path/?target=57-1",
    ]
    joined = {page: "&" if "?" in page else "?" for page in pages}
    return [*pages, *(f"{p}{with_}as_of={day}" for p, with_ in joined.items() for day in PAST)]


def _seen(client: Client, addresses: list[str]) -> dict[str, str]:
    """What stands on the pages; the minute they were computed and the form's secret left aside."""
    found = {}
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == HTTPStatus.OK, address
        text = answer.content.decode()
        found[address] = re.sub(r"\d\d:\d\d|<input[^>]*csrf[^>]*>", "", text)
    return found


@pytest.mark.parametrize("act", ACTS)
def test_no_page_is_served_that_shows_what_was(client: Client, work: Work, act: str) -> None:
    client.force_login(work.place.viewer)
    addresses = _addresses(work)
    before = _seen(client, addresses)
    ACTS[act](work)
    recalculation.drain()
    served = _seen(client, addresses)
    cache.clear()
    now = _seen(client, addresses)
    assert [page for page in addresses if served[page] != now[page]] == []
    assert [page for page in addresses if served[page] != before[page]], "no page shows it"


@pytest.fixture
def costs(
    client: Client, work: Work, django_assert_max_num_queries: DjangoAssertNumQueries
) -> Callable[[str], int]:
    """SQL queries of a page: five at most where it was kept."""
    client.force_login(work.place.viewer)

    def count(address: str) -> int:
        with django_assert_max_num_queries(100) as captured:
            assert client.get(address).status_code == HTTPStatus.OK
        return len(captured)

    return count


KEPT = 5


def test_work_of_one_province_leaves_the_pages_of_others(
    work: Work, costs: Callable[[str], int]
) -> None:
    pages = [
        "/provinces/01/",
        "/provinces/40/",
        f"/indicators/{indicator_of(work.target).code}/",
        f"/provinces/40/?as_of={PAST[0]}",
    ]
    for page in pages:
        costs(page)
    assert max(map(costs, pages)) <= KEPT
    _report(work, work.assignment)
    recalculation.drain()
    assert [costs(page) <= KEPT for page in pages] == [True, False, True, True]


def test_a_figure_leaves_the_pages_of_other_indicators(
    work: Work, costs: Callable[[str], int]
) -> None:
    other = IndicatorFactory.create()
    reading(other, work.place.nation, "2024", "3")
    pages = [f"/indicators/{other.code}/", f"/indicators/{indicator_of(work.target).code}/"]
    for page in pages:
        costs(page)
    _read(work)
    recalculation.drain()
    assert [costs(page) <= KEPT for page in pages] == [True, False]


def test_of_many_who_ask_one_makes_the_page(work: Work, client: Client) -> None:
    """The others wait for it; whoever made it and died holds them up for a while only."""
    made: list[int] = []

    def make() -> str:
        made.append(1)
        time.sleep(0.2)
        return "page"

    def ask() -> None:
        try:
            kept(("a page",), make, clock.today())
        finally:
            connections.close_all()

    asked = [Thread(target=ask, daemon=True) for _n in range(4)]
    places.provinces()
    for one in asked:
        one.start()
    for one in asked:
        one.join(5)
    assert len(made) == 1


def test_rows_that_are_old_go_and_cost_a_page_once(work: Work, costs: Callable[[str], int]) -> None:
    _report(work, work.assignment)
    recalculation.drain()
    costs("/provinces/40/")
    Touch.objects.update(at=clock.now() - staleness.KEPT - timedelta(minutes=1))
    assert staleness.forget_old() > 0
    assert costs("/provinces/40/") > KEPT
    assert costs("/provinces/40/") <= KEPT
