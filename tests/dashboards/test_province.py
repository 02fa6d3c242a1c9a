"""One province, as of any day."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from dashboards.pages.obstacles import proposals_of
from provinces.models import Agency
from provinces.roles import Role
from tasks.models import Proposal
from tests.dashboards.conftest import DAY, Give, Place, Settle, Visit
from tests.factories import (
    AgencyFactory,
    CommuneFactory,
    ExtensionFactory,
    GroupFactory,
    ObstacleFactory,
    PhaseFactory,
    PlanFactory,
    ProvinceFactory,
    ReviewFactory,
    StatusReportFactory,
    TargetFactory,
    UserFactory,
    member,
)

PAGE = "/provinces/40/"
LATE = date(2025, 11, 1)


@pytest.fixture
def page(visit: Visit, settle: Settle) -> Callable[..., Any]:
    """What the province page was rendered from."""

    def read(**query: str) -> Any:
        settle()
        return visit(PAGE, **query).context["page"]

    return read


def test_the_big_figure_is_completed_of_what_counts(
    give: Give, visit: Visit, settle: Settle
) -> None:
    for done in (LATE, LATE, None):
        give(done=done)
    give(None)
    settle()
    text = re.sub(r"<[^>]+>", " ", visit(PAGE).content.decode())
    assert "2 / 3 = 66,7%" in " ".join(text.split())


def test_an_earlier_day_shows_earlier_figures(give: Give, page: Any) -> None:
    give(done=date(2025, 9, 1))
    give(done=date(2025, 11, 10))
    assert page().plans[0].counts.now.completed == 2
    assert page(as_of="2025-10-01").plans[0].counts.now.completed == 1


def test_the_statuses_add_up_to_the_total(give: Give, page: Any) -> None:
    give(done=date(2025, 9, 1))
    give(LATE, done=date(2025, 11, 5))
    give(LATE, started=date(2025, 9, 1))
    give(started=date(2025, 9, 1))
    give()
    [plan] = page().plans
    assert {part.status: part.count for part in plan.counts.parts} == {
        "completed_on_time": 1,
        "completed_late": 1,
        "in_progress_overdue": 1,
        "in_progress_on_schedule": 1,
        "not_started_on_schedule": 1,
    }
    assert plan.counts.now.total == 5
    assert [part.start for part in plan.counts.parts] == [0, 200, 400, 600, 800]


def test_the_agency_with_most_overdue_comes_first_with_its_head(
    place: Place, give: Give, page: Any
) -> None:
    give(agency=AgencyFactory.create(protocol_order=1))
    give(LATE)
    first, second = page().plans[0].agencies
    assert (first.head, first.counts.now.overdue) == ("Nguyễn Thị Hoa", 1)
    assert second.counts.now.overdue == 0


def test_the_group_with_the_lowest_rate_comes_first(place: Place, give: Give, page: Any) -> None:
    for number, done in ((2, LATE), (10, None), (3, None)):
        give(task__group=GroupFactory.create(plan=place.plan, number=number), done=done)
    assert [line.number for line in page().plans[0].groups] == [3, 10, 2]


def test_the_trend_counts_what_was_completed_and_what_fell_due(give: Give, page: Any) -> None:
    give(date(2025, 3, 31), done=date(2025, 3, 10))
    give(date(2025, 6, 30))
    last = page().plans[0].steps[-1]
    assert (last.completed, last.due, last.overdue, last.total) == (1, 2, 1, 2)
    months = {month.day: (month.completed, month.due) for month in page().plans[0].months}
    assert months[date(2025, 3, 31)] == (1, 0)
    assert months[date(2025, 7, 31)] == (1, 2)


def test_work_that_is_not_accepted_yet_does_not_count(place: Place, page: Any, give: Give) -> None:
    place.plan.requires_review = True
    place.plan.save()
    report = StatusReportFactory.create(
        assignment=give(LATE), state="completed", effective_on=date(2025, 10, 20)
    )
    assert page().upcoming.late_total == 1
    ReviewFactory.create(report=report)
    assert page().upcoming.late_total == 0


def test_what_fell_due_by_a_past_day_is_what_that_day_said(
    give: Give, place: Place, visit: Visit, page: Any
) -> None:
    """After an extension and a cancelling, each month of the table says what its own day says."""
    for month in range(4, 10):
        give(date(2025, month, 10))
    extended = give(date(2025, 6, 20))
    ExtensionFactory.create(
        assignment=extended,
        new_due_on=date(2025, 12, 1),
        decision="granted",
        decided_on=date(2025, 9, 5),
        decided_at=timezone.now(),
    )
    refused = give(date(2025, 7, 20))
    ExtensionFactory.create(
        assignment=refused,
        decision="refused",
        decided_on=date(2025, 7, 1),
        decided_at=timezone.now(),
    )
    cancelled = give(date(2025, 5, 20))
    StatusReportFactory.create(
        assignment=cancelled, state="cancelled", effective_on=date(2025, 10, 7)
    )
    said = {month.day: month.due for month in page().plans[0].months}
    assert [n for day, n in sorted(said.items()) if day.month >= 4][:8] == [1, 3, 5, 7, 8, 8, 7, 7]
    for day, due in said.items():
        then = page(as_of=day.isoformat()).plans[0].steps[-1]
        assert (then.day, then.due) == (day, due)
        chart = visit(
            "/api/v1/charts/completion-over-time/", as_of=day.isoformat(), plan=place.plan.number
        ).json()
        assert chart["data"][0]["y"][-1] == due


def test_an_extension_moves_the_deadline_from_the_day_of_its_decision(
    give: Give, page: Any
) -> None:
    ExtensionFactory.create(
        assignment=give(LATE),
        decision="granted",
        new_due_on=date(2026, 6, 30),
        decided_on=date(2025, 11, 10),
        decided_at="2025-11-10T09:00+07:00",
    )
    assert page().upcoming.late == ()
    [item] = page(as_of="2025-11-09").upcoming.late
    assert item.days == 8


def test_communes_are_told_by_phase_and_apart(place: Place, give: Give, page: Any) -> None:
    plan = PlanFactory.create(number="02-KH/BCĐTW", area=place.nation)
    phases = [PhaseFactory.create(plan=plan, number=n) for n in (1, 2)]
    for parent in range(2):
        agency = AgencyFactory.create(area=CommuneFactory.create(parent=place.area))
        give(task__plan=plan, task__phase=phases[0], agency=agency, done=LATE)
        give(LATE, task__plan=plan, task__phase=phases[1], agency=agency, task__number=f"2{parent}")
    found = page()
    [communes] = found.communes
    assert [(phase.name, phase.done, phase.total) for phase in communes.phases] == [
        ("Giai đoạn 1", 2, 2),
        ("Giai đoạn 2", 0, 2),
    ]
    assert (communes.communes, communes.finished, communes.with_overdue) == (2, 0, 2)
    assert (found.plans, found.upcoming.late) == ((), ())


def test_targets_and_proposals_of_the_province_are_listed(
    place: Place, give: Give, visit: Visit, settle: Settle
) -> None:
    TargetFactory.create(plan=place.plan, name_vi="Hạ tầng số")
    ObstacleFactory.create(assignment=give())
    settle()
    text = visit(PAGE).content.decode()
    assert "Hạ tầng số" in text
    assert "chưa có kiến nghị" in text


def test_a_proposal_stands_on_the_page_from_the_day_it_was_sent(place: Place) -> None:
    for sent_on in (None, DAY):
        Proposal.objects.create(text_vi="Hỗ trợ", area=place.area, sent_on=sent_on)
    assert proposals_of(place.area.path, DAY - timedelta(days=1)) == []
    assert [line.sent_on for line in proposals_of(place.area.path, DAY)] == [DAY]


def test_an_obstacle_stands_beside_what_was_proposed_about_it(
    place: Place, give: Give, page: Any
) -> None:
    sent = Proposal.objects.create(text_vi="Hỗ trợ", area=place.area, sent_on=LATE)
    Proposal.objects.create(text_vi="Khác", area=place.area, sent_on=LATE)
    ObstacleFactory.create(assignment=give(), proposal=sent)
    about, other = page().obstacles
    assert (about.category.units, [one.text for one in about.proposals]) == (1, ["Hỗ trợ"])
    assert (other.category, [one.text for one in other.proposals]) == (None, ["Khác"])


def test_the_reports_that_made_the_change_are_named(give: Give, page: Any) -> None:
    give(done=date(2025, 11, 10))
    give(done=date(2025, 11, 1))
    give(date(2025, 11, 9), task__title_vi="Số hóa hồ sơ")
    give(LATE)
    changes = page().changes
    assert (changes.completed.count, changes.overdue.count) == (1, 1)
    assert [task.on for task in changes.completed.shown] == [date(2025, 11, 10)]
    assert [task.title for task in changes.overdue.shown] == ["Số hóa hồ sơ"]


@pytest.mark.parametrize(
    ("late", "done", "says"),
    [
        (0, 1, "Không có gì quá hạn: 1 hoàn thành, 0 đến hạn"),
        (2, 1, "Chậm hơn thời hạn: 1 hoàn thành khi 2 đến hạn"),
    ],
)
def test_the_title_of_the_chart_is_its_finding(
    give: Give, page: Any, late: int, done: int, says: str
) -> None:
    for _n in range(late):
        give(LATE)
    for _n in range(done):
        give(done=date(2025, 9, 1))
    assert page().plans[0].finding == says


def test_four_days_stand_side_by_side(give: Give, page: Any) -> None:
    give(done=date(2025, 9, 1))
    give(done=date(2025, 11, 10))
    days = page().plans[0].days
    assert [(on.day, on.counts.completed) for on in days] == [
        (date(2024, 11, 15), 0),
        (date(2025, 10, 15), 1),
        (date(2025, 11, 8), 1),
        (date(2025, 11, 15), 2),
    ]


def test_a_province_without_anything_says_so(place: Place, visit: Visit) -> None:
    ProvinceFactory.create(code="01")
    text = visit("/provinces/01/").content.decode()
    assert "chưa có nhiệm vụ nào giao cho các cơ quan của tỉnh, thành phố" in text
    assert "chưa có văn bản nào giao chỉ tiêu" in text


def test_another_provinces_member_sees_figures_but_no_titles(
    give: Give, visit: Visit, settle: Settle
) -> None:
    give(LATE, task__title_vi="Số hóa hồ sơ")
    settle()
    stranger = member(UserFactory.create(), Role.VIEWER, ProvinceFactory.create(code="01"))
    text = visit(PAGE, by=stranger).content.decode()
    assert "Quá hạn" in text
    assert "Số hóa hồ sơ" not in text


@pytest.mark.parametrize("code", ["99", "VN", "16000", "63-ha-giang"])
def test_what_is_no_province_is_not_found(place: Place, visit: Visit, code: str) -> None:
    CommuneFactory.create(code="16000", parent=place.area)
    assert visit(f"/provinces/{code}/").status_code == 404


def test_from_the_day_of_a_merger_on_an_agencys_tasks_are_its_successors(
    give: Give, place: Place, page: Any
) -> None:
    heir = AgencyFactory.create(code="heir", name_vi="Sở Nội vụ")
    give(None)
    give(None, agency=heir)
    Agency.objects.filter(pk=place.agency.pk).update(successor=heir, merged_on=DAY)
    (line,) = page().plans[0].agencies
    assert (line.code, line.name, line.counts.now.total) == ("heir", "Sở Nội vụ", 2)
    earlier = page(as_of="2025-11-14").plans[0].agencies
    assert {one.code: one.counts.now.total for one in earlier} == {
        place.agency.code: 1,
        "heir": 1,
    }
