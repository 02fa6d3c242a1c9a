"""The fields of one sent document, read one by one, with all faults collected. Pure."""

import re
from collections.abc import Mapping, Sequence, Set
from contextlib import suppress
from datetime import date
from decimal import Decimal
from functools import lru_cache

from django.utils.translation import gettext as _

from core.calendar.periods import FIRST_YEAR, LAST_YEAR, InvalidPeriod, Period, parse_period
from core.errors import Fault, step_to, unknown_field
from core.text.numbers import LONGEST, InvalidNumber, SentNumber, parse_decimal, parse_decimals
from core.text.vietnamese import plain_text

_COUNT = re.compile(r"[1-9][0-9]{0,8}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SHOWN = 40


class Fields:
    """Numbers are ``SentNumber`` or int, texts are str; null counts as not sent.

    For a faulty field a method notes the fault and returns what it returns for an absent one.
    """

    def __init__(self, document: Mapping[str, object], pointer: str = "") -> None:
        self.faults: list[Fault] = []
        self._document = document
        self._pointer = pointer

    def fault(self, code: str, name: str, detail: str) -> None:
        self.faults.append(Fault(code, detail, f"{self._pointer}/{step_to(name)}"))

    def is_sound(self, *names: str) -> bool:
        """No fault was noted on any of these fields."""
        if not self.faults:
            return True
        pointers = {f"{self._pointer}/{name}" for name in names}
        return all(fault.pointer not in pointers for fault in self.faults)

    def refuse_others(self, known: Set[str]) -> None:
        """Fields that are not known, as a misspelt name must not lose data."""
        if self._document.keys() <= known:
            return
        self.faults += [
            unknown_field(name, self._pointer) for name in self._document if name not in known
        ]

    def text(self, name: str, longest: int) -> str:
        sent = self._document.get(name)
        if sent is None:
            return ""
        if type(sent) is not str:  # A SentNumber is a str of another type.
            self.fault("invalid_text", name, _("Text in quotes is expected."))
            return ""
        if len(sent) > longest:
            detail = _("At most %(longest)d characters are taken.") % {"longest": longest}
            self.fault("too_long", name, detail)
            return ""
        return (sent if sent.isascii() else plain_text(sent)).strip()

    def required(self, name: str, longest: int) -> str:
        found = self.text(name, longest)
        if not found and self.is_sound(name):
            self.fault("required", name, _("This field is needed."))
        return found

    def number(self, name: str) -> tuple[Decimal | None, str]:
        """The number and its text as it was sent."""
        try:
            return read_number(self._document.get(name))
        except InvalidNumber as error:
            self.fault(error.code, name, _number_words(error))
        except TypeError:
            detail = _("Write the number as text or as a JSON number.")
            self.fault("invalid_value", name, detail)
        return None, ""

    def count(self, name: str) -> int | None:
        """A whole number from 1 on."""
        sent = self._document.get(name)
        if sent is None:
            return None
        is_number = isinstance(sent, SentNumber | int) and not isinstance(sent, bool)
        if not is_number or not _COUNT.fullmatch(str(sent)):
            self.fault("invalid_value", name, _("A whole number from 1 on is expected."))
            return None
        return int(str(sent))

    def day(self, name: str) -> date | None:
        sent = self.text(name, _SHOWN)
        if not sent:
            return None
        found = _day(sent)
        if found is None:
            detail = _("“%(text)s” is no day; write it as 2025-11-15.") % {"text": sent}
            self.fault("invalid_date", name, detail)
            return None
        return found

    def period(self, name: str) -> Period | None:
        sent = self.required(name, _SHOWN)
        try:
            return parse_period(sent) if sent else None
        except InvalidPeriod as error:
            self.fault(error.code, name, period_words(error))
            return None


def read_number(sent: object) -> tuple[Decimal | None, str]:
    """The number and its text as it was sent.

    Raises InvalidNumber, and TypeError for what is neither text nor number.
    """
    if sent is None:
        return None, ""
    if isinstance(sent, str):
        return parse_decimal(sent), str(sent)
    if isinstance(sent, int) and not isinstance(sent, bool):
        return parse_decimal(str(sent)), str(sent)
    raise TypeError(type(sent))


def read_numbers(sent: Sequence[object]) -> list[tuple[Decimal | None, str] | None]:
    """As ``read_number`` reads each; None where it raises."""
    if set(map(type, sent)) <= {str, SentNumber}:
        texts = list(map(str, sent))
        with suppress(InvalidNumber):
            return list(zip(parse_decimals(texts), texts, strict=True))
    return [_number_or_none(each) for each in sent]


def _number_or_none(sent: object) -> tuple[Decimal | None, str] | None:
    try:
        return read_number(sent)
    except (InvalidNumber, TypeError):
        return None


@lru_cache(maxsize=4096)  # Bulk requests repeat a few days thousands of times.
def _day(text: str) -> date | None:
    """None if the text is no day of the calendar, or of a year that is not taken."""
    try:
        found = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None
    return found if found and FIRST_YEAR <= found.year <= LAST_YEAR else None


def _number_words(error: InvalidNumber) -> str:
    words = {
        "blank": _("Write a number, or null where there is none."),
        "too_long": _("A number has at most %(longest)d characters.") % {"longest": LONGEST},
        "decimal_comma": _("Write the number with a decimal point, as in 14.02."),
        "exponent": _("Write the number in full, without an exponent."),
    }
    unknown = _("“%(text)s” is no number.") % {"text": error.text[:_SHOWN]}
    return words.get(error.reason, unknown)


def period_words(error: InvalidPeriod) -> str:
    words = {
        "no_such_day": _("There is no such month, week or day."),
        "year_out_of_range": _("Years from %(first)d to %(last)d are taken.")
        % {"first": FIRST_YEAR, "last": LAST_YEAR},
        "reversed": _("The period ends before it begins."),
        "single_unit": _("A range of one year or month is written as that year or month."),
    }
    unknown = _(
        "“%(text)s” is no period; write it as 2025, 2025-S1, 2025-Q3, 2025-11, 2026-W12, "
        "2025-11-15 or 2016/2020."
    ) % {"text": error.text[:_SHOWN]}
    return words.get(error.reason, unknown)
