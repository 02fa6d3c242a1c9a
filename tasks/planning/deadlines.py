"""Deadlines as Vietnamese documents print them, and the last day they can mean. Pure.

Ongoing and recurring work has no day. A day without a year takes the year of the document. Words
that wait for something else ("Sau khi có hướng dẫn") are taken as printed.
"""

import re
import unicodedata
from calendar import monthrange
from datetime import date, timedelta
from typing import NamedTuple

from core.text.vietnamese import fold
from tasks.states import DueKind


class Due(NamedTuple):
    """``on`` is the last day that the words can mean; None where there is none."""

    on: date | None
    kind: DueKind


class NoDeadlineError(ValueError):
    """Words that are no deadline, or a day that does not exist."""


_BEFORE = r"(?P<before>truoc )?"
_YEAR = r"(20\d\d|2100)"
_PATTERNS: tuple[tuple[DueKind, str], ...] = (
    (DueKind.ONGOING, r"(nhiem vu )?thuong xuyen(,? lien tuc)?(,? hang nam)?"),
    (DueKind.ONGOING, r"(nhiem vu )?lien tuc"),
    (DueKind.RECURRING, r"(dinh ky |theo )?(hang|moi) (nam|quy|thang|tuan)"),
    (DueKind.RECURRING, r"dinh ky( 6 thang| hang quy)?"),
    (DueKind.RECURRING, r".*\b(hang|moi) (nam|quy|thang|tuan)"),
    (
        DueKind.FROM_YEAR,
        rf"(tu )?(nam )?{_YEAR}( tro di| va (cac|nhung) nam (tiep theo|sau))",
    ),
    (
        DueKind.DAY,
        rf"{_BEFORE}(ngay )?(?P<day>\d\d?)[/.-](?P<month>\d\d?)([/.-](?P<year>\d{{4}}))?",
    ),
    (
        DueKind.DAY,
        rf"{_BEFORE}ngay (?P<day>\d\d?) thang (?P<month>\d\d?)( nam (?P<year>\d{{4}}))?",
    ),
    (DueKind.DAY, r"(?P<third>dau|giua) thang (?P<month>\d\d?)([/.-]| nam )(?P<year>\d{4})"),
    (DueKind.MONTH, rf"{_BEFORE}(thang )?(?P<month>\d\d?)[/.-](?P<year>\d{{4}})"),
    (DueKind.MONTH, rf"{_BEFORE}thang (?P<month>\d\d?)( nam (?P<year>\d{{4}}))?"),
    (DueKind.MONTH, rf"dau quy (?P<early>i{{1,3}}|iv|[1-4])([/.-]| nam | )?(?P<year>{_YEAR})?"),
    (DueKind.QUARTER, r"dau nam (?P<year>\d{4})"),
    (DueKind.QUARTER, r"(quy |q)(?P<quarter>i{1,3}|iv|[1-4])([/.-]| nam | )?(?P<year>\d{4})?"),
    (DueKind.RANGE, r"6 thang (?P<half>dau|cuoi) nam( (?P<year>\d{4}))?"),
    (DueKind.YEAR, rf"{_BEFORE}(nam )?(?P<year>20\d\d)"),
    (DueKind.RANGE, r"(giai doan |tu |nam )*(?P<first>20\d\d)( den |-)(nam )?(?P<last>20\d\d)"),
)
_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_HALVES = {"dau": 6, "cuoi": 12}
_THIRDS = {"dau": 10, "giua": 20}
_ROUGH = re.compile(r"(dau|giua) ")


def read_due(text: str, year: int) -> Due:
    """The deadline that ``text`` prints, in a document of that year. Raises NoDeadlineError."""
    words = fold(unicodedata.normalize("NFC", text)).replace("–", "-").replace("—", "-")
    words = re.sub(r"\s*([-/.])\s*", r"\1", words).rstrip(".;, ")
    # Words in front that change nothing: "thời hạn", "đến hết", "chậm nhất là" …
    words = re.sub(r"^(thoi han|hoan thanh|xong)[: ]+", "", words)
    words = re.sub(r"^(trong|den|den het|den cuoi|cuoi|het|cham nhat)( la)? (?=\S)", "", words)
    if not words:
        return Due(None, DueKind.NONE)
    for kind, pattern in _PATTERNS:
        if match := re.fullmatch(pattern, words):
            try:
                return Due(_last_day(kind, match.groupdict(), year), kind)
            except (ValueError, OverflowError) as error:
                raise NoDeadlineError(text) from error
    raise NoDeadlineError(text)


def take_as_printed(text: str, year: int) -> Due:
    """As ``read_due``; words it does not know, and days that do not exist, have no day."""
    try:
        return read_due(text, year)
    except NoDeadlineError:
        return Due(None, DueKind.AS_PRINTED)


def is_rough(text: str, due: Due) -> bool:
    """Whether the words name no certain day: somebody should look at what was made of them."""
    has_day = due.on is None and any(sign.isdigit() for sign in text)
    recurs = due.kind == DueKind.RECURRING and has_day
    return recurs or due.kind == DueKind.AS_PRINTED or bool(_ROUGH.search(fold(text)))


def _last_day(kind: DueKind, parts: dict[str, str | None], year: int) -> date | None:
    """ "trước ngày 15/12" ends on the 14th, "trước tháng 6/2025" with May; "đầu" means the first
    quarter of a year, the first month of a quarter, the first ten days of a month.

    Raises ValueError or OverflowError where there is no such day, and ValueError for years that
    run backwards.
    """
    number = {name: int(part) for name, part in parts.items() if part and part.isdecimal()}
    year, before = number.get("year", year), bool(parts.get("before"))
    match kind:
        case DueKind.DAY:
            day = number["day"] if "day" in number else _THIRDS[parts["third"] or ""]
            return date(year, number["month"], day) - timedelta(days=before)
        case DueKind.MONTH if before:
            return date(year, number["month"], 1) - timedelta(days=1)
        case DueKind.MONTH:
            early = parts.get("early")
            month = 3 * _QUARTERS[early] - 2 if early else number["month"]
        case DueKind.QUARTER:
            # "đầu năm" names none.
            month = 3 * _QUARTERS[parts.get("quarter") or "i"]
        case DueKind.RANGE if half := parts.get("half"):
            month = _HALVES[half]
        case DueKind.RANGE:
            if number["last"] < number["first"]:
                raise ValueError("The end is before the beginning.")
            year, month = number["last"], 12
        case DueKind.YEAR:
            year, month = year - before, 12
        case _:
            return None
    return date(year, month, monthrange(year, month)[1])
