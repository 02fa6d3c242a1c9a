"""Communes × groups: a phase at once, the nation as provinces × groups."""

from datetime import date
from typing import Any

import pytest
from django.test import Client, override_settings

from provinces.models import Agency
from tests.dashboards.conftest import DAY, Give, Place, Settle, Visit
from tests.factories import (
    AgencyFactory,
    CommuneFactory,
    GroupFactory,
    PhaseFactory,
    PlanFactory,
)

LATE = date(2025, 11, 1)
_KILOBYTE = 1024
Fill = Any


@pytest.fixture
def fill(place: Place, give: Give, settle: Settle) -> Fill:
    """Communes with an assignment in each of the groups; the first ``late`` are late in all."""

    def create(communes: int, groups: int, late: int = 1) -> list[Agency]:
        plan = PlanFactory.create(number="02-KH/BCĐTW", area=place.nation)
        phase = PhaseFactory.create(plan=plan, number=1)
        found = [GroupFactory.create(plan=plan, number=n + 1) for n in range(groups)]
        agencies = [
            AgencyFactory.create(area=CommuneFactory.create(parent=place.area))
            for _n in range(communes)
        ]
        for agency in agencies:
            for group in found:
                is_late = agency in agencies[:late]
                give(
                    LATE if is_late else date(2025, 12, 31),
                    done=None if is_late else date(2025, 10, 1),
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


@pytest.mark.parametrize(("late", "title"), [(1, "Nhóm 1, 50%"), (0, "Mọi nhóm đã hoàn thành")])
def test_the_title_is_the_group_least_done_or_that_all_are(
    fill: Fill, visit: Visit, late: int, title: str
) -> None:
    fill(2, 1, late=late)
    assert title in visit("/communes/", area="40").context["groups"].title


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


def test_the_queries_do_not_grow_and_a_province_is_a_small_page(
    fill: Fill, visit: Visit, django_assert_max_num_queries: Any
) -> None:
    fill(30, 4)
    with django_assert_max_num_queries(28):
        page = visit("/communes/", area="40").content
    # 130 × 16 on the demo are 130 kB; here rows and cells are measured, and the rest is the frame.
    rows = page.decode().partition("<tbody>")[2].partition("</tbody>")[0]
    assert len(rows.encode()) < 30 * 1.0 * _KILOBYTE


def test_a_document_without_work_of_communes_says_so(visit: Visit) -> None:
    plan = PlanFactory.create(number="1-KH/TU", issued_on=date(2025, 1, 2))
    page = visit("/communes/", plan=plan.number)
    assert "1-KH/TU chưa giao nhiệm vụ nào cho cấp xã" in page.content.decode()
    assert visit("/communes/", plan="2-KH/TU").status_code == 404
