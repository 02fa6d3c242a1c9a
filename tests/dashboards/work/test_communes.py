"""Communes × groups: a phase at once, the nation as provinces × groups."""

from datetime import date
from typing import Any

import pytest
from django.test import Client, override_settings

from dashboards.frame.places import provinces
from provinces.models import Agency
from tasks.models import Assignment
from tests.dashboards.conftest import DAY, Give, Place, Settle, Visit
from tests.factories import (
    AgencyFactory,
    CommuneFactory,
    GroupFactory,
    PhaseFactory,
    PlanFactory,
    TaskFactory,
)

LATE = date(2025, 11, 1)
QUERIES = 25
"""Signing in included."""
Fill = Any


@pytest.fixture
def fill(place: Place, give: Give, settle: Settle) -> Fill:
    """So many communes with one assignment in each of so many groups; the first is late in all."""

    def create(communes: int, groups: int) -> list[Agency]:
        plan = PlanFactory.create(number="02-KH/BCĐTW", area=place.nation)
        phase = PhaseFactory.create(plan=plan, number=1)
        found = [GroupFactory.create(plan=plan, number=n + 1) for n in range(groups)]
        agencies = [
            AgencyFactory.create(area=CommuneFactory.create(parent=place.area))
            for _n in range(communes)
        ]
        for agency in agencies:
            for group in found:
                late = agency == agencies[0]
                give(
                    LATE if late else date(2025, 12, 31),
                    done=None if late else date(2025, 10, 1),
                    agency=agency,
                    task__plan=plan,
                    task__phase=phase,
                    task__group=group,
                )
        settle()
        return agencies

    return create


def test_the_latest_commune_comes_first_with_its_warning(fill: Fill, visit: Visit) -> None:
    first, _second = fill(2, 3)
    rows = visit("/communes/", area="40").context["page"].rows
    assert [(row.late, row.alert, row.rate) for row in rows] == [
        (3, "red", "0%"),
        (0, "green", "100%"),
    ]
    assert rows[0].code == first.area.code


@override_settings(R57_COMMUNE_RED=101)
def test_the_warnings_follow_the_settings(fill: Fill, visit: Visit) -> None:
    fill(1, 1)
    [row] = visit("/communes/", area="40").context["page"].rows
    assert row.alert == "yellow"


def test_the_nation_opens_into_provinces_with_their_ranks(fill: Fill, visit: Visit) -> None:
    fill(2, 2)
    response = visit("/communes/")
    [row] = response.context["page"].rows
    assert (row.code, row.rank, row.done, row.late, row.total) == ("40", 1, 2, 2, 4)
    assert 'href="/communes/?plan=02-KH%2FBC%C4%90TW&amp;area=40' in response.content.decode()


@pytest.mark.parametrize("day", [DAY, date(2025, 11, 2), LATE, date(2025, 9, 30)])
def test_each_number_of_the_matrix_has_that_many_rows(
    fill: Fill, visit: Visit, client: Client, day: date
) -> None:
    fill(2, 2)
    page = visit("/communes/", area="40", as_of=day.isoformat()).context["page"]
    for row in page.rows:
        for cell in row.cells:
            query = {
                "level": "communes",
                "area": row.code,
                "group_number": str(cell.group),
                "phase": "1",
                "counted": "overdue",
                "as_of": day.isoformat(),
            }
            assert client.get("/tasks/", query).context["listing"].total == cell.late
    assert page.whole.late == (2 if day > LATE else 0)


def test_before_any_commune_had_work_the_page_says_so(place: Place, visit: Visit) -> None:
    assert "chưa có văn bản nào giao nhiệm vụ cho cấp xã" in visit("/communes/").content.decode()


def test_an_unknown_province_or_phase_is_refused(fill: Fill, visit: Visit) -> None:
    fill(1, 1)
    assert visit("/communes/", area="99").status_code == 400
    assert visit("/communes/", area="40", phase="9").status_code == 404


def test_the_queries_do_not_grow(fill: Fill, visit: Visit, django_assert_num_queries: Any) -> None:
    fill(30, 4)
    provinces()  # Read once a minute for all pages.
    with django_assert_num_queries(QUERIES):
        visit("/communes/", area="40")


def test_the_largest_province_is_a_page_of_at_most_150_kilobytes(
    place: Place, visit: Visit
) -> None:
    """168 communes with sixteen tasks each; of these every third is overdue."""
    plan = PlanFactory.create(number="02-KH/BCĐTW", area=place.nation)
    groups = [GroupFactory.create(plan=plan, number=n + 1) for n in range(16)]
    due = (LATE, date(2026, 12, 31), date(2026, 12, 31))
    tasks = [
        TaskFactory.create(plan=plan, group=group, due_on=due[n % 3])
        for n, group in enumerate(groups)
    ]
    agencies = [AgencyFactory.create(area=CommuneFactory.create()) for _n in range(168)]
    given = [
        Assignment(
            task=task,
            agency=agency,
            area=agency.area,
            assigned_on=date(2025, 1, 1),
            original_due_on=task.due_on,
            due_on=task.due_on,
        )
        for agency in agencies
        for task in tasks
    ]
    Assignment.objects.bulk_create(given)
    first, last = (visit("/communes/", area="40", page=page) for page in ("1", "3"))
    assert (len(first.context["page"].rows), len(last.context["rows"])) == (168, 48)
    assert first.context["page"].whole.late == 6 * 168
    assert max(len(page.content) for page in (first, last)) <= 150_000
