"""What a printed deadline means."""

import unicodedata
from datetime import date

import pytest

from tasks.planning.deadlines import NoDeadlineError, is_rough, read_due, take_as_printed

ISSUED = 2025


@pytest.mark.parametrize(
    ("text", "on", "kind"),
    [
        ("6/2025", date(2025, 6, 30), "month"),
        ("06/2025", date(2025, 6, 30), "month"),
        ("2/2028", date(2028, 2, 29), "month"),
        ("Tháng 10/2025", date(2025, 10, 31), "month"),
        ("Tháng 5 năm 2026", date(2026, 5, 31), "month"),
        ("trước tháng 6/2025", date(2025, 5, 31), "month"),
        ("Quý III/2025", date(2025, 9, 30), "quarter"),
        ("quý 4 năm 2025", date(2025, 12, 31), "quarter"),
        ("Quý II", date(2025, 6, 30), "quarter"),
        ("2025", date(2025, 12, 31), "year"),
        ("Trong năm 2026", date(2026, 12, 31), "year"),
        ("Trước năm 2030", date(2029, 12, 31), "year"),
        ("2025-2026", date(2026, 12, 31), "range"),
        ("2025 – 2026", date(2026, 12, 31), "range"),
        ("Giai đoạn 2025 đến 2030", date(2030, 12, 31), "range"),
        ("6 tháng đầu năm 2026", date(2026, 6, 30), "range"),
        ("31/12/2025", date(2025, 12, 31), "day"),
        ("Trước ngày 15/12", date(2025, 12, 14), "day"),
        ("trước ngày 01/01/2026", date(2025, 12, 31), "day"),
        ("ngày 20 tháng 11 năm 2025", date(2025, 11, 20), "day"),
        ("Thường xuyên", None, "ongoing"),
        ("Nhiệm vụ thường xuyên", None, "ongoing"),
        ("Hằng năm", None, "recurring"),
        ("hàng quý", None, "recurring"),
        ("2025 và những năm tiếp theo", None, "from_year"),
        ("Từ năm 2026 trở đi", None, "from_year"),
        ("Q3/2026", date(2026, 9, 30), "quarter"),
        ("Đầu quý II/2026", date(2026, 4, 30), "month"),
        ("Cuối năm 2026", date(2026, 12, 31), "year"),
        ("Cuối quý II/2026", date(2026, 6, 30), "quarter"),
        ("Đầu năm 2026", date(2026, 3, 31), "quarter"),
        ("giữa tháng 6/2026", date(2026, 6, 20), "day"),
        ("15/12 hằng năm", None, "recurring"),
        ("15/6 và 15/12 hằng năm", None, "recurring"),
        ("", None, "none"),
    ],
)
def test_the_last_day_that_the_words_can_mean(text: str, on: date | None, kind: str) -> None:
    for form in ("NFC", "NFD"):
        assert read_due(unicodedata.normalize(form, f" {text} "), ISSUED) == (on, kind)


@pytest.mark.parametrize(
    "text",
    [
        "31/2/2025",
        "13/2025",
        "0/2025",
        "Quý V/2025",
        "2026-2025",
        "sớm nhất",
        "31/12/25",
        "trước 1/1/0001",
    ],
)
def test_what_is_no_deadline_is_refused(text: str) -> None:
    with pytest.raises(NoDeadlineError):
        read_due(text, ISSUED)


@pytest.mark.parametrize(
    ("text", "on", "kind"),
    [
        ("Sau khi có hướng dẫn", None, "as_printed"),
        ("Theo Kế hoạch của Trung ương", None, "as_printed"),
        ("31/2/2025", None, "as_printed"),
        ("15/12 hằng năm", None, "recurring"),
        ("Đầu quý II/2026", date(2026, 4, 30), "month"),
    ],
)
def test_words_of_no_certain_day_are_taken_as_printed_and_flagged(
    text: str, on: date | None, kind: str
) -> None:
    due = take_as_printed(text, ISSUED)
    assert due == (on, kind)
    assert is_rough(text, due)


@pytest.mark.parametrize(
    "text", ["6/2025", "Q3/2026", "Thường xuyên", "Hằng năm", "", "Cuối năm 2026"]
)
def test_other_words_are_not(text: str) -> None:
    assert not is_rough(text, take_as_printed(text, ISSUED))
