"""Tables and charts of the pages as files, for any day, against plain SQL on raw rows."""

import csv
import io
from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.utils import translation

from core.tables.writer import write_csv, write_sheet
from dashboards.charts.registry import CHARTS, figure
from dashboards.export.lists import LISTS
from dashboards.export.tables import TABLES
from indicators.models import Indicator
from provinces.roles import Role
from tasks.worklist.query import LEVELS
from tests.dashboards.conftest import DAY, Give, Place, Settle, Visit, indicator_of
from tests.factories import (
    AgencyFactory,
    CommuneFactory,
    GroupFactory,
    IndicatorFactory,
    PlanFactory,
    ProvinceFactory,
    TargetFactory,
    UserFactory,
    member,
    reading,
)

DAYS = [
    DAY,
    date(2025, 11, 14),
    date(2025, 11, 16),
    date(2025, 5, 31),
    date(2025, 12, 31),
    date(2024, 12, 31),
    date(2024, 2, 29),
    date(2026, 2, 28),
]
NEEDS = {"agencies": "40", "groups": "40", "communes": "40"}


@pytest.fixture
def work(place: Place, give: Give, settle: Settle) -> None:
    other = AgencyFactory.create(area=place.area)
    elsewhere = AgencyFactory.create(area=ProvinceFactory.create(code="01"))
    for group in (GroupFactory.create(plan=place.plan, number=n) for n in (1, 2)):
        give(date(2025, 5, 1), done=date(2025, 4, 1), task__group=group)
        give(date(2025, 5, 1), done=date(2025, 5, 20), task__group=group, agency=other)
        give(date(2025, 11, 14), started=date(2025, 4, 1), task__group=group, agency=other)
        give(date(2025, 12, 1), task__group=group)
        give(None, task__group=group)
    give(date(2025, 6, 1), agency=elsewhere, task__plan=PlanFactory.create(number="1-KH"))
    commune = AgencyFactory.create(area=CommuneFactory.create(parent=place.area))
    give(date(2025, 5, 1), agency=commune)
    give(date(2025, 12, 1), agency=commune, done=date(2025, 11, 15))
    target = TargetFactory.create(code="305-1", plan=place.plan, area=place.area)
    reading(indicator_of(target), place.area, "2020", "12.66")
    reading(indicator_of(target), place.area, "2024", "13.9")
    settle()


_RAW = """
SELECT p.code, p.level, g.code, a.due_on, (
    SELECT r.state FROM tasks_statusreport r
    WHERE r.assignment_id = a.id AND r.effective_on <= %s
    ORDER BY r.effective_on DESC, r.recorded_at DESC, r.id DESC LIMIT 1
) FROM tasks_assignment a JOIN provinces_area p ON p.id = a.area_id
JOIN provinces_agency g ON g.id = a.agency_id WHERE a.assigned_on <= %s
"""


def _raw(day: date) -> list[tuple[str, str, str, str]]:
    """(area, its level, agency, completed, overdue or open) of each assignment on the day."""
    with connection.cursor() as cursor:
        cursor.execute(_RAW, [day, day])
        found: list[tuple[Any, ...]] = cursor.fetchall()
    rows = []
    for area, level, agency, due, state in found:
        is_late = due is not None and date.fromisoformat(str(due)) < day
        kind = "completed" if state == "completed" else "overdue" if is_late else "open"
        rows.append((area, level, agency, kind))
    return rows


def _lines(answer: Any) -> list[dict[str, str]]:
    assert answer.status_code == 200
    text = answer.content.decode()
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:])))


def _kinds(line: dict[str, str]) -> Counter[str]:
    done = int(line["Completed on time"]) + int(line["Completed late"])
    late = int(line["In progress, overdue"]) + int(line["Not started, overdue"])
    rest = int(line["Total"]) - done - late
    return Counter({"completed": done, "overdue": late, "open": rest})


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize("day", DAYS)
def test_the_counts_of_every_file_are_those_of_the_raw_rows(visit: Visit, day: date) -> None:
    raw, as_of = _raw(day), day.isoformat()

    def of(name: str, **query: str) -> list[dict[str, str]]:
        return _lines(visit(f"/export/{name}.csv", "en", as_of=as_of, **query))

    def sums(lines: list[dict[str, str]]) -> Counter[str]:
        return sum((_kinds(line) for line in lines), Counter())

    everything = Counter(kind for *_others, kind in raw)
    assert sums(of("documents")) == sums(of("provinces")) == everything
    own = [row for row in raw if row[:2] == ("40", "province")]
    assert sums(of("groups", area="40")) == Counter(kind for *_, kind in own)
    for line in of("agencies", area="40"):
        kinds = Counter(kind for _area, _level, agency, kind in own if agency == line["Code"])
        assert +_kinds(line) == kinds
        done, late, total = kinds["completed"], kinds["overdue"], int(line["Total"])
        if total > int(line["Ongoing"]):
            rate = Decimal(100 * done) / (total - int(line["Ongoing"]))
            assert abs(Decimal(line["Completion rate, %"]) - rate) <= Decimal("0.05")
        assert late == kinds["overdue"]
    of_communes = Counter(kind for _area, level, _agency, kind in raw if level == "commune")
    assert sums(of("communes", area="40")) == of_communes


def _value(cell: object) -> object:
    """Excel writes 50.0 as 50."""
    text = "" if cell is None else str(cell)
    return Decimal(text).normalize() if text.replace(".", "", 1).isdigit() else text


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize("name", TABLES)
def test_excel_and_csv_hold_the_same_table_in_the_reader_s_language(
    visit: Visit, name: str
) -> None:
    query = {"area": NEEDS[name]} if name in NEEDS else {}
    for language in ("vi", "en"):
        flat = _lines(visit(f"/export/{name}.csv", language, **query))
        book = openpyxl.load_workbook(
            io.BytesIO(visit(f"/export/{name}.xlsx", language, **query).content)
        )
        head, *rows = book.worksheets[0].iter_rows(values_only=True)
        with translation.override(language):
            assert list(head) == [str(word) for word in TABLES[name].heads]
        assert [[_value(cell) for cell in line.values()] for line in flat] == [
            [_value(cell) for cell in row] for row in rows
        ]
        assert flat


@pytest.mark.usefixtures("work")
def test_a_target_stands_with_its_verdict_and_way(visit: Visit) -> None:
    [line] = _lines(visit("/export/targets.csv", "en", area="40"))
    assert (line["Code"], line["Verdict"], line["Reading"]) == ("305-1", "Off track", "13.9")
    assert _lines(visit("/export/targets.csv", "en", area="VN")) == []


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize("day", DAYS[:4])
@pytest.mark.parametrize("name", ["completion-over-time", "completion-by-agency"])
def test_the_file_of_a_chart_has_exactly_what_it_draws(
    place: Place, visit: Visit, name: str, day: date
) -> None:
    query = {"plan": "305-KH/TU", "area": "40", "as_of": day.isoformat()}
    lines = _lines(visit(f"/export/charts/{name}.csv", "en", **query))
    with translation.override("en"):
        drawn = figure(CHARTS[name], place.viewer, query)["data"]
    points = [
        (str(x).lstrip("-"), str(y))
        for trace in drawn
        for x, y in zip(trace["x"], trace["y"], strict=True)
    ]
    assert [(line["x"], line["y"]) for line in lines] == points
    assert points


def test_what_is_not_understood_is_refused(place: Place, visit: Visit) -> None:
    for address in ("/export/agencies.csv", "/export/agencies.csv?area=99"):
        assert visit(address).status_code == 400
    assert visit("/export/provinces.csv", area="40").status_code == 400
    assert visit("/export/targets.csv", as_of="2999-01-01").status_code == 400
    assert visit("/export/targets.pdf").status_code == visit("/export/x.csv").status_code == 404


def test_a_chart_of_a_place_that_one_may_not_see_is_no_file_either(
    place: Place, visit: Visit
) -> None:
    other = member(UserFactory.create(), Role.VIEWER, ProvinceFactory.create(code="01"))
    api = visit("/api/v1/charts/target-path/", by=other, target="none")
    assert visit("/export/charts/target-path.csv", by=other, target="none").status_code == 404
    assert api.status_code == 404


def test_no_cell_begins_like_a_formula() -> None:
    words = ["=1+1", "+1", "-1", "@x", "\tx"]
    text = write_csv(words, [[*words], [-1, Decimal("-1.5"), None, "a", ""]])
    head, row, numbers = csv.reader(io.StringIO(text[1:]))
    assert head == row == [f"'{word}" for word in words]
    assert numbers[:2] == ["-1", "-1.5"]
    book = openpyxl.load_workbook(io.BytesIO(write_sheet("x", words, [words], [9] * 5)))
    assert {cell.data_type for line in book.worksheets[0].iter_rows() for cell in line} == {"s"}


@pytest.mark.usefixtures("work")
def test_the_pages_lead_to_their_files_of_the_same_day(visit: Visit) -> None:
    for page in ("/", "/targets/", "/provinces/", "/provinces/40/"):
        html = visit(page).content.decode().replace("&amp;", "&")
        links = [part.split('"')[0] for part in html.split('href="')[1:]]
        files = [link for link in links if link.startswith("/export/")]
        assert files
        for link in files:
            assert "as_of=2025-11-15" in link
            assert (
                visit(
                    link.split("?")[0],
                    **dict(pair.split("=") for pair in link.split("?")[1].split("&")),
                ).status_code
                == 200
            )


# Whole lists --------------------------------------------------------------------------------------


@pytest.fixture
def published(work: None, place: Place, settle: Settle) -> Indicator:
    """Every year, but not for the last ones."""
    indicator = IndicatorFactory.create(frequency="year")
    reading(indicator, place.area, "2020", "12.66")
    reading(indicator, place.area, "2021", "13")
    settle()
    return indicator


@pytest.mark.parametrize("name", LISTS)
def test_a_whole_list_opens_in_both_kinds_and_refuses_what_it_does_not_take(
    visit: Visit, name: str, published: Indicator
) -> None:
    query = {"indicator": published.code} if name == "readings" else {}
    lines = _lines(visit(f"/export/{name}.csv", "vi", **query))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(visit(f"/export/{name}.xlsx", **query))))
    assert len(list(book.active.iter_rows())) == len(lines) + 1 > 1  # type: ignore[union-attr]
    assert visit(f"/export/{name}.csv", colour="red").status_code == 400


@pytest.mark.usefixtures("work")
def test_every_late_task_that_the_reader_may_see_is_in_the_file_once(visit: Visit) -> None:
    pages = {level: visit("/late/", level=level).context["page"] for level in LEVELS}
    assert all(page.total for page in pages.values())
    for level, page in pages.items():
        lines = _lines(visit("/export/late.csv", "en", level=level))
        assert len(lines) == page.total
        assert all(int(line["Days"]) > 0 for line in lines)
    nobody = member(UserFactory.create(), Role.VIEWER, ProvinceFactory.create(code="02"))
    assert _lines(visit("/export/late.csv", by=nobody)) == []


def test_the_lists_of_figures_are_those_of_their_pages(visit: Visit, published: Indicator) -> None:
    found = visit("/indicators/missing/").context["found"]
    lines = _lines(visit("/export/missing.csv", "en"))
    assert len(lines) == found.total > 0
    code = published.code
    page = visit(f"/indicators/{code}/", "en", area="40").context["page"]
    readings = _lines(visit("/export/readings.csv", "en", indicator=code, area="40"))
    assert [line["Reading"] for line in readings] == [line.value for line in page.readings]
    assert visit("/export/readings.csv", indicator="nothing").status_code == 400
