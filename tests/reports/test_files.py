"""The Word and Excel files, measured from the files themselves."""

import io
import re
from datetime import date, timedelta
from xml.parsers.expat import ParserCreate
from zipfile import ZipFile

import pytest
from django.utils.translation import override
from openpyxl import load_workbook

from reports.files.blocks import plain_text
from reports.files.parts import blocks_of
from reports.files.sheet import excel
from reports.files.word import word
from reports.frozen.services import freeze
from reports.models import FrozenReport, Letterhead
from tests.factories import AgencyFactory, AssignmentFactory
from tests.reports.conftest import CLOSES, Office

_MM = 56.69
"""Twentieths of a point in a millimetre."""


@pytest.fixture
def frozen(office: Office) -> FrozenReport:
    return freeze(office.period, office.area, by=office.reviewer, at=CLOSES)


def _part(report: FrozenReport, name: str = "word/document.xml") -> str:
    with ZipFile(io.BytesIO(word(report))) as file:
        return file.read(name).decode()


def _texts(document: str) -> list[str]:
    return re.findall(r"<w:t [^>]*>([^<]*)</w:t>", document)


def test_the_page_and_its_margins_are_those_of_the_decree(frozen: FrozenReport) -> None:
    document = _part(frozen)
    assert '<w:pgSz w:w="11906" w:h="16838"/>' in document
    [found, *_] = re.findall(r"<w:pgMar ([^>]*)/>", document)
    margins = {key: int(value) / _MM for key, value in re.findall(r'w:(\w+)="(\d+)"', found)}
    assert 20 <= margins["top"] <= 25
    assert 20 <= margins["bottom"] <= 25
    assert 30 <= margins["left"] <= 35
    assert 14.9 <= margins["right"] <= 20


def test_the_letters_are_times_new_roman_13_and_14(frozen: FrozenReport) -> None:
    assert 'w:ascii="Times New Roman"' in _part(frozen, "word/styles.xml")
    document = _part(frozen)
    body = document[
        document.index("BÁO CÁO") : document.rindex("<w:p>", 0, document.index("Nơi nhận"))
    ]
    assert set(re.findall(r'<w:sz w:val="(\d+)"/>', body)) == {"26", "28"}


def test_the_number_stands_centred_on_top_from_the_second_page(frozen: FrozenReport) -> None:
    header = _part(frozen, "word/header1.xml")
    assert '<w:jc w:val="center"/>' in header
    assert "PAGE" in header
    document = _part(frozen)
    assert '<w:headerReference w:type="default"' in document
    assert "<w:titlePg/>" in document
    assert 'w:type="first"' not in document


def test_every_table_with_a_head_repeats_it_and_tears_no_row(frozen: FrozenReport) -> None:
    tables = re.findall(r"<w:tblBorders>.*?</w:tbl>", _part(frozen))
    assert len(tables) == 4
    for table in tables:
        rows = re.findall(r"<w:tr>.*?</w:tr>", table)
        assert "<w:tblHeader/>" in rows[0]
        assert not any("<w:tblHeader/>" in row for row in rows[1:])
        assert all("<w:cantSplit/>" in row for row in rows)


def test_the_head_of_the_state_and_of_the_party(office: Office) -> None:
    agency = AgencyFactory.create(code="vptu")
    office.plan.standing_agency = agency
    office.plan.save()
    head = Letterhead.objects.create(
        agency=agency,
        superior="Tỉnh ủy Nghệ An",
        name="Văn phòng",
        symbol="BC-VPTU",
        place="Nghệ An",
        title="Chánh Văn phòng",
        signer="Nguyễn Văn An",
    )
    with override("vi"):
        texts = _texts(_part(freeze(office.period, office.area, by=office.reviewer, at=CLOSES)))
    for wanted in (
        "TỈNH ỦY NGHỆ AN",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Nghệ An, ngày 14 tháng 11 năm 2025",
        "BÁO CÁO",
        "CHÁNH VĂN PHÒNG",
        "Nguyễn Văn An",
    ):
        assert wanted in texts
    head.layout = Letterhead.Layout.PARTY
    head.save()
    again = freeze(office.period, office.area, by=office.reviewer, at=CLOSES, reason="Đảng")
    texts = _texts(_part(again))
    assert "ĐẢNG CỘNG SẢN VIỆT NAM" in texts
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" not in texts


def test_days_and_early_months_have_a_leading_zero(office: Office) -> None:
    at = CLOSES + timedelta(days=82)
    assert at.date() == date(2026, 2, 4)
    report = freeze(office.period, office.area, by=office.reviewer, at=at)
    assert any("ngày 04 tháng 02 năm 2026" in text for text in _texts(_part(report)))


def test_the_same_report_is_the_same_file_whatever_came_late(
    office: Office, frozen: FrozenReport
) -> None:
    before = word(frozen), excel(frozen)
    office.report(4, "completed", date(2025, 11, 13), CLOSES + timedelta(days=3))
    kept = FrozenReport.objects.get(pk=frozen.pk)
    assert (word(kept), excel(kept)) == before


def test_excel_holds_the_tables_and_every_row(frozen: FrozenReport) -> None:
    with override("vi"):
        book = load_workbook(io.BytesIO(excel(frozen)))
        status = {row[0].value: row[1].value for row in book["Nhiệm vụ theo trạng thái"]}
    assert status["Tổng số"] == 5
    rows = list(book["Tất cả các dòng"].iter_rows(min_row=2, values_only=True))
    assert [row[0] for row in rows] == [row["id"] for row in frozen.figures["rows"]]


def test_a_hundred_late_tasks_with_long_names_are_all_in_the_appendix(office: Office) -> None:
    for n in range(100, 200):
        AssignmentFactory.create(
            task__plan=office.plan,
            task__number=str(n),
            task__title_vi=f"Việc {n} " + "rất dài <&> " * 60,
            task__due_on=date(2025, 6, 30),
            agency=office.tasks[0].agency,
        )
    report = freeze(office.period, office.area, by=office.reviewer, at=CLOSES)
    document = _part(report)
    appendix = re.findall(r"<w:tblBorders>.*?</w:tbl>", document)[-1]
    assert appendix.count("<w:tr>") == 1 + 101  # The head, and task 4 was late already.
    assert appendix.count("<w:gridCol") == 10
    assert 'w:orient="landscape"' in document


def test_an_empty_document_has_its_sentence_and_no_table(office: Office) -> None:
    office.period.plan = type(office.plan).objects.create(
        number="1-KH/TU",
        kind="plan",
        name_vi="Trống",
        issuer_vi="Tỉnh ủy",
        issued_on=date(2025, 1, 1),
        area=office.area,
    )
    office.period.save()
    report = freeze(office.period, office.area, by=office.reviewer, at=CLOSES)
    document = _part(report)
    assert "<w:tblBorders>" not in document
    assert 'w:orient="landscape"' not in document
    with override("en"):
        assert "no task has been assigned" in plain_text(blocks_of(report))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_file_is_wellformed_in_both_languages(frozen: FrozenReport, language: str) -> None:
    with override(language), ZipFile(io.BytesIO(word(frozen))) as file:
        for name in file.namelist():
            assert ParserCreate().Parse(file.read(name), True) == 1
