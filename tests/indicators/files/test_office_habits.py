"""What offices do in their tables: nothing that a person would read otherwise is taken silently."""

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from openpyxl.worksheet.worksheet import Worksheet

from core.calendar.period_words import read_period
from indicators.files.figures import decimal_sign, with_decimals
from indicators.models import ImportJob, Indicator
from provinces.models import Area
from tests.core.tables.books import annex_xls, as_ods
from tests.indicators.test_any_layout import (
    HEADER,
    answer,
    book,
    figures,
    look,
    notes,
    sender,  # noqa: F401 - a fixture
)

Rows = list[list[Any]]
PII = {"all-indicator": "pii"}


@pytest.fixture
def office(sender: Client) -> Client:  # noqa: F811
    Indicator.objects.update(frequency="irregular")
    return sender


def joined(*cells: str) -> Callable[[Worksheet], object]:
    def change(sheet: Worksheet) -> None:
        for each in cells:
            sheet.merge_cells(each)

    return change


def read(client: Client, rows: Rows, change: Callable[[Worksheet], object] = id) -> ImportJob:
    """Looked through, with PII as the indicator where that is asked."""
    job = look(client, book(*rows, change=change))
    if job.state != "asking":
        return job
    form = client.get(f"/imports/{job.pk}/columns/").context["form"]
    return answer(client, job, **({} if form["all-indicator"].initial else PII))


def lines(client: Client, job: ImportJob) -> list[tuple[str, str, str]]:
    """Period, value and result of every row."""
    page = client.get(f"/imports/{job.pk}/").context["page"]
    return [(line.period, line.value, line.result) for line in page]


# Heads -----------------------------------------------------------------------------------------

TWO_YEARS = ["Địa phương", "Năm 2024", None, "Năm 2025", None]
OVER_TWO = joined("A1:A2", "B1:C1", "D1:E1")


@pytest.mark.parametrize("change", [OVER_TWO, id])
@pytest.mark.parametrize(
    ("first", "second", "values"),
    [
        ("Kế hoạch", "Thực hiện", ["36.5", "41.2"]),
        ("Xếp hạng", "Điểm", ["36.5", "41.2"]),
        ("Giá trị", "Thứ hạng", ["40", "42"]),
        ("Kết quả", "So với cùng kỳ", ["40", "42"]),
    ],
)
def test_of_two_columns_of_a_year_the_one_with_figures_is_read(
    office: Client, first: str, second: str, values: list[str], change: Callable[..., object]
) -> None:
    rows: Rows = [TWO_YEARS, [None, *[first, second] * 2], ["Nghệ An", 40, 36.5, 42, 41.2]]
    job = read(office, rows, change)
    assert f"Năm 2024 – {second if values[0] == '40' else first}" in notes(office, job)
    assert {one[2:] for one in figures(office, job)} == {
        *zip(("2024", "2025"), values, strict=True)
    }


@pytest.mark.parametrize("below", [["Xếp hạng", "Xếp hạng"], ["Tỉnh", "Cả nước"]])
def test_where_no_column_is_sure_to_hold_the_figure_none_is_read(
    office: Client, below: list[str]
) -> None:
    heads = ["Địa phương", "Năm 2025", None] if below[0] == "Tỉnh" else [*TWO_YEARS[:2], "Năm 2025"]
    change = joined("A1:A2", "B1:C1") if below[0] == "Tỉnh" else id
    job = look(office, book(heads, [None, *below], ["Nghệ An", 37, 30], change=change))
    assert job.state == "asking"
    assert not (set(job.found["shape"]["spread"]) and below[0] == "Xếp hạng")


@pytest.mark.parametrize(
    ("below", "periods"),
    [
        (["Quý I", "Quý II"], {"2025-Q1", "2025-Q2"}),
        (["Tháng 1", "Tháng 12"], {"2025-01", "2025-12"}),
        (["6 tháng", "9 tháng"], {"2025-S1", "2025-01/2025-09"}),
    ],
)
def test_a_part_of_the_year_stands_below_it(
    office: Client, below: list[str], periods: set[str]
) -> None:
    rows: Rows = [["Địa phương", "Năm 2025", None], [None, *below], ["Nghệ An", 1, 2]]
    job = read(office, rows, joined("A1:A2", "B1:C1"))
    assert {period for _, _, period, _ in figures(office, job)} == periods


@pytest.mark.parametrize(
    ("head", "parts", "periods"),
    [
        ("Quý", ["I", "Quý II", "3", "Cả năm"], ["2025-Q1", "2025-Q2", "2025-Q3", "2025"]),
        ("Tháng", [1, "Tháng 2", "T3", ""], ["2025-01", "2025-02", "2025-03", "2025"]),
    ],
)
def test_quarters_and_months_beside_the_year(
    office: Client, head: str, parts: list[Any], periods: list[str]
) -> None:
    rows = [["pii", "40", 2025, part, at] for at, part in enumerate(parts)]
    job = read(office, [["Chỉ tiêu", "Địa phương", "Năm", head, "Giá trị"], *rows])
    assert [period for period, _, _ in lines(office, job)] != []
    assert sorted(period for _, _, period, _ in figures(office, job)) == sorted(periods)


def test_a_part_that_nobody_understands_is_refused(office: Client) -> None:
    rows: Rows = [["Chỉ tiêu", "Địa phương", "Năm", "Quý", "Giá trị"], ["pii", "40", 2025, "V", 1]]
    assert [result for _, _, result in lines(office, read(office, rows))] == ["refused"]


# Rows ------------------------------------------------------------------------------------------


def test_titles_and_a_row_of_units_are_named(office: Client) -> None:
    rows: Rows = [["BẢNG"], ["Đơn vị tính: Tỷ đồng"], ["Địa phương", "2024", "2025"]]
    job = read(office, [*rows, [None, "tỷ", "tỷ"], ["Nghệ An", 37, 30]])
    told = notes(office, job)
    assert "2 (Đơn vị tính: Tỷ đồng)" in told
    assert "4 (tỷ · tỷ)" in told
    assert len(figures(office, job)) == 2


def test_the_heading_of_a_group_says_the_period_of_its_rows(office: Client) -> None:
    rows: Rows = [["Địa phương", "Giá trị"], ["Năm 2024"], ["Nghệ An", 1]]
    job = look(office, book(*rows, ["Năm 2025"], ["Nghệ An", 2]))
    done = answer(office, job, **PII, **{"all-period": "2023"})
    assert {one[2:] for one in figures(office, done)} == {("2024", "1"), ("2025", "2")}


@pytest.mark.parametrize(
    ("title", "count"), [("Bảng 2: DTI", 1), ("Bảng 1: PII (tiếp theo)", 2), ("", 2)]
)
def test_a_second_table_below_is_not_read_as_the_first(
    office: Client, title: str, count: int
) -> None:
    head = ["Địa phương", "2024"]
    between: Rows = [[title], head] if title else [head]
    job = read(office, [["Bảng 1: PII"], head, ["Nghệ An", 1], *between, ["Hà Nội", 2]])
    assert ("Từ dòng 4 là một bảng khác" in notes(office, job)) == (count == 1)
    assert len(figures(office, job)) == count


@pytest.mark.parametrize(("name", "result"), [("Nghệ An", "created"), ("Hà Tĩnh", "refused")])
def test_a_code_and_a_name_beside_it_mean_one_area(office: Client, name: str, result: str) -> None:
    heads = ["Chỉ tiêu", "Mã tỉnh", "Tên tỉnh", "Năm", "Giá trị"]
    job = read(office, [heads, ["pii", "40", name, 2025, 1]])
    (line,) = office.get(f"/imports/{job.pk}/").context["page"]
    assert (line.result, "40 ≠ Hà Tĩnh" in line.reason) == (result, result == "refused")


def test_a_column_of_provinces_beside_communes_says_nothing_else(office: Client) -> None:
    area = Area.objects.get(code="40")
    Area.objects.create(
        code="16681",
        official_code="16681",
        parent=area,
        level="commune",
        kind="commune",
        name_vi="Xã Anh Sơn",
        short_name_vi="Anh Sơn",
    )
    Indicator.objects.update(levels=["province", "commune"])
    rows: Rows = [["Chỉ tiêu", "Tên tỉnh", "Xã", "Năm", "Giá trị"]]
    job = read(office, [*rows, ["pii", "Nghệ An", "Anh Sơn", 2025, 1]])
    assert figures(office, job) == {("pii", "16681", "2025", "1")}


# Cells -----------------------------------------------------------------------------------------


def test_hidden_columns_are_named(office: Client) -> None:
    def hide(sheet: Worksheet) -> None:
        sheet.column_dimensions["C"].hidden = True

    job = read(office, [["Địa phương", "2023", "2024", "2025"], ["Nghệ An", 1, 2, 3]], hide)
    assert "cột đang bị ẩn trong tệp: 2024." in notes(office, job)


def test_one_cell_over_two_areas_is_marked(office: Client) -> None:
    rows: Rows = [HEADER, ["pii", "40", 2025, 41.2], ["pii", "38", 2025, None]]
    job = read(office, rows, joined("D2:D3"))
    page = office.get(f"/imports/{job.pk}/")
    assert [line.told for line in page.context["page"]] == [[], ["joined"]]
    assert "một ô gộp với dòng trên" in page.content.decode()


@pytest.mark.parametrize(
    ("form", "period"), [("yyyy", "2025"), ("mm/yyyy", "2025-03"), ("dd/mm/yyyy", "2025-03-31")]
)
def test_a_day_is_the_period_that_it_shows(office: Client, form: str, period: str) -> None:
    def show(sheet: Worksheet) -> None:
        sheet["C2"].number_format = form

    job = read(office, [HEADER, ["pii", "40", dt.date(2025, 3, 31), 1]], show)
    assert figures(office, job) == {("pii", "40", period, "1")}


@pytest.mark.parametrize(
    "text",
    ["≥ 30", "khoảng 45", "45-50", "45 50", "<1", "~ 5", "(5)", "30+", "14.5*", "1,2,3", "…", "-"],
)
def test_what_is_no_number_is_refused(office: Client, text: str) -> None:
    job = read(office, [HEADER, ["pii", "40", 2025, text]])
    assert [result for _, _, result in lines(office, job)] == ["refused"]


def test_characters_that_nobody_sees_make_no_other_area(office: Client) -> None:
    rows: Rows = [HEADER, ["pii\u200b", "Nghệ\u00a0An\u200b ", "2025\ufeff", "41,2\u200b"]]
    assert figures(office, read(office, rows)) == {("pii", "40", "2025", "41.2")}


@pytest.mark.parametrize(
    ("text", "comma", "point"),
    [
        ("0.145", "0.145", "0.145"),
        ("1.044", "1044", "1.044"),
        ("1 044,5", "1044.5", "1 044,5"),
        ("45 50", "45 50", "45 50"),
        ("1 0 44", "1 0 44", "1 0 44"),
        ("14,5 %", "14.5%", "14,5 %"),
    ],
)
def test_thousands_begin_with_no_zero_and_have_three_digits(
    text: str, comma: str, point: str
) -> None:
    assert (with_decimals(text, ","), with_decimals(text, ".")) == (comma, point)


@pytest.mark.parametrize(("text", "sign"), [("0.145", "."), ("0,145 %", ","), ("1.044 %", "")])
def test_the_sign_of_a_number_below_one_is_sure(text: str, sign: str) -> None:
    assert decimal_sign(text) == sign


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("6 tháng 2025", "2025-S1"),
        ("6T/2025", "2025-S1"),
        ("9T2025", "2025-01/2025-09"),
        ("9 tháng đầu năm 2025", "2025-01/2025-09"),
        ("3 tháng đầu năm 2025", "2025-Q1"),
        ("12 tháng năm 2025", "2025"),
        ("Cả năm 2025", "2025"),
        ("Q.II/2025", "2025-Q2"),
        ("Quý IV/2025", "2025-Q4"),
        ("T9/2025", "2025-09"),
        ("31/12/2025", ""),
        ("Ước 2025", ""),
        ("2025 (sơ bộ)", ""),
        ("5 tháng 2025", ""),
    ],
)
def test_parts_of_a_year_as_offices_write_them(text: str, period: str) -> None:
    assert read_period(text) == period


# Kinds of files --------------------------------------------------------------------------------


def ods(*cells: str) -> bytes:
    """One reading of "files", in %, whose last cell is told by its attributes."""
    data = as_ods([["indicator", "area", "period", "value"], ["files", "40", "2025", "VALUE"]])
    buffer = io.BytesIO()
    old = '<table:table-cell office:value-type="string"><text:p>VALUE</text:p></table:table-cell>'
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(buffer, "w") as after:
        for name in before.namelist():
            text = before.read(name).decode()
            after.writestr(name, text.replace(old, f"<table:table-cell {' '.join(cells)}/>"))
    return buffer.getvalue()


def test_cells_in_percent_are_known_in_ods(office: Client) -> None:
    data = ods('office:value-type="percentage"', 'office:value="0.145"')
    job = look(office, data, "a.ods")
    assert "như 14.5%, được nhận là 14.5: 1 ô" in notes(office, job)
    assert figures(office, job) == {("files", "40", "2025", "14.5")}


@pytest.mark.parametrize(("way", "result"), [("yes", "created"), ("no", "refused")])
def test_formulas_are_known_in_ods(office: Client, way: str, result: str) -> None:
    formula = 'table:formula="of:=14+0.5"'
    job = look(office, ods(formula, 'office:value-type="float"', 'office:value="14.5"'), "a.ods")
    assert job.found["questions"] == ["formulas"]
    done = answer(office, job, takes_formulas=way)
    assert [one for _, _, one in lines(office, done)] == [result]


def test_what_an_xls_file_does_not_tell_is_said(office: Client) -> None:
    assert any("(.xls) không cho biết" in note for note in look(office, annex_xls(), "a.xls").notes)


# Units and signs --------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", ["điểm", "Điểm", "points"])
def test_a_unit_behind_each_year_is_compared_with_that_of_the_indicator(
    office: Client, unit: str
) -> None:
    head = ["Địa phương", f"Năm 2024 ({unit})", f"2025 ({unit})"]
    job = read(office, [head, ["Nghệ An", 40, 41.2]])
    assert {one[2:] for one in figures(office, job)} == {("2024", "40"), ("2025", "41.2")}


def test_figures_in_another_unit_than_the_indicator_are_refused(office: Client) -> None:
    job = read(office, [["Địa phương", "Năm 2025 (%)"], ["Nghệ An", 41.2]])
    [rejected] = job.rejected_rows.all()
    assert [reason["code"] for reason in rejected.reasons] == ["unit_mismatch"]


@pytest.mark.parametrize(
    ("title", "is_told"),
    [
        ("ĐVT: triệu điểm", True),
        ("(Đơn vị tính: %)", True),
        ("Đơn vị tính: Điểm", False),
        ("Unit: points", False),
    ],
)
def test_a_unit_above_the_table_is_told_where_it_is_another(
    office: Client, title: str, is_told: bool
) -> None:
    job = read(office, [[None, title], ["Địa phương", "Năm 2025"], ["Nghệ An", 41.2]])
    unit = title.strip("()").partition(": ")[2]
    assert (f"đơn vị tính là “{unit}”" in notes(office, job)) is is_told


@pytest.mark.parametrize(
    "text", ["\u22120,5", "\u20130,5", "\u2013 0,5", "\u200e-0,5", "-0\u200b,5", "\u2060-0,5\xa0"]
)
def test_signs_of_word_processors_change_no_number(office: Client, text: str) -> None:
    job = read(office, [["Địa phương", "Năm 2025"], ["Nghệ An", text], ["Hà Nội", "1,5"]])
    assert {one[3] for one in figures(office, job)} == {"-0.5", "1.5"}
