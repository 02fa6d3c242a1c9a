"""Periods as tables print them: "Năm 2025", "Quý III/2025", "6 tháng đầu năm 2025". Pure."""

import re
from datetime import date
from functools import lru_cache

from core.calendar.periods import InvalidPeriod, parse_period
from core.text.vietnamese import fold

_YEAR = r"(?P<year>(19|20)\d\d)"
_OF_YEAR = rf"(/| nam |\.|-| )*{_YEAR}"
_SINCE_JANUARY = rf"(thang|t)( dau)?( nam)?[ /.-]*{_YEAR}"
_PATTERNS = (
    (rf"(ca )?(nam|year)? ?{_YEAR}", "{year}"),
    (rf"(quy|q)[ .]*(?P<quarter>i{{1,3}}|iv|[1-4]){_OF_YEAR}", "{year}-Q{quarter}"),
    (rf"(thang |t)(?P<month>\d\d?){_OF_YEAR}", "{year}-{month}"),
    (rf"(?P<month>\d\d?)/{_YEAR}", "{year}-{month}"),
    (rf"(nua dau nam|h1|s1)( |/)*{_YEAR}", "{year}-S1"),
    (rf"(6 thang cuoi nam|nua cuoi nam|h2|s2)( |/)*{_YEAR}", "{year}-S2"),
    (rf"3 ?{_SINCE_JANUARY}", "{year}-Q1"),
    (rf"6 ?{_SINCE_JANUARY}", "{year}-S1"),
    (rf"9 ?{_SINCE_JANUARY}", "{year}-01/{year}-09"),
    (rf"12 ?{_SINCE_JANUARY}", "{year}"),
    (rf"(giai doan )?{_YEAR} ?[-–] ?(?P<last>(19|20)\d\d)", "{year}/{last}"),
)
_QUARTERS = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}


@lru_cache(maxsize=2048)
def read_period(text: str) -> str:
    """ "Quý III/2025" → "2025-Q3"; "" for what names no period."""
    words = fold(text)
    for pattern, code in _PATTERNS:
        if match := re.fullmatch(pattern, words):
            parts = {name: part or "" for name, part in match.groupdict().items()}
            parts["quarter"] = _QUARTERS.get(parts.get("quarter", ""), parts.get("quarter", ""))
            parts["month"] = parts.get("month", "").zfill(2)
            return _sound(code.format(**parts))
    return _sound(text.strip())


def _sound(text: str) -> str:
    try:
        return parse_period(text).text
    except InvalidPeriod:
        return ""


@lru_cache(maxsize=512)
def first_day(code: str) -> date:
    """``date.max`` for what is no period."""
    try:
        return parse_period(code).first_day
    except InvalidPeriod:
        return date.max
