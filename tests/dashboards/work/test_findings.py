"""A chart's title is its finding; its bars count rows that its links lead to."""

import re
from datetime import date, datetime, time, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from core.calendar import clock
from reports.models import ReportingPeriod
from reports.periods.calendar import HANOI
from reports.periods.reported import on_time, reported
from tests.dashboards.conftest import DAY, Give, Place, Settle, Visit
from tests.factories import (
    AgencyFactory,
    ObstacleFactory,
    ProvinceFactory,
    StatusReportFactory,
    TargetFactory,
    UserFactory,
    member,
)

_LINK = re.compile(
    r'<a\s[^>]*?href="(/(?:tasks|obstacles|targets)/\?[^"]+)"[^>]*>(.*?)</a', re.DOTALL
)
LATE = date(2025, 11, 1)


def _late(give: Give, due: date, cause: str = "") -> None:
    assignment = give(due)
    if cause:
        StatusReportFactory.create(
            assignment=assignment,
            state="in_progress",
            effective_on=date(2025, 11, 10),
            cause_kind=cause,
            cause="Thiếu người",
        )


def test_delays_are_counted_by_age_and_by_the_cause_last_reported(
    give: Give, visit: Visit, settle: Settle
) -> None:
    _late(give, DAY - timedelta(days=1), "objective")
    _late(give, DAY - timedelta(days=8))
    _late(give, DAY - timedelta(days=91), "subjective")
    _late(give, DAY - timedelta(days=120), "subjective")
    settle()
    found = visit("/").context["page"].delay
    assert found.title == "2 trong 4 nhiệm vụ quá hạn đã chậm >90 ngày"
    counts = {bar.label: [one.count for one in bar.counts] for bar in found.bars}
    assert [series.label for series in found.series] == ["chủ quan", "khách quan", "chưa nêu"]
    assert counts == {
        "1–7 ngày": [0, 1, 0],
        "8–30 ngày": [0, 0, 1],
        "31–90 ngày": [0, 0, 0],
        ">90 ngày": [2, 0, 0],
    }


def test_what_falls_due_is_counted_by_week_from_the_day_on(
    give: Give, visit: Visit, settle: Settle
) -> None:
    for days in (0, 6, 7, 83, 84):
        give(DAY + timedelta(days=days))
    settle()
    for address in ("/", "/provinces/40/"):
        found = visit(address).context["page"].coming
        assert [bar.counts[0].count for bar in found.bars] == [2, 1, *[0] * 9, 1]
        assert found.title == ("4 nhiệm vụ đến hạn trong 12 tuần tới, nhiều nhất tuần từ 15/11: 2")


def test_obstacles_are_counted_by_unit_open_and_resolved(
    place: Place, give: Give, visit: Visit
) -> None:
    assignment = give()
    ObstacleFactory.create_batch(2, assignment=assignment)
    ObstacleFactory.create(assignment=assignment, resolved_on=DAY)
    ObstacleFactory.create(assignment=assignment, resolved_on=DAY + timedelta(days=1))
    found = visit("/").context["page"].blocking
    assert [[one.count for one in bar.counts] for bar in found.bars] == [[1, 1]]
    assert found.title.endswith("(1): Nhân lực")


def test_the_agency_that_holds_most_is_named(give: Give, visit: Visit, settle: Settle) -> None:
    other = AgencyFactory.create(short_name_vi="Sở Nội vụ")
    for agency in (other, other, give(LATE).agency):
        give(LATE, agency=agency)
    assignment = give()
    settle()
    whose = visit(f"/plans/{assignment.task.plan_id}/").context["page"].whose
    assert [bar.counts[0].count for bar in whose.bars] == [2, 2]
    assert "trong 4 nhiệm vụ quá hạn" in whose.title


def test_units_are_on_time_as_the_page_of_each_period_says(place: Place, give: Give) -> None:
    silent, prompt = give(), give(agency=AgencyFactory.create(area=place.area))
    periods = [
        ReportingPeriod.objects.create(
            plan=place.plan,
            kind="week",
            first_day=LATE + timedelta(days=7 * n),
            last_day=LATE + timedelta(days=7 * n + 6),
            closes_at=datetime.combine(LATE + timedelta(days=7 * n + 6), time(16), HANOI),
        )
        for n in range(2)
    ]
    recorded = datetime.combine(LATE + timedelta(days=2), time(9), HANOI)
    StatusReportFactory.create(
        assignment=prompt, state="in_progress", effective_on=LATE, recorded_at=recorded
    )
    found = on_time(place.plan, place.area, clock.today())
    assert [(one.in_time, one.units) for one in found] == [(1, 2), (0, 2)]
    for one, period in zip(found, periods, strict=True):
        units = reported(period, place.area)
        assert one.units == len(units)
        assert one.in_time == sum(unit.stand in {"in_time", "unchanged"} for unit in units)
    assert {unit.code for unit in reported(periods[1], place.area)} == {
        silent.agency.code,
        prompt.agency.code,
    }


def test_ranks_are_compared_where_the_same_provinces_have_figures(
    give: Give, visit: Visit, settle: Settle
) -> None:
    for code, days in (("01", (date(2025, 9, 1), None)), ("40", (date(2025, 11, 1),) * 2)):
        agency = AgencyFactory.create(area=ProvinceFactory.create(code=code))
        for day in days:
            give(agency=agency, done=day, assigned_on=date(2025, 1, 1))
    settle()
    ranks = visit("/provinces/").context["ranks"]
    assert [(line.place.code, line.ranks) for line in ranks.lines] == [
        ("40", (2, 2, 1)),
        ("01", (1, 1, 2)),
    ]
    assert re.fullmatch(r".+ lên 1 bậc, .+ xuống 1 bậc từ 15/10/2025", ranks.title)


def test_ranks_of_different_provinces_are_not_joined(
    give: Give, visit: Visit, settle: Settle
) -> None:
    for code, since in (("01", date(2025, 1, 1)), ("40", date(2025, 11, 1))):
        agency = AgencyFactory.create(area=ProvinceFactory.create(code=code))
        give(agency=agency, assigned_on=since)
    settle()
    assert visit("/provinces/").context["ranks"].lines == ()


def test_under_twenty_completed_the_page_says_that_it_forecasts_nothing(
    give: Give, visit: Visit, settle: Settle
) -> None:
    give()
    for _n in range(19):
        give(done=LATE)
    settle()
    assert "Chưa đủ để dự báo" in visit("/provinces/40/").content.decode()
    give(done=LATE)
    settle()
    page = visit("/provinces/40/")
    [plan] = page.context["page"].plans
    assert [point.day for point in plan.outlook.points] == [date(2025, 11, 30), date(2025, 12, 31)]
    assert plan.outlook.words in unescape(page.content.decode())


@pytest.fixture
def work(place: Place, give: Give, settle: Settle) -> None:
    _late(give, LATE, "objective")
    _late(give, LATE)
    target = TargetFactory.create(code="305-1", plan=place.plan)
    for due in (LATE, date(2025, 12, 1)):
        give(due).task.targets.add(target)
    give(done=LATE).task.targets.add(target)
    ObstacleFactory.create(assignment=give())
    ObstacleFactory.create(assignment=give(agency=AgencyFactory.create(area=place.area)))
    settle()


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize("address", ["/", "/provinces/40/", "/targets/305-1/", "/obstacles/"])
def test_each_figure_of_causes_targets_and_obstacles_leads_to_its_rows(
    visit: Visit, client: Client, address: str
) -> None:
    html = visit(address).content.decode()
    followed = set()
    for escaped, shown in _LINK.findall(html):
        url = unescape(escaped)
        text = re.sub(r"<[^>]+>|\s|đơn vị|\.", "", shown)
        if text.isdigit():
            assert _rows(client.get(url)) == int(text), url
            followed.add(url.split("?")[0])
    assert followed or address == "/obstacles/"


def _rows(answer: Any) -> int:
    """Of the list of tasks, or of a page that may come from the cache."""
    page = answer.request["PATH_INFO"]
    if page == "/tasks/":
        return int(answer.context["listing"].total)
    html = answer.content.decode()
    if page == "/targets/":
        return len(set(re.findall(r'href="/targets/([\w-]+)/', html)))
    return len(re.findall('class="unit-row"', html))


@pytest.mark.usefixtures("work")
def test_a_target_says_which_of_its_tasks_are_late_and_prints_the_rule(visit: Visit) -> None:
    html = re.sub(r"<[^>]+>|\s+", " ", visit("/targets/305-1/").content.decode())
    assert "1 trong 3 quá hạn: chỉ tiêu bị đe dọa" in re.sub(r"\s+", " ", html)
    assert "Quy tắc" in html


def test_a_target_says_who_sends_the_next_figure_and_by_when(place: Place, visit: Visit) -> None:
    target = TargetFactory.create(code="305-1", plan=place.plan)
    target.milestones.create(year=2027, value="20")
    assert target.indicator
    target.indicator.owner = place.agency
    target.indicator.expected_after_days = 90
    target.indicator.save()
    page = visit("/targets/305-1/").context["page"]
    assert page.awaited.sender == "Sở Khoa học và Công nghệ"
    assert page.awaited.due_on == date(2025, 3, 31)
    assert page.awaited.days_late == (DAY - date(2025, 3, 31)).days
    assert [(one.year, one.is_due) for one in page.milestones] == [(2027, False)]


def test_obstacles_are_shown_one_by_one_where_the_reader_has_a_role(
    place: Place, give: Give, visit: Visit
) -> None:
    ObstacleFactory.create(assignment=give(), text_vi="Thiếu cán bộ")
    stranger = member(UserFactory.create(), "viewer", ProvinceFactory.create(code="01"))
    assert "Thiếu cán bộ" in visit("/obstacles/", area="40").content.decode()
    assert "Thiếu cán bộ" not in visit("/obstacles/", by=stranger).content.decode()
    assert visit("/obstacles/", area="xx").status_code == 400
