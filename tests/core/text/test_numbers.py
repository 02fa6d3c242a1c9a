"""Numbers as they are sent, rounded and printed."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text.numbers import (
    InvalidNumber,
    parse_decimal,
    parse_decimals,
    plain,
    round_half_up,
    trimmed,
    whole,
)


@pytest.mark.parametrize("text", ["0", "14.02", "-3.5", "14.020", "007", "1" * 40])
def test_a_plain_decimal_is_read_digit_by_digit(text: str) -> None:
    assert parse_decimal(text) == Decimal(text)
    assert str(parse_decimal("14.020")) == "14.020"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "blank"),
        (" ", "blank"),
        ("1" * 41, "too_long"),
        ("1,5", "decimal_comma"),
        ("1.234,5", "decimal_comma"),
        ("1e5", "exponent"),
        ("-1.5E+3", "exponent"),
        ("NaN", "not_a_number"),
        ("Infinity", "not_a_number"),
        ("True", "not_a_number"),
        ("+1", "not_a_number"),
        (".5", "not_a_number"),
        ("5.", "not_a_number"),
        (" 5", "not_a_number"),
        ("5\n", "not_a_number"),
        ("1_000", "not_a_number"),
        ("−5", "not_a_number"),  # A minus sign that is no hyphen.
        ("１４", "not_a_number"),  # Full-width digits.
        ("<1", "not_a_number"),
    ],
)
def test_what_is_no_plain_decimal_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(InvalidNumber) as refusal:
        parse_decimal(text)
    assert (refusal.value.code, refusal.value.reason) == ("invalid_value", reason)


@given(
    st.lists(
        st.sampled_from(
            ["0", "-0.00", "14.020", "-3.5", "1" * 40, "1" * 41, "1\n2", "5\n", "", "1e5", "NaN"]
        )
    )
)
def test_many_are_read_as_each_is(texts: list[str]) -> None:
    def shown(read: Callable[[], list[Decimal]]) -> object:
        try:
            return [str(value) for value in read()]
        except InvalidNumber as refusal:
            return refusal.reason

    alone = shown(lambda: [parse_decimal(text) for text in texts])
    assert shown(lambda: parse_decimals(texts)) == alone


@pytest.mark.parametrize(
    ("value", "places", "rounded"),
    [
        ("0.25", 1, "0.3"),
        ("-0.25", 1, "-0.3"),
        ("2.5", 0, "3"),
        ("-0.04", 1, "0.0"),
        ("51", 1, "51.0"),
        ("9" * 40, 2, "9" * 40 + ".00"),
    ],
)
def test_halves_are_rounded_away_from_zero(value: str, places: int, rounded: str) -> None:
    assert plain(round_half_up(Decimal(value), places)) == rounded


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0.5000", "0.5"),
        ("30", "30"),
        ("30.00", "30"),
        ("100", "100"),
        ("1E+3", "1000"),
        ("-0.0", "0"),
        ("0.0784", "0.0784"),
    ],
)
def test_trailing_zeros_after_the_point_are_trimmed(value: str, text: str) -> None:
    assert trimmed(Decimal(value)) == text


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, places=6, min_value=-(10**12), max_value=10**12
    )
)
def test_printing_and_reading_gives_the_number_back(value: Decimal) -> None:
    assert parse_decimal(plain(value)) == value
    assert parse_decimal(trimmed(value)) == value
    assert abs(round_half_up(value, 2) - value) <= Decimal("0.005")


@pytest.mark.parametrize("text", ["", "-1", "1.0", " 1", "x", "٣", "9" * 19, "9" * 5000])
def test_what_names_no_row_is_no_number(text: str) -> None:
    assert (whole("0"), whole("9" * 18), whole(text)) == (0, 10**18 - 1, None)
