"""What the names in a table of readings mean: areas and indicators by code, name or short name."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import product

from core.calendar.period_words import read_period
from core.tables.layout import BETWEEN
from core.text.vietnamese import fold
from indicators.models import Indicator
from provinces.lookup import spelling
from provinces.models import Area

_SIGNS = re.compile(r"[.,;:()–-]+")
_BRACKET = re.compile(r"\(([^()]+)\)")
_KIND = re.compile(r"^(tinh|thanh pho|tp) ")


@lru_cache(maxsize=8192)
def area_key(text: str) -> str:
    """One form of "TP. Hồ Chí Minh", "Thành phố Hồ Chí Minh" and "Hồ Chí Minh"."""
    return _KIND.sub("", " ".join(spelling(_SIGNS.sub(" ", text)).split()))


@lru_cache(maxsize=2048)
def indicator_key(text: str) -> str:
    return " ".join(_SIGNS.sub(" ", fold(text)).split())


@dataclass(frozen=True)
class Codes:
    """``areas`` and ``indicators`` are codes by key. A name that several areas share is none's."""

    areas: Mapping[str, str]
    indicators: Mapping[str, str]
    levels: Mapping[str, str] = field(default_factory=dict)
    in_percent: frozenset[str] = frozenset()
    """Codes of the indicators whose unit is %."""

    @cached_property
    def _lengths(self) -> Mapping[str, int]:
        return {level: len(code) for code, level in self.levels.items() if code.isdigit()}

    def area(self, text: str) -> str:
        """ "" where nothing is called so."""
        text = text.strip()
        return text if text in self.levels else self.areas.get(area_key(text), "")

    def with_zeros(self, text: str) -> Mapping[str, str]:
        """Codes that lost their zeros on the way through a spreadsheet, by level: 1 can be 01, 4
        can be 04 or 00004."""
        if not text.isdigit() or text in self.levels:
            return {}
        padded = {level: text.zfill(length) for level, length in self._lengths.items()}
        return {level: code for level, code in padded.items() if self.levels.get(code) == level}

    def said_by(self, head: str) -> dict[str, str]:
        """The period and the area that the head of a column names: "Năm 2025 – Nghệ An"."""
        said: dict[str, str] = {}
        for part in head.split(BETWEEN) if head else ():
            if period := read_period(part):
                said["period"] = period
            elif not part.strip().isdigit() and (area := self.area(part)):
                said["area"] = area
        return said

    def indicator(self, text: str) -> str:
        text = text.strip()
        return self.indicators.get(text) or self.indicators.get(indicator_key(text), "")


def load_codes() -> Codes:
    """All that is in force, and provinces of the past by names nothing else has (2 queries)."""
    areas = list(Area.objects.all())
    found: dict[str, str] = {}
    # The first to be called so keeps the name: provinces before communes, today's before others.
    for is_commune, is_active in product((False, True), (True, False)):
        named = defaultdict[str, set[str]](set)
        for area in areas:
            if (area.level == Area.Level.COMMUNE, area.is_active) == (is_commune, is_active):
                names = (area.name_vi, area.name_en, area.short_name_vi, area.short_name_en)
                for key in filter(None, map(area_key, (*names, *area.aliases))):
                    named[key].add(area.code)
        once = {key: next(iter(codes)) for key, codes in named.items() if len(codes) == 1}
        found = {**once, **found}
    indicators: dict[str, str] = {}
    in_percent, short = set[str](), defaultdict[str, set[str]](set)
    for one in Indicator.objects.all():
        for name in (one.name_vi, one.name_en):
            indicators.setdefault(indicator_key(name), one.code)
            for key in short_names(name):
                short[key].add(one.code)
        indicators[one.code] = one.code
        if one.unit_vi == "%":
            in_percent.add(one.code)
    once = {key: next(iter(codes)) for key, codes in short.items() if len(codes) == 1}
    indicators = {**once, **indicators}
    levels = {area.code: area.level for area in areas}
    return Codes(found, indicators, levels, frozenset(in_percent))


def short_names(name: str) -> set[str]:
    """Of "Chỉ số đổi mới sáng tạo (PII)": without its bracket, what stands in it, "Chỉ số PII"."""
    inside = [indicator_key(text) for text in _BRACKET.findall(name)]
    outside = indicator_key(_BRACKET.sub(" ", name))
    return {key for key in (outside, *inside, *(f"chi so {key}" for key in inside)) if key}
