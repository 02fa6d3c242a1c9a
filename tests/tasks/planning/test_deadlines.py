"""What a printed deadline means."""

import unicodedata
from datetime import date

import pytest

from tasks.planning.deadlines import NoDeadlineError, read_due

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
