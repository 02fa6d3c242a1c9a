"""The official sentence, right for any counts, in both languages."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils.translation import override

from reports.content.words import in_words, percent_of, sentence
from tasks.completion.counts import Counts

DAY = date(2025, 11, 15)
HUNDRED = Counts(completed_on_time=51, in_progress_on_schedule=40, not_started_on_schedule=9)


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        (
            HUNDRED,
            (
                "Tính đến ngày 15/11/2025, được giao 100 nhiệm vụ; đã hoàn thành 51 (đạt 51%); "
                "đang thực hiện trong hạn 49; quá hạn chưa hoàn thành 0."
            ),
        ),
        (Counts(), "Tính đến ngày 15/11/2025, chưa được giao nhiệm vụ nào."),
        (
            Counts(completed_late=1, ongoing=1, cancelled=2),
            (
                "Tính đến ngày 15/11/2025, được giao 4 nhiệm vụ; đã hoàn thành 1 (đạt 100%); đang "
                "thực hiện trong hạn 0; quá hạn chưa hoàn thành 0; nhiệm vụ thường xuyên 1; "
                "đã hủy 2."
            ),
        ),
    ],
)
def test_in_vietnamese(counts: Counts, words: str) -> None:
    with override("vi"):
        assert in_words(sentence(DAY, counts), counts) == words


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        (Counts(not_started_overdue=1), ", 1 task has been assigned; completed 0 (0%); "),
        (HUNDRED, ", 100 tasks have been assigned; completed 51 (51%); "),
        (Counts(), ", no task has been assigned."),
    ],
)
def test_in_english(counts: Counts, words: str) -> None:
    with override("en"):
        assert words in in_words(sentence(DAY, counts), counts)


def test_a_figure_in_free_text_is_the_tables() -> None:
    with override("vi"):
        text = in_words("Đã xong {hoan_thanh}/{so_nhiem_vu} ({ty_le}), {khac}", HUNDRED)
    assert text == "Đã xong 51/100 (51%), {khac}"


def test_a_rate_is_printed_as_the_language_does() -> None:
    with override("vi"):
        assert [percent_of(one) for one in (None, Decimal("51.0"), Decimal("33.3"))] == [
            "–",
            "51%",
            "33,3%",
        ]
