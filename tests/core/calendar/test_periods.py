"""Periods: what is read, what is refused, how they order and how they are called."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calendar.periods import InvalidPeriod, Period, PeriodKind, parse_period

YEARS = st.integers(1900, 2100)
MONTHS = st.integers(1, 12)


@pytest.mark.parametrize(
    ("text", "kind", "first", "last"),
    [
        ("2025", "year", "2025-01-01", "2025-12-31"),
        ("2025-S1", "half", "2025-01-01", "2025-06-30"),
        ("2025-S2", "half", "2025-07-01", "2025-12-31"),
        ("2025-Q1", "quarter", "2025-01-01", "2025-03-31"),
        ("2025-Q3", "quarter", "2025-07-01", "2025-09-30"),
        ("2025-11", "month", "2025-11-01", "2025-11-30"),
        ("2024-02", "month", "2024-02-01", "2024-02-29"),
        ("2025-11-15", "day", "2025-11-15", "2025-11-15"),
        ("2016/2020", "years", "2016-01-01", "2020-12-31"),
        ("2025-01/2025-09", "months", "2025-01-01", "2025-09-30"),
        ("2024-11/2025-02", "months", "2024-11-01", "2025-02-28"),
    ],
)
def test_a_period_knows_its_kind_and_its_first_and_last_day(
    text: str, kind: str, first: str, last: str
) -> None:
    period = parse_period(text)
    assert (period.kind, period.text) == (PeriodKind(kind), text)
    assert period.first_day == date.fromisoformat(first)
    assert period.last_day == date.fromisoformat(last)


def test_a_range_of_years_may_be_written_with_a_hyphen_and_is_kept_with_a_slash() -> None:
    assert parse_period("2016-2020") == parse_period("2016/2020")
    assert str(parse_period("2016-2020")) == "2016/2020"


def test_four_digits_and_two_are_a_month_never_a_range() -> None:
    assert parse_period("2010-11").kind is PeriodKind.MONTH
    assert parse_period("2010-2011").kind is PeriodKind.YEARS


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "blank"),
        ("   ", "blank"),
        ("\u3000", "blank"),
        (" 2025", "unreadable"),
        ("2025\n", "unreadable"),
        ("２０２５", "unreadable"),  # Full-width digits.
        ("٢٠٢٥", "unreadable"),  # Arabic-Indic digits.
        ("2025-Ｑ3", "unreadable"),
        ("2025-q3", "unreadable"),
        ("2025-Q0", "unreadable"),
        ("2025-Q5", "unreadable"),
        ("2025-S3", "unreadable"),
        ("2025-1", "unreadable"),
        ("202", "unreadable"),
        ("20255", "unreadable"),
        ("2025-11-15T00:00", "unreadable"),
        ("15/11/2025", "unreadable"),
        ("2025-01-2025-09", "unreadable"),
        ("2016–2020", "unreadable"),  # A dash is not a hyphen.
        ("in recent years", "unreadable"),
        ("2025-00", "no_such_day"),
        ("2025-13", "no_such_day"),
        ("2025-02-29", "no_such_day"),
        ("2025-11-31", "no_such_day"),
        ("2025-11-00", "no_such_day"),
        ("2025-01/2025-13", "no_such_day"),
        ("1899", "year_out_of_range"),
        ("2101-Q1", "year_out_of_range"),
        ("0000-01-01", "year_out_of_range"),
        ("1899/2020", "year_out_of_range"),
        ("2020/2101", "year_out_of_range"),
        ("2020/2016", "reversed"),
        ("2025-09/2025-01", "reversed"),
        ("2020/2020", "single_unit"),
        ("2020-2020", "single_unit"),
        ("2025-03/2025-03", "single_unit"),
    ],
)
def test_what_is_no_period_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(InvalidPeriod) as refusal:
        parse_period(text)
    assert (refusal.value.code, refusal.value.reason) == ("invalid_period", reason)


def test_a_refusal_is_a_value_error_that_quotes_no_more_than_forty_characters() -> None:
    with pytest.raises(ValueError, match=r"^unreadable: '9{40}'$"):
        parse_period("9" * 100_000)


@pytest.mark.parametrize(
    ("text", "vietnamese", "english"),
    [
        ("2025", "2025", "2025"),
        ("2025-S1", "6 tháng đầu năm 2025", "First half of 2025"),
        ("2025-S2", "6 tháng cuối năm 2025", "Second half of 2025"),
        ("2025-Q1", "Quý I/2025", "Q1 2025"),
        ("2025-Q3", "Quý III/2025", "Q3 2025"),
        ("2025-Q4", "Quý IV/2025", "Q4 2025"),
        ("2025-11", "Tháng 11/2025", "November 2025"),
        ("2025-02", "Tháng 2/2025", "February 2025"),
        ("2025-11-15", "15/11/2025", "15/11/2025"),
        ("2025-09-02", "02/09/2025", "02/09/2025"),
        ("2016/2020", "Giai đoạn 2016–2020", "2016–2020"),
        ("2025-01/2025-09", "9 tháng đầu năm 2025", "First 9 months of 2025"),
        ("2025-01/2025-12", "12 tháng năm 2025", "12 months of 2025"),
        ("2025-04/2025-09", "Tháng 4–9/2025", "April–September 2025"),
        (
            "2024-11/2025-02",
            "Tháng 11/2024–tháng 2/2025",
            "November 2024–February 2025",
        ),
    ],
)
def test_a_period_is_called_as_the_glossary_says(text: str, vietnamese: str, english: str) -> None:
    period = parse_period(text)
    assert period.label("vi") == period.label("vi-VN") == vietnamese
    assert period.label("en") == english


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2024", "2025", True),
        ("2016/2020", "2021/2025", True),
        ("2016/2020", "2016/2019", False),
        ("2024-Q1", "2025-Q4", True),
        ("2024-02", "2025-03", True),
        ("2025-11-15", "2025-09-24", True),
        ("2025-01/2025-09", "2024-01/2024-09", True),
        ("2025-01/2025-09", "2025-01/2025-06", False),
        ("2024-11/2025-02", "2025-01/2025-04", True),
        ("2024-02/2025-04", "2025-02/2025-04", False),
        ("2025", "2025-S1", False),
        ("2025-S1", "2025-Q1", False),
        ("2016/2020", "2020", False),
    ],
)
def test_periods_have_the_same_length_when_kind_and_count_agree(
    one: str, other: str, same: bool
) -> None:
    assert (parse_period(one).length_key == parse_period(other).length_key) is same


def test_periods_order_by_their_last_day_then_by_their_first() -> None:
    texts = ["2025", "2025-Q4", "2024", "2025-11-15", "2025-S1", "2021/2025"]
    ordered = [period.text for period in sorted(map(parse_period, texts))]
    assert ordered == ["2024", "2025-S1", "2025-11-15", "2021/2025", "2025", "2025-Q4"]


@st.composite
def periods(draw: st.DrawFn) -> str:
    year, month = draw(YEARS), draw(MONTHS)
    day = draw(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
    shapes = [
        f"{year}",
        f"{year}-S{draw(st.integers(1, 2))}",
        f"{year}-Q{draw(st.integers(1, 4))}",
        f"{year}-{month:02d}",
        day.isoformat(),
        f"{min(year, 2099)}/{draw(st.integers(min(year, 2099) + 1, 2100))}",
        f"{year - 1 if year > 1900 else 1900}-01/{year}-{max(month, 2):02d}",
    ]
    return draw(st.sampled_from(shapes))


@given(periods())
def test_reading_what_was_written_gives_the_same_period(text: str) -> None:
    period = parse_period(text)
    assert parse_period(str(period)) == period
    assert period.first_day <= period.last_day
    assert period.label("vi")
    assert period.label("en")


@given(periods(), periods())
def test_order_agrees_with_the_last_day_and_equality_with_the_text(one: str, other: str) -> None:
    first, second = parse_period(one), parse_period(other)
    assert (first == second) is (first.text == second.text)
    if first.last_day < second.last_day:
        assert first < second


@given(YEARS, st.sampled_from([("S", 2), ("Q", 4)]))
def test_parts_of_a_year_fill_it_without_gap_or_overlap(year: int, parts: tuple[str, int]) -> None:
    letter, count = parts
    pieces = [parse_period(f"{year}-{letter}{n}") for n in range(1, count + 1)]
    whole = parse_period(f"{year}")
    assert (pieces[0].first_day, pieces[-1].last_day) == (whole.first_day, whole.last_day)
    assert sum(piece.days for piece in pieces) == whole.days
    for earlier, later in pairwise(pieces):
        assert earlier.last_day + timedelta(days=1) == later.first_day


@given(st.text(alphabet="0129-/QS２٢ ", max_size=15))
def test_any_text_is_an_ascii_period_or_is_refused(text: str) -> None:
    try:
        period = parse_period(text)
    except InvalidPeriod:
        return
    assert isinstance(period, Period)
    assert text.isascii()
