"""Figures as the reader's language writes them: 14,02 in Vietnamese, 14.02 in English; 51%."""

from datetime import date
from decimal import Decimal

from core.calendar.periods import Period, parse_period
from core.text.language import in_language, numeral
from core.text.numbers import round_half_up, trimmed

NOTHING = "–"
_SHARE_PLACES = 4


def language() -> str:
    return in_language("vi", "en")


def number(value: Decimal | int | str | None, places: int | None = None) -> str:
    """With all its digits, or rounded to ``places``; with a true minus; "–" for nothing."""
    if value is None or value == "":
        return NOTHING
    exact = value if isinstance(value, Decimal) else Decimal(value)
    if places is not None:
        exact = round_half_up(exact, places)
    return numeral(exact)


def percent(value: Decimal | None) -> str:
    """A rate in percent, without a trailing ",0": "51%", "33,3%"; "–" for nothing."""
    return NOTHING if value is None else number(trimmed(value)) + "%"


def share(value: str) -> str:
    """A fraction to four decimals at most, as the formulas print it: "0,1569"."""
    return number(trimmed_to(Decimal(value), _SHARE_PLACES))


def fraction_as_percent(value: str, places: int) -> str:
    """0.0206 to one place → "2,1%"."""
    return percent(round_half_up(Decimal(value) * 100, places))


def trimmed_to(value: Decimal, places: int) -> str:
    """Rounded to at most ``places`` decimals, as a text without trailing zeros."""
    return trimmed(round_half_up(value, places))


def signed(change: int) -> str:
    """ "+2", "−1", "0" with a true minus."""
    return f"+{number(change)}" if change > 0 else f"−{number(-change)}" if change else "0"


def numbered(number_: int | str, name: str) -> str:
    """ "3. Investment", but "Group 3" where the name is nothing but its number."""
    return name if name.endswith(f" {number_}") else f"{number_}. {name}"


def is_web_address(text: str) -> bool:
    """Addresses come from outside, so only those that start like this become links."""
    return text.startswith(("https://", "http://"))


def day(value: date | None) -> str:
    return NOTHING if value is None else f"{value:%d/%m/%Y}"


def period(text: str) -> str:
    """ "2025-Q3" → "Quý III/2025"."""
    return parse_period(text).label(language()) if text else NOTHING


def period_label(value: Period) -> str:
    return value.label(language())
