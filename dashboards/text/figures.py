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
    """With the digits it has, or rounded to ``places``, and a true minus; "–" for nothing."""
    if value is None or value == "":
        return NOTHING
    exact = value if isinstance(value, Decimal) else Decimal(value)
    if places is not None:
        exact = round_half_up(exact, places)
    return numeral(exact)


def percent(value: Decimal | None) -> str:
    """A rate in percent, without a trailing ",0": "51%", "33,3%"; "–" for nothing."""
    return NOTHING if value is None else number(trimmed(value)) + "%"


def share(value: str | Decimal | None) -> str:
    """A fraction to four decimals at most, as the formulas print it: "0,1569"."""
    if value is None:
        return NOTHING
    return number(trimmed_to(Decimal(value), _SHARE_PLACES))


def fraction_as_percent(value: str | Decimal | None, places: int = 1) -> str:
    """0.0206 → "2,1%"."""
    if value is None:
        return NOTHING
    return percent(round_half_up(Decimal(value) * 100, places))


def trimmed_to(value: Decimal, places: int) -> str:
    """To at most ``places`` decimals, without trailing zeros: the text of the rounded number."""
    return trimmed(round_half_up(value, places))


def signed(change: int) -> str:
    """ "+2", "−1", "0" with a true minus."""
    return f"+{number(change)}" if change > 0 else f"−{number(-change)}" if change else "0"


def numbered(number_: int | str, name: str) -> str:
    """ "3. Investment", but "Group 3" where the name is nothing but its number."""
    return name if name.endswith(f" {number_}") else f"{number_}. {name}"


def is_web_address(text: str) -> bool:
    """Addresses come from outside: only these become links."""
    return text.startswith(("https://", "http://"))


def day(value: date | None) -> str:
    return NOTHING if value is None else f"{value:%d/%m/%Y}"


def period(text: str) -> str:
    """ "2025-Q3" → "Quý III/2025"."""
    return parse_period(text).label(language()) if text else NOTHING


def period_label(value: Period) -> str:
    return value.label(language())
