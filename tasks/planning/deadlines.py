"""Deadlines as Vietnamese documents print them, and the last day they can mean. Pure.

Ongoing and recurring work has no day. A day without a year takes the year of the document.
"""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

from core.text.vietnamese import fold
from tasks.states import DueKind


class Due(NamedTuple):
    """``on`` is the last day that the words can mean; None where there is none."""

    on: date | None
    kind: DueKind


_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_HALVES = {"dau": 6, "cuoi": 12}
_YEAR = r"(20\d\d|2100)"
_Read = Callable[[re.Match[str], int], Due]


class NoDeadlineError(ValueError):
    """Words that are no deadline, or a day that does not exist."""


def read_due(text: str, year: int) -> Due:
    """The deadline that ``text`` prints, in a document of that year. Raises NoDeadlineError."""
    words = _plain(text)
    if not words:
        return Due(None, DueKind.NONE)
    for pattern, read in _PATTERNS:
        if match := re.fullmatch(pattern, words):
            try:
                return read(match, year)
            except ValueError as error:
                raise NoDeadlineError(text) from error
    raise NoDeadlineError(text)


def _plain(text: str) -> str:
    """Lower-case letters without marks, one kind of dash, no word that changes nothing."""
    plain = fold(unicodedata.normalize("NFC", text)).replace("–", "-").replace("—", "-")
    plain = re.sub(r"\s*([-/.])\s*", r"\1", plain).rstrip(".;, ")
    plain = re.sub(r"^(thoi han|hoan thanh|xong)[: ]+", "", plain)
    return re.sub(r"^(trong|den|den het|den cuoi|cuoi|het|cham nhat)( la)? (?=\S)", "", plain)


def _never(kind: DueKind) -> _Read:
    return lambda _match, _year: Due(None, kind)


def _month_end(year: int, month: int) -> date:
    """Raises ValueError for a month that does not exist."""
    return date(year, month, monthrange(year, month)[1])


def _day(match: re.Match[str], year: int) -> Due:
    """ "trước ngày 15/12" ends on the 14th."""
    day = date(int(match["year"] or year), int(match["month"]), int(match["day"]))
    return Due(day - timedelta(days=1) if match["before"] else day, DueKind.DAY)


def _month(match: re.Match[str], year: int) -> Due:
    """ "trước tháng 6/2025" ends with May."""
    end = _month_end(int(match["year"] or year), int(match["month"]))
    return Due(end.replace(day=1) - timedelta(days=1) if match["before"] else end, DueKind.MONTH)


def _quarter(match: re.Match[str], year: int) -> Due:
    end = _month_end(int(match["year"] or year), 3 * _QUARTERS[match["quarter"]])
    return Due(end, DueKind.QUARTER)


def _half(match: re.Match[str], year: int) -> Due:
    end = _month_end(int(match["year"] or year), _HALVES[match["half"]])
    return Due(end, DueKind.RANGE)


def _year(match: re.Match[str], _year: int) -> Due:
    year = int(match["year"]) - bool(match["before"])
    return Due(date(year, 12, 31), DueKind.YEAR)


def _range(match: re.Match[str], _year: int) -> Due:
    """Raises ValueError where the end is before the beginning."""
    first, last = int(match["first"]), int(match["last"])
    if last < first:
        raise ValueError(match[0])
    return Due(date(last, 12, 31), DueKind.RANGE)


_BEFORE = r"(?P<before>truoc )?"
_PATTERNS: tuple[tuple[str, _Read], ...] = (
    (r"(nhiem vu )?thuong xuyen(,? lien tuc)?(,? hang nam)?", _never(DueKind.ONGOING)),
    (r"(nhiem vu )?lien tuc", _never(DueKind.ONGOING)),
    (r"(dinh ky |theo )?(hang|moi) (nam|quy|thang|tuan)", _never(DueKind.RECURRING)),
    (r"dinh ky( 6 thang| hang quy)?", _never(DueKind.RECURRING)),
    (
        rf"(tu )?(nam )?{_YEAR}( tro di| va (cac|nhung) nam (tiep theo|sau))",
        _never(DueKind.FROM_YEAR),
    ),
    (
        rf"{_BEFORE}(ngay )?(?P<day>\d\d?)[/.-](?P<month>\d\d?)([/.-](?P<year>\d{{4}}))?",
        _day,
    ),
    (
        rf"{_BEFORE}ngay (?P<day>\d\d?) thang (?P<month>\d\d?)( nam (?P<year>\d{{4}}))?",
        _day,
    ),
    (rf"{_BEFORE}(thang )?(?P<month>\d\d?)[/.-](?P<year>\d{{4}})", _month),
    (rf"{_BEFORE}thang (?P<month>\d\d?)( nam (?P<year>\d{{4}}))?", _month),
    (r"quy (?P<quarter>i{1,3}|iv|[1-4])([/.-]| nam | )?(?P<year>\d{4})?", _quarter),
    (r"6 thang (?P<half>dau|cuoi) nam( (?P<year>\d{4}))?", _half),
    (rf"{_BEFORE}(nam )?(?P<year>20\d\d)", _year),
    (r"(giai doan |tu |nam )*(?P<first>20\d\d)( den |-)(nam )?(?P<last>20\d\d)", _range),
)
