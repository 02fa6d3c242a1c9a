"""Any office's spreadsheet: the ten of readings among the small inputs that once went wrong, each
with the right behaviour, and the whole kind by properties."""

import io
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from core.calendar.period_words import read_period
from core.tables.child import Looks
from core.tables.layout import rows_of
from indicators.files.figures import Unrolled, decimal_sign, plain_fields, with_decimals
from indicators.files.naming import Codes, indicator_key
from indicators.files.services import work_off
from indicators.files.shape import guess_shape, known_in
from indicators.models import ImportJob, Indicator, Reading, RejectedRow
from provinces.area_names import PROVINCE, AreaNames, area_key
from tests.factories import (
    CommuneFactory,
    IndicatorFactory,
    NationFactory,
    ProvinceFactory,
    UserFactory,
    reading,
)
from tests.indicators.test_imports import FOREVER, upload

HEADER = ["indicator", "area", "period", "value"]
NAME = "Chỉ số đổi mới sáng tạo cấp địa phương (PII)"


@pytest.fixture
def sender(db: None, client: Client) -> Client:
    """Who may record everything, with the areas and indicators that the files speak of."""
    nation = NationFactory.create()
    names = {"01": "Hà Nội", "04": "Cao Bằng", "38": "Thanh Hóa", "40": "Nghệ An", "42": "Hà Tĩnh"}
    for code, name in {**names, "79": "Hồ Chí Minh"}.items():
        kind = "city" if code in ("01", "79") else "province"
        ProvinceFactory.create(code=code, parent=nation, kind=kind, short_name_vi=name, name_en="")
    Indicator.objects.all().delete()
    points = {"unit_vi": "điểm", "unit_en": "points"}
    IndicatorFactory.create(code="pii", name_vi=NAME, **points)
    IndicatorFactory.create(code="files", name_vi="Tỷ lệ hồ sơ dịch vụ công trực tuyến toàn trình")
    IndicatorFactory.create(code="digital_economy_gdp", name_vi="Tỷ trọng kinh tế số trong GDP")
    client.force_login(UserFactory.create(is_superuser=True))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "vi"
    return client


def book(*rows: list[Any], change: Callable[[Worksheet], object] = id) -> bytes:
    made, buffer = Workbook(), io.BytesIO()
    sheet = made.worksheets[0]
    for row in rows:
        sheet.append(row)
    change(sheet)
    made.save(buffer)
    return buffer.getvalue()


def look(client: Client, data: bytes, name: str = "a.xlsx") -> ImportJob:
    """Sent and looked through."""
    assert upload(client, data, name).status_code == 302
    work_off(FOREVER)
    return ImportJob.objects.latest("id")


def answer(client: Client, job: ImportJob, **given: str) -> ImportJob:
    """The form as it stands, with some of its fields answered."""
    page = client.get(f"/imports/{job.pk}/columns/")
    form = page.context["form"]
    shown = {
        name: "on" if value is True else value
        for name in form.fields
        if (value := form[name].initial) not in (False, None)
    }
    reply = client.post(f"/imports/{job.pk}/columns/", {**shown, **given})
    assert reply.status_code == 302, reply.context["form"].errors
    work_off(FOREVER)
    return ImportJob.objects.latest("id")


def figures(client: Client, job: ImportJob) -> set[tuple[str, str, str, str]]:
    """What is recorded once the preview is applied: indicator, area, period and value."""
    assert (job.state, job.rejected, Reading.objects.count()) == ("done", 0, 0), job.errors
    client.post(f"/imports/{job.pk}/apply/")
    work_off(FOREVER)
    return set(Reading.objects.values_list("indicator__code", "area__code", "period", "value_text"))


def notes(client: Client, job: ImportJob) -> str:
    """What the preview says."""
    page = client.get(f"/imports/{job.pk}/").content.decode()
    assert all(note[:20] in page for note in job.notes)
    return " ".join(job.notes)


def test_titles_totals_and_notes_are_passed_over_and_named(sender: Client) -> None:
    rows: tuple[list[Any], ...] = (
        ["BẢNG CHỈ SỐ PII"],
        ["(Kèm theo công văn số 12/SKHCN)"],
        [],
        HEADER,
        ["pii", "40", 2025, 41.2],
        ["pii", "38", 2025, 44.7],
        ["Tổng cộng", None, None, 85.9],
        ["Ghi chú: số liệu sơ bộ."],
    )
    job = look(sender, book(*rows))
    assert "7 (Tổng cộng)" in notes(sender, job)
    assert "8 (Ghi chú" in notes(sender, job)
    assert figures(sender, job) == {("pii", "40", "2025", "41.2"), ("pii", "38", "2025", "44.7")}


@pytest.mark.parametrize(("level", "area"), [("province", "04"), ("commune", "00004")])
def test_codes_that_lost_their_zeros_are_asked_about_once(
    sender: Client, level: str, area: str
) -> None:
    CommuneFactory.create(code="00004", parent=ProvinceFactory.create(code="01"))
    rows = (["pii", 1, 2025, 65.68], ["pii", 4, 2025, 30.1], ["pii", 40, 2025, 41.2])
    job = look(sender, book(HEADER, *rows))
    assert (job.state, job.found["questions"]) == ("asking", ["level"])
    refused = sender.post(f"/imports/{job.pk}/columns/", {"column-indicator": "0"})
    assert refused.status_code == 422
    done = answer(sender, job, level=level)
    assert f"4 → {area}" in notes(sender, done)
    assert {row[1] for row in figures(sender, done)} == {"01", area, "40"}


def test_a_code_that_can_only_be_one_area_is_not_asked_about(sender: Client) -> None:
    job = look(sender, book(HEADER, ["pii", 1, 2025, 65.68]))
    assert "1 → 01" in notes(sender, job)
    assert figures(sender, job) == {("pii", "01", "2025", "65.68")}


def test_the_decimal_sign_is_found_shown_and_can_be_changed(sender: Client) -> None:
    data = book(HEADER, ["pii", "40", "2025", "41,2"], ["pii", "38", "2025", "1.044,7"])
    job = look(sender, data)
    assert "1.044,7 là 1044.7" in notes(sender, job)
    assert {row[3] for row in figures(sender, job)} == {"41.2", "1044.7"}
    again = answer(sender, look(sender, data), decimal=".")
    assert again.rejected > 0


def test_a_number_that_can_be_read_in_two_ways_is_asked_about(sender: Client) -> None:
    job = look(sender, book(HEADER, ["pii", "40", "2025", "1.044"]))
    assert (job.state, job.found["questions"]) == ("asking", ["decimal"])
    done = answer(sender, job, decimal=",")
    assert figures(sender, done) == {("pii", "40", "2025", "1044")}


def test_a_number_is_a_number_beside_texts_with_a_decimal_comma(sender: Client) -> None:
    job = look(sender, book(HEADER, ["pii", "40", "2025", "41,2"], ["pii", "38", 2025, 1.044]))
    assert {row[3] for row in figures(sender, job)} == {"41.2", "1.044"}


def percent(*values: object) -> bytes:
    """Figures of the years before 2026 in cells that Excel shows in percent."""

    def show(sheet: Worksheet) -> None:
        for row in sheet.iter_rows(min_row=2):
            row[3].number_format = "0.0%"

    rows = ([values[0], "VN", 2025 - at, value] for at, value in enumerate(values[1:]))
    return book(HEADER, *rows, change=show)


def test_cells_in_percent_mean_what_they_show(sender: Client) -> None:
    job = look(sender, percent("digital_economy_gdp", 0.145, 0.1402))
    assert "như 14.5%, được nhận là 14.5: 2 ô" in notes(sender, job)
    lines = sender.get(f"/imports/{job.pk}/").context["page"]
    assert [(line.value, line.told) for line in lines] == [
        ("14,5", ["percent"]),
        ("14,02", ["percent"]),
    ]
    assert {row[3] for row in figures(sender, job)} == {"14.5", "14.02"}


def test_how_cells_in_percent_are_taken_can_be_changed(sender: Client) -> None:
    job = look(sender, percent("digital_economy_gdp", 0.145))
    changed = answer(sender, job, percent="stored", is_share="no")
    assert "được nhận là 0.145" in notes(sender, changed)
    assert {row[3] for row in figures(sender, changed)} == {"0.145"}


def test_percent_of_an_indicator_that_is_in_points_is_asked_about(sender: Client) -> None:
    job = look(sender, percent("pii", 0.412))
    assert job.found["questions"] == ["percent"]
    done = answer(sender, job, percent="shown", **{"all-area": "40"})
    assert done.rejected == 0
    assert sender.post(f"/imports/{job.pk}/columns/", {"percent": ""}).status_code == 422


@pytest.mark.parametrize(("way", "value"), [("yes", "13.17"), ("no", "0.1317")])
def test_shares_of_one_are_asked_about(sender: Client, way: str, value: str) -> None:
    nation, indicator = NationFactory.create(), Indicator.objects.get(code="digital_economy_gdp")
    for period, figure in (("2021", "12.66"), ("2022", "14.26")):
        reading(indicator, nation, period, figure)
    rows = (
        ["digital_economy_gdp", "VN", 2023, 0.1317],
        ["digital_economy_gdp", "VN", 2024, 0.1402],
    )
    job = look(sender, book(HEADER, *rows))
    assert (job.state, job.found["questions"]) == ("asking", ["share"])
    page = sender.get(f"/imports/{job.pk}/columns/").content.decode()
    assert re.search("từ 12,66 đến 14,26, còn cột này có giá trị từ 0,1317 đến 0,1402", page)
    done = answer(sender, job, is_share=way)
    sender.post(f"/imports/{done.pk}/apply/")
    work_off(FOREVER)
    assert Reading.objects.get(period="2023").value_text == value


def test_the_sheet_with_a_table_is_chosen_and_can_be_changed(sender: Client) -> None:
    made, buffer = Workbook(), io.BytesIO()
    for line in (["Hướng dẫn điền biểu"], ["Mỗi dòng một số liệu"]):
        made.worksheets[0].append(line)
    for name, value in (("Số liệu", 41.2), ("Năm trước", 40.1)):
        sheet = made.create_sheet(name)
        for row in (HEADER, ["pii", "40", 2025, value]):
            sheet.append(row)
    made.save(buffer)
    job = look(sender, buffer.getvalue())
    assert job.found["sheet"] == "Số liệu"
    assert "Sheet; Năm trước" in notes(sender, job)
    changed = answer(sender, job, sheet="Năm trước")
    assert figures(sender, changed) == {("pii", "40", "2025", "40.1")}


def parted(*sheets: tuple[str, list[list[Any]]]) -> bytes:
    """A workbook of these sheets."""
    made, buffer = Workbook(), io.BytesIO()
    made.remove(made.worksheets[0])
    for name, rows in sheets:
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(buffer)
    return buffer.getvalue()


GUIDE = ("Hướng dẫn", [["Hướng dẫn điền biểu"], ["Mỗi dòng", "một số liệu"]])
ROWS = [["pii", "40", 2025, 41.2], ["pii", "01", 2025, 65.68], ["pii", "38", 2025, 44.7]]


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("is_header_first", [True, False])
def test_a_header_and_its_rows_on_two_sheets_are_one_table(
    sender: Client, count: int, *, is_header_first: bool
) -> None:
    parts: list[tuple[str, list[list[Any]]]] = [("Số liệu", [HEADER]), ("Số liệu1", ROWS[:count])]
    job = look(sender, parted(GUIDE, *(parts if is_header_first else parts[::-1])))
    assert (job.state, job.found["questions"]) == ("asking", ["two_sheets"])
    page = sender.get(f"/imports/{job.pk}/columns/").content.decode()
    assert "Trang tính “Số liệu” chỉ có dòng tiêu đề" in page
    done = answer(sender, job)
    told = notes(sender, done)
    assert "trang tính “Số liệu”" in told
    assert "Hướng dẫn" in told
    first = next(iter(sender.get(f"/imports/{done.pk}/").context["page"]))
    assert first.place == "D1"
    again = answer(sender, done)
    assert len(figures(sender, again)) == count


def test_a_guide_of_several_columns_is_not_taken_for_the_table(sender: Client) -> None:
    guide = [["Cột", "Điền gì"], ["indicator", "Mã chỉ tiêu"], ["area", "Mã địa phương"]]
    data = parted(("Hướng dẫn", guide), ("Số liệu", [HEADER, *ROWS]))
    job = look(sender, data)
    assert (job.state, job.found["sheet"]) == ("done", "Số liệu")
    assert answer(sender, job, sheet="Hướng dẫn").found["sheet"] == "Hướng dẫn"


def test_a_header_whose_rows_are_nowhere_says_which_other_sheets_there_are(sender: Client) -> None:
    job = look(sender, parted(GUIDE, ("Số liệu", [HEADER]), ("Khác", [["a"], ["b"]])))
    assert (job.state, job.found["sheet"]) == ("asking", "Số liệu")
    assert job.found["questions"] == ["empty"]
    assert ["Khác", False] in job.found["sheets"]


@pytest.mark.parametrize(
    "name",
    ["Chỉ số đổi mới sáng tạo cấp địa phương", "PII", "chi so pii", NAME.upper()],
)
def test_an_indicator_is_known_by_its_abbreviation(sender: Client, name: str) -> None:
    job = look(sender, book(["Chỉ tiêu", *HEADER[1:]], [name, "40", 2025, 41.2]))
    assert figures(sender, job) == {("pii", "40", "2025", "41.2")}


def test_an_abbreviation_that_several_indicators_bear_is_asked_about(sender: Client) -> None:
    for code in ("egdi_world", "egdi_asia"):
        IndicatorFactory.create(code=code, name_vi=f"Chỉ số (EGDI), thứ hạng {code}")
    job = look(sender, book(["Chỉ tiêu", *HEADER[1:]], ["EGDI", "40", 2025, 41.2]))
    assert job.found["questions"] == ["names"]


def test_vietnamese_heads_and_names_are_recognised(sender: Client) -> None:
    rows = (
        ["STT", "Chỉ tiêu", "Tỉnh, thành phố", "Năm", "Giá trị", "Nguồn"],
        [1, NAME, "Nghệ An", 2025, "41,2", "Bộ KH&CN"],
        [2, NAME, "TP. Hồ Chí Minh", 2025, "59,33", "Bộ KH&CN"],
        [3, "chi so doi moi sang tao cap dia phuong PII", "tinh ha tinh", 2025, "30,5", "Bộ KH&CN"],
    )
    job = look(sender, book(*rows))
    assert "STT" in notes(sender, job)
    assert figures(sender, job) == {
        ("pii", "40", "2025", "41.2"),
        ("pii", "79", "2025", "59.33"),
        ("pii", "42", "2025", "30.5"),
    }
    assert set(Reading.objects.values_list("source", flat=True)) == {"Bộ KH&CN"}


def test_years_in_columns_are_offered_and_the_indicator_is_asked_for(sender: Client) -> None:
    rows = (
        ["Địa phương", "2023", "2024", "2025"],
        ["Nghệ An", 36.5, 32.69, 41.2],
        ["Hà Nội", 62.86, 60.76, 65.68],
    )
    job = look(sender, book(*rows))
    assert (job.state, job.found["figures"]) == ("asking", 6)
    assert job.found["questions"] == ["missing", "spread"]
    done = answer(sender, job, **{"all-indicator": "pii"})
    found = figures(sender, done)
    assert len(found) == 6
    assert {("pii", "40", "2024", "32.69"), ("pii", "01", "2025", "65.68")} <= found


def test_what_was_answered_is_offered_for_the_next_file_of_these_columns(sender: Client) -> None:
    head = ["Địa phương", "Giá trị"]
    first = look(sender, book(head, ["Nghệ An", 41.2]))
    answer(sender, first, **{"all-indicator": "pii", "all-period": "Năm 2024"})
    second = look(sender, book(head, ["Hà Nội", 65.68]))
    assert (second.state, second.found["questions"]) == ("asking", ["remembered"])
    form = sender.get(f"/imports/{second.pk}/columns/").context["form"]
    assert [form[f"all-{key}"].initial for key in ("indicator", "period")] == ["pii", "2024"]
    done = answer(sender, second, **{"all-period": "2025"})
    assert figures(sender, done) == {("pii", "01", "2025", "65.68")}
    client = Client()
    client.force_login(UserFactory.create(is_superuser=True))
    assert look(client, book(head, ["Hà Nội", 65.68])).found["questions"] == ["missing"]


def test_areas_in_columns_below_a_header_of_two_rows(sender: Client) -> None:
    def join(sheet: Worksheet) -> None:
        for cells in ("A1:A2", "B1:B2", "C1:D1"):
            sheet.merge_cells(cells)

    rows = (
        ["Chỉ tiêu", "Đơn vị", "Năm 2025", None],
        [None, None, "Nghệ An", "Hà Tĩnh"],
        ["Hồ sơ trực tuyến toàn trình", "%", 74, 71.5],
    )
    job = look(sender, book(*rows, change=join))
    assert (job.state, job.found["questions"]) == ("asking", ["spread", "names"])
    assert list(job.found["shape"]["spread"].values()) == [
        {"period": "2025", "area": "Nghệ An"},
        {"period": "2025", "area": "Hà Tĩnh"},
    ]
    done = answer(sender, job, **{"name-0": "Tỷ lệ hồ sơ dịch vụ công trực tuyến toàn trình"})
    assert figures(sender, done) == {
        ("files", "40", "2025", "74"),
        ("files", "42", "2025", "71.5"),
    }


def test_a_column_that_is_not_there_is_asked_for(sender: Client) -> None:
    job = look(sender, b"indicator,area,perod,value\npii,40,2025,41.2\n", "a.csv")
    assert (job.state, job.found["questions"]) == ("asking", ["missing"])
    done = answer(sender, job, **{"column-period": "2"})
    assert figures(sender, done) == {("pii", "40", "2025", "41.2")}


def test_a_hidden_row_is_told_before_anything_is_recorded(sender: Client) -> None:
    def hide(sheet: Worksheet) -> None:
        sheet.row_dimensions[3].hidden = True

    rows = (HEADER, ["pii", "40", 2025, 41.2], ["pii", "01", 2025, 65.68])
    job = look(sender, book(*rows, change=hide))
    assert "bị ẩn trong tệp: 3." in notes(sender, job)
    assert len(figures(sender, job)) == 2


def stored(data: bytes, formula: str, value: str) -> bytes:
    """As Excel saves a formula, with what it came to."""
    buffer, cell = io.BytesIO(), f"<f>{formula}</f><v"
    with ZipFile(io.BytesIO(data)) as before, ZipFile(buffer, "w") as after:
        for name in before.namelist():
            text = before.read(name).decode()
            after.writestr(name, text.replace(f"{cell} />", f"{cell}>{value}</v>"))
    return buffer.getvalue()


@pytest.mark.parametrize(("way", "taken"), [("yes", {"41.2", "44.7"}), ("no", {"44.7"})])
def test_the_stored_value_of_a_formula_is_offered(
    sender: Client, way: str, taken: set[str]
) -> None:
    rows = (["pii", "40", 2025, "=40+1.2"], ["pii", "38", 2025, 44.7])
    job = look(sender, stored(book(HEADER, *rows), "40+1.2", "41.2"))
    assert (job.state, job.found["questions"]) == ("asking", ["formulas"])
    done = answer(sender, job, takes_formulas=way)
    lines = list(sender.get(f"/imports/{done.pk}/").context["page"])
    assert [line.told for line in lines] == [["formula"], []]
    page = sender.get(f"/imports/{done.pk}/").content.decode()
    assert "giá trị đã lưu của công thức" in page
    sender.post(f"/imports/{done.pk}/apply/")
    work_off(FOREVER)
    assert set(Reading.objects.values_list("value_text", flat=True)) == taken


def test_a_row_says_itself_that_its_figure_is_unusual(sender: Client) -> None:
    area = ProvinceFactory.create(code="40")
    for period, value in (("2021", "36.5"), ("2022", "37"), ("2023", "36.8"), ("2024", "37.2")):
        reading(Indicator.objects.get(code="pii"), area, period, value)
    job = look(sender, book(HEADER, ["pii", "40", 2025, 4120]))
    (line,) = sender.get(f"/imports/{job.pk}/").context["page"]
    assert (line.result, bool(line.unusual)) == ("created", True)


def test_refused_rows_come_back_with_the_cell_they_stood_in(sender: Client) -> None:
    rows = (["BẢNG"], HEADER, ["pii", "40", 2025, 41.2], ["pii", "38", 2025, "=1+1"])
    job = look(sender, book(*rows))
    assert (job.created, job.rejected) == (1, 1)
    assert RejectedRow.objects.get().reasons[0]["code"] == "formula"
    assert ">D4<" in sender.get(f"/imports/{job.pk}/").content.decode()
    back = b"".join(sender.get(f"/imports/{job.pk}/rejected.csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert back.splitlines()[0] == "\ufeffindicator,area,period,value,reason"
    assert "D4: " in back


def test_the_preview_shows_every_row_with_what_becomes_of_it(sender: Client) -> None:
    area = ProvinceFactory.create(code="40")
    pii = Indicator.objects.get(code="pii")
    for period, value in (("2023", "36.5"), ("2024", "32.69")):
        reading(pii, area, period, value)
    rows = (
        ["Địa phương", "2023", "2024", "2025"],
        ["Nghệ An", 36.5, 33, 41.2],
        ["Mars", 1044.7, "", ""],
    )
    job = answer(sender, look(sender, book(*rows)), **{"all-indicator": "pii"})
    lines = list(sender.get(f"/imports/{job.pk}/").context["page"])
    assert [(one.place, one.period, one.value, one.before, one.result) for one in lines] == [
        ("B2", "2023", "36,5", "36,5", "unchanged"),
        ("C2", "2024", "33", "32,69", "revised"),
        ("D2", "2025", "41,2", "", "created"),
        ("B3", "2023", "1.044,7", "", "refused"),
    ]
    assert "Mars" in lines[3].reason
    assert (job.created, job.revised, job.unchanged, job.rejected) == (1, 1, 1, 1)


def test_a_form_made_for_the_figures_needs_no_second_step(sender: Client) -> None:
    reading(Indicator.objects.get(code="pii"), ProvinceFactory.create(code="01"), "2025", "65.68")
    form = sender.get("/imports/form.xlsx", {"indicator": "pii", "period": "Năm 2025"})
    made = load_workbook(io.BytesIO(form.content))
    sheet = made.worksheets[0]
    heads = {str(cell.value): cell for cell in sheet[1]}
    assert all(cell.comment for cell in heads.values())
    assert sheet.protection.sheet
    areas = [str(row[3].value) for row in sheet.iter_rows(min_row=2)]
    assert "01" not in areas
    assert {"04", "40"} <= {*areas}
    places = {name: cell.coordinate.rstrip("1") for name, cell in heads.items()}
    sheet[f"{places['Giá trị']}{areas.index('40') + 2}"] = "41,2"
    sheet[f"{places['Ngày công bố']}{areas.index('40') + 2}"] = "5/1/2026"
    sheet[f"{places['Giá trị']}{areas.index('04') + 2}"] = 30.1
    buffer = io.BytesIO()
    made.save(buffer)
    job = look(sender, buffer.getvalue())
    assert (job.state, job.created, job.rejected) == ("done", 2, 0)
    sender.post(f"/imports/{job.pk}/apply/")
    work_off(FOREVER)
    now = Reading.objects.exclude(area__code="01").values_list("area__code", "value_text")
    assert {*now} == {("40", "41.2"), ("04", "30.1")}
    assert Reading.objects.get(area__code="40").published_on == date(2026, 1, 5)


def test_a_form_says_itself_how_many_provinces_there_were(sender: Client) -> None:
    area = ProvinceFactory.create(code="79")
    area.merged_on = date(2025, 7, 1)
    area.save()
    form = sender.get("/imports/form.xlsx", {"indicator": "pii", "period": "2025"})
    made = load_workbook(io.BytesIO(form.content))
    sheet = made.worksheets[0]
    heads = [str(cell.value) for cell in sheet[1]]
    rows = {str(row[heads.index("Mã địa bàn")].value): row for row in sheet.iter_rows(min_row=2)}
    rows["79"][heads.index("Giá trị")].value = "59,33"
    buffer = io.BytesIO()
    made.save(buffer)
    job = look(sender, buffer.getvalue())
    assert figures(sender, job) == {("pii", "79", "2025", "59.33")}
    assert Reading.objects.get().base == 34


@pytest.mark.parametrize("asked", [{"period": "abc"}, {"period": "2025", "indicator": "no"}])
def test_a_form_that_cannot_be_made_is_refused(sender: Client, asked: dict[str, str]) -> None:
    assert sender.get("/imports/form.xlsx", asked).status_code == 400


def test_who_is_asked_can_leave_it(sender: Client) -> None:
    job = look(sender, book(["Địa phương", "2023", "2024"], ["Nghệ An", 1, 2]))
    assert sender.get(f"/imports/{job.pk}/")["Location"] == f"/imports/{job.pk}/columns/"
    sender.post(f"/imports/{job.pk}/cancel/")
    job.refresh_from_db()
    assert job.state == "cancelled"


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2025", "2025"),
        ("Năm 2025", "2025"),
        ("Quý III/2025", "2025-Q3"),
        ("Q3/2025", "2025-Q3"),
        ("quý 4 năm 2025", "2025-Q4"),
        ("Tháng 10/2025", "2025-10"),
        ("10/2025", "2025-10"),
        ("T9/2025", "2025-09"),
        ("6 tháng đầu năm 2025", "2025-S1"),
        ("9 tháng năm 2025", "2025-01/2025-09"),
        ("Giai đoạn 2021-2025", "2021/2025"),
        ("2025-Q3", "2025-Q3"),
        ("13/2025", ""),
        ("Năm", ""),
        ("41.2", ""),
        ("", ""),
    ],
)
def test_periods_as_tables_print_them(text: str, period: str) -> None:
    assert read_period(text) == period


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("1.044,7", ","),
        ("1,044.7", "."),
        ("41,2", ","),
        ("41.2", "."),
        ("1.044", ""),
        ("1.044.000", ","),
        ("1044", None),
    ],
)
def test_the_decimal_sign_of_a_text(text: str, sign: str | None) -> None:
    assert decimal_sign(text) == sign


AREAS = {"01": "Hà Nội", "38": "Thanh Hóa", "40": "Nghệ An"}
CODES = Codes(
    AreaNames(
        {area_key(name): {PROVINCE: [code]} for code, name in AREAS.items()},
        levels=dict.fromkeys(AREAS, PROVINCE),
    ),
    {indicator_key(NAME): "pii", "pii": "pii"},
)
_VALUES = st.decimals(0, 9999, places=2).map(lambda value: f"{value:f}")
_TABLE = st.dictionaries(
    st.tuples(st.sampled_from(sorted(AREAS)), st.sampled_from(["2023", "2024", "2025"])),
    _VALUES,
    min_size=1,
)


@hypothesis_settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    table=_TABLE,
    way=st.sampled_from(["long", "period", "area"]),
    is_comma=st.booleans(),
    has_titles=st.booleans(),
    by_name=st.booleans(),
)
def test_what_is_read_equals_the_table_however_it_is_laid_out(
    *,
    table: dict[tuple[str, str], str],
    way: str,
    is_comma: bool,
    has_titles: bool,
    by_name: bool,
) -> None:
    def told(value: str) -> str:
        return f"{float(value):,.2f}".translate(str.maketrans(",.", ".,")) if is_comma else value

    def named(area: str) -> str:
        return AREAS[area] if by_name or way == "area" else area

    areas, years = sorted({a for a, _ in table}), sorted({p for _, p in table})
    if way == "long":
        rows = [["Chỉ tiêu", "Địa phương", "Năm", "Giá trị"]]
        rows += [[NAME, named(a), p, told(v)] for (a, p), v in table.items()]
    elif way == "period":
        rows = [["Chỉ tiêu", "Địa phương", *(f"Năm {year}" for year in years)]]
        rows += [
            [NAME, named(a), *(told(table[a, p]) if (a, p) in table else "" for p in years)]
            for a in areas
        ]
    else:
        rows = [["Chỉ tiêu", "Năm", *map(named, areas)]]
        rows += [
            [NAME, p, *(told(table[a, p]) if (a, p) in table else "" for a in areas)] for p in years
        ]
    if has_titles:
        rows = [["BẢNG SỐ LIỆU", *[""] * (len(rows[0]) - 1)], [""] * len(rows[0]), *rows]
    top = 2 if has_titles else 0
    assert known_in(rows[top], CODES) == max(known_in(row, CODES) for row in rows)
    shape = guess_shape(rows[top], top, CODES)
    shape.decimal = "," if is_comma else "."
    assert shape.missing() == []
    found = Unrolled(shape, CODES, None).figures(rows_of(rows, Looks(), top + 1))
    read = [plain_fields(figure, shape, CODES) for figure in found]
    got = {(one["area"], one["period"]): Decimal(one["value"]) for one in read}
    assert len(read) == len(table)
    assert got == {key: Decimal(value) for key, value in table.items()}


@hypothesis_settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    table=_TABLE,
    way=st.sampled_from(["long", "period", "area"]),
    written=st.sampled_from(["number", "comma", "point", "percent"]),
    titles=st.integers(0, 3),
)
def test_what_is_recorded_equals_the_table_of_any_workbook(
    sender: Client, *, table: dict[tuple[str, str], str], way: str, written: str, titles: int
) -> None:
    """The whole way: file, columns, every row, recorded. The indicator is in %."""

    def told(area: str, period: str) -> Any:
        value = table.get((area, period))
        if value is None or written == "point":
            return value
        if written == "comma":
            return f"{Decimal(value):,.2f}".translate(str.maketrans(",.", ".,"))
        return float(Decimal(value) / 100) if written == "percent" else float(value)

    def show(sheet: Worksheet) -> None:
        for row in sheet.iter_rows(min_row=titles + 2):
            for cell in row:
                cell.number_format = "0.00%" if isinstance(cell.value, float) else "General"

    areas, years = sorted({a for a, _ in table}), sorted({p for _, p in table})
    name, rows = "Tỷ lệ hồ sơ dịch vụ công trực tuyến toàn trình", list[list[Any]]()
    if way == "long":
        rows += [["Chỉ tiêu", "Địa phương", "Năm", "Giá trị"]]
        rows += [[name, AREAS[a], p, told(a, p)] for a, p in table]
    elif way == "period":
        rows += [["Chỉ tiêu", "Địa phương", *(f"Năm {year}" for year in years)]]
        rows += [[name, AREAS[a], *(told(a, p) for p in years)] for a in areas]
    else:
        rows += [["Chỉ tiêu", "Năm", *(AREAS[a] for a in areas)]]
        rows += [[name, p, *(told(a, p) for a in areas)] for p in years]
    above = [["BẢNG SỐ LIỆU"]] * titles
    data = book(*above, *rows, change=show if written == "percent" else id)
    with transaction.atomic():  # Readings are never deleted; each example is taken back.
        job = look(sender, data)
        if job.state == "asking":
            sure = {"decimal": "," if written == "comma" else ".", "is_share": "no"}
            form = sender.get(f"/imports/{job.pk}/columns/").context["form"]
            job = answer(sender, job, **{key: sure[key] for key in sure if key in form.fields})
        found = figures(sender, job)
        transaction.set_rollback(True)
    got = {(area, period): Decimal(value) for _, area, period, value in found}
    assert got == {key: Decimal(value) for key, value in table.items()}


@given(st.decimals(-(10**12), 10**12, places=3), st.booleans())
def test_a_number_printed_with_thousands_is_the_same_number(
    value: Decimal,
    is_comma: bool,
) -> None:
    text = f"{value:,.3f}"
    if is_comma:
        text = text.translate(str.maketrans(",.", ".,"))
    assert Decimal(with_decimals(text, "," if is_comma else ".")) == value
