"""Provinces side by side, then and now, and what was known on a day."""

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest

from provinces.models import Agency
from tests.dashboards.conftest import Give, Place, Settle, Visit, indicator_of
from tests.factories import (
    AgencyFactory,
    PlanFactory,
    ProvinceFactory,
    StatusReportFactory,
    TargetFactory,
    reading,
)

PAGE = "/compare/"


def _text(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]*>", "", response.content.decode()).split())


@pytest.fixture
def other(place: Place, give: Give, settle: Settle) -> Agency:
    """Of Hà Nội, with a document of its own; both implement the nation's."""
    top = PlanFactory.create(number="57-NQ/TW", area=place.nation)
    place.plan.implements = top
    place.plan.save()
    agency = AgencyFactory.create(area=ProvinceFactory.create(code="01"))
    plan = PlanFactory.create(number="1-KH/TU", area=agency.area, implements=top)
    target = TargetFactory.create(code="57-1", plan=top, area=place.nation)
    for area, value in ((place.area, "12.5"), (agency.area, "18")):
        reading(indicator_of(target), area, "2024", value)
    for due, done in ((date(2025, 11, 10), None), (date(2025, 12, 1), date(2025, 11, 12))):
        give(due, done=done)
    give(date(2025, 12, 1), agency=agency, task__plan=plan)
    settle()
    return agency


def cells(response: Any, row: str) -> list[str]:
    """What stands in a row of the first table, without tags."""
    found = re.search(
        rf'<th scope="row">{row}</th>(.*?)</tr>', response.content.decode(), re.DOTALL
    )
    assert found
    parts = re.findall(r"<td[^>]*>(.*?)</td>", found.group(1), re.DOTALL)
    return [re.sub(r"<[^>]+>|\s", "", part).strip() for part in parts]


@pytest.mark.usefixtures("other")
def test_each_province_has_then_now_and_change_of_its_own_document(visit: Visit) -> None:
    page = visit(PAGE, area=["40", "01"], compare="2025-11-05")
    html = page.content.decode()
    assert html.index("Nghệ An") < html.index("305-KH/TU")
    assert "1-KH/TU" in html
    assert cells(page, "Hoàn thành") == ["0", "1", "+1", "0", "0", ""]
    assert cells(page, "Quá hạn") == ["0", "1", "+1", "0", "0", ""]
    assert cells(page, "Tỷ lệ") == ["0%", "50%", "+50", "0%", "0%", ""]
    assert "12,5" in html
    assert "18" in html


@pytest.mark.usefixtures("other")
def test_a_province_that_is_none_and_six_of_them_are_refused(visit: Visit) -> None:
    assert visit(PAGE, area="99").status_code == 400
    for code in ("02", "04", "08", "11", "12"):
        ProvinceFactory.create(code=code)
    many = ["40", "01", "02", "04", "08", "11"]
    refused = visit(PAGE, area=many)
    assert refused.status_code == 400
    assert "nhiều nhất 5 tỉnh" in refused.content.decode()


@pytest.mark.usefixtures("other")
def test_before_the_first_document_the_page_says_what_to_do(visit: Visit) -> None:
    html = visit(PAGE, as_of="2020-01-01").content.decode()
    assert "chưa có văn bản nào của trung ương" in html
    assert "0%" not in html


def test_what_came_in_later_was_not_known_then(
    place: Place, give: Give, settle: Settle, visit: Visit
) -> None:
    """A report on a day, recorded a week later: as known between, the work was not completed."""
    late = give(date(2025, 12, 1))
    StatusReportFactory.create(
        assignment=late,
        state="completed",
        effective_on=date(2025, 11, 3),
        recorded_at=datetime(2025, 11, 10, 9, tzinfo=UTC),
    )
    settle()
    address = f"/plans/{place.plan.pk}/"
    now, then = visit(address), visit(address, known_at="2025-11-05")
    assert "1/1 =" in _text(now)
    assert "0/1 =" in _text(then)
    assert "như đã biết ngày 05/11/2025" in then.content.decode()
    file = "/export/documents.csv"
    known = visit(file, known_at="2025-11-05").getvalue().decode().splitlines()[1]
    assert '",1,0,0,0,1,0,0,' in known
