"""The Word file opened in LibreOffice: what stands where on its pages, measured from the PDF."""

import re
import subprocess
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils.translation import override

from provinces.models import Agency
from reports.content.figures import figures_of
from reports.content.rows import rows_of
from reports.files.pdf import pdf
from reports.files.word import word, word_summary
from reports.frozen.services import freeze
from reports.models import FrozenReport, Letterhead
from tasks.models import Assignment
from tests.factories import AgencyFactory, AssignmentFactory, StatusReportFactory
from tests.reports.conftest import CLOSES, Office, office

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
__all__ = ["office"]

_MM = 72 / 25.4
"""Points in a millimetre."""
_NUMBER = re.compile(r"\d+[;.]?$")


@dataclass(frozen=True)
class Word:
    """Where it stands, in millimetres from the page's left upper corner."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Page:
    width: float
    height: float
    words: tuple[Word, ...]

    def line(self, text: str) -> list[Word]:
        """The words of a text that must stand on one line."""
        wanted, found = text.split(), [word.text for word in self.words]
        for start in range(len(found)):
            if found[start : start + len(wanted)] == wanted:
                return list(self.words[start : start + len(wanted)])
        return []


def pages_of(content: bytes, folder: Path) -> list[Page]:
    file = folder / "report.pdf"
    file.write_bytes(content)
    told = subprocess.run(
        ["pdftotext", "-bbox", str(file), "-"], capture_output=True, check=True, text=True
    ).stdout
    number = r'="([\d.]+)"'
    pages = []
    for part in told.split("<page ")[1:]:
        size = re.match(f"width{number} height{number}", part)
        assert size
        words = re.findall(
            f"<word xMin{number} yMin{number} xMax{number} yMax{number}>(.*?)</word>", part
        )
        pages.append(
            Page(
                float(size[1]) / _MM,
                float(size[2]) / _MM,
                tuple(Word(text, *(float(at) / _MM for at in spot)) for *spot, text in words),
            )
        )
    return pages


@pytest.fixture
def offices(office: Office) -> Office:
    agency: Agency = AgencyFactory.create(code="vptu")
    office.plan.standing_agency = agency
    office.plan.save()
    Letterhead.objects.create(
        agency=agency,
        superior="Tỉnh ủy Nghệ An",
        name="Văn phòng",
        symbol="BC-VPTU",
        place="Nghệ An",
        recipients="Thường trực Tỉnh ủy\nBan Chỉ đạo",
        title="Chánh Văn phòng",
        signer="Nguyễn Văn An",
    )
    return office


def _late(office: Office, count: int) -> None:
    for n in range(count):
        row: Assignment = AssignmentFactory.create(
            task__plan=office.plan,
            task__number=str(100 + n),
            task__title_vi=f"Việc {n}: " + "xây dựng, trình ban hành đề án chuyển đổi số " * 5,
            task__product_vi="Đề án được cấp có thẩm quyền phê duyệt theo quy định " * 2,
            task__due_on=date(2025, 6, 30),
            agency=office.tasks[n % 5].agency,
        )
        StatusReportFactory.create(
            assignment=row,
            state="in_progress",
            effective_on=date(2025, 10, 1),
            recorded_at=CLOSES - timedelta(days=40),
            cause="Chờ hướng dẫn của cơ quan có thẩm quyền về kinh phí " * 3,
            remedy="Giao phó giám đốc trực tiếp chỉ đạo, báo cáo hằng tuần " * 2,
        )


def _frozen(office: Office) -> FrozenReport:
    return freeze(office.period, office.area, by=office.reviewer, at=CLOSES)


def _check_margins(pages: list[Page]) -> None:
    """Decree 30: 20-25 above and below, 30-35 left, 15-20 right; across A4 lies on its side."""
    for number, page in enumerate(pages, 1):
        assert sorted((round(page.width), round(page.height))) == [210, 297], number
        body = [word for word in page.words if word.top > 19.5]
        assert min(word.left for word in body) >= 29.5, number
        assert max(word.right for word in body) <= page.width - 14.5, number
        assert max(word.bottom for word in body) <= page.height - 19.5, number
        above = [word for word in page.words if word.top <= 19.5]
        if number == 1:
            assert above == []  # The first page carries no number.
        else:
            [shown] = above
            assert shown.text == str(number)
            middle = (30 + page.width - (15 if page.width < page.height else 20)) / 2
            assert abs((shown.left + shown.right) / 2 - middle) < 1.5


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_hundred_late_tasks_with_long_names(
    offices: Office, tmp_path: Path, language: str
) -> None:
    _late(offices, 100)
    with override(language):
        pages = pages_of(pdf(word(_frozen(offices))), tmp_path)
    _check_margins(pages)
    across = [page for page in pages if page.width > page.height]
    assert len(across) > 10
    # The table's head stands on top of each of its pages, and no day is broken in two.
    first = across[0].line("STT" if language == "vi" else "No.")
    assert first
    for page in across[1:]:
        head = page.line("STT" if language == "vi" else "No.")
        assert head
        assert head[0].top < 25
    days = [word for page in across for word in page.words if "30/06/2025" in word.text]
    assert len(days) == 100
    fonts = subprocess.run(
        ["pdffonts", str(tmp_path / "report.pdf")], capture_output=True, check=True, text=True
    ).stdout.splitlines()[2:]
    # Liberation Serif has the measures of Times New Roman and stands in for it.
    assert fonts
    assert all(re.search(r"Times|Liberation ?Serif", line) for line in fonts), fonts


def test_the_head_stands_on_single_lines_and_the_signature_is_whole(
    offices: Office, tmp_path: Path
) -> None:
    with override("vi"):
        pages = pages_of(pdf(word(_frozen(offices))), tmp_path)
    _check_margins(pages)
    for text in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Nghệ An, ngày 14 tháng 11 năm 2025",
        "TỈNH ỦY NGHỆ AN",
    ):
        line = pages[0].line(text)
        assert line, text
        assert max(word.top for word in line) - min(word.top for word in line) < 1, text
    signed = [page for page in pages if page.line("Nguyễn Văn An")]
    assert len(signed) == 1
    assert signed[0].line("CHÁNH VĂN PHÒNG")
    assert signed[0].line("Nơi nhận:")


def test_none_late_has_no_page_across(offices: Office, tmp_path: Path) -> None:
    offices.report(4, "completed", date(2025, 11, 13), CLOSES - timedelta(hours=1))
    with override("vi"):
        pages = pages_of(pdf(word(_frozen(offices))), tmp_path)
    _check_margins(pages)
    assert all(page.width < page.height for page in pages)


def test_an_empty_document_is_one_page(offices: Office, tmp_path: Path) -> None:
    offices.period.plan = type(offices.plan).objects.create(
        number="1-KH/TU",
        kind="plan",
        name_vi="Trống",
        issuer_vi="Tỉnh ủy",
        issued_on=date(2025, 1, 1),
        area=offices.area,
    )
    offices.period.save()
    with override("vi"):
        [page] = pages_of(pdf(word(_frozen(offices))), tmp_path)
    _check_margins([page])
    assert page.line("chưa được giao nhiệm vụ nào.")


def test_the_page_for_the_chair_is_one_page(offices: Office, tmp_path: Path) -> None:
    _late(offices, 100)
    with override("vi"):
        pages = pages_of(pdf(word_summary(_frozen(offices))), tmp_path)
    assert len(pages) == 1
    _check_margins(pages)


def test_what_the_figures_are_is_what_the_pages_say(offices: Office, tmp_path: Path) -> None:
    report = _frozen(offices)
    found = figures_of(rows_of(offices.plan, offices.area, report.as_of, report.known_at))
    with override("vi"):
        pages = pages_of(pdf(word(report)), tmp_path)
    words = [word.text for page in pages for word in page.words]
    start = words.index("Tính")
    # After the day and its number stand the four figures of the sentence.
    told = [int(word.strip(";.")) for word in words[start + 4 : start + 45] if _NUMBER.match(word)]
    keys = ("total", "completed", "on_schedule", "overdue")
    assert told[:4] == [len(found[f"agencies.{key}"]) for key in keys]
