"""What the names in a table of readings mean: areas and indicators by code, name or short name."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import permutations

from core.calendar.period_words import read_period
from core.tables.layout import BETWEEN
from core.text.vietnamese import fold
from indicators.models import Indicator
from provinces.area_names import AreaNames, load_names

_SIGNS = re.compile(r"[.,;:()–-]+")
_LAST_BRACKET = re.compile(r"(?<=\S) ?\(([^()]+)\)$")
_BRACKET = re.compile(r"\(([^()]+)\)")


@lru_cache(maxsize=2048)
def indicator_key(text: str) -> str:
    return " ".join(_SIGNS.sub(" ", fold(text)).split())


@dataclass(frozen=True)
class Codes:
    """``indicators``: codes by key; ``in_percent``: of those whose unit is %; ``units``: of each,
    in both languages, folded."""

    areas: AreaNames
    indicators: Mapping[str, str]
    in_percent: frozenset[str] = frozenset()
    units: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def said_by(self, head: str) -> tuple[dict[str, str], list[str]]:
        """The period that the head of a column names, "Năm 2025 – Nghệ An", the area, as it stands
        there: which one is meant may be asked, and the unit, "2025 (%)". Then what else stands
        there."""
        bracket = _LAST_BRACKET.search(head)
        if bracket and any(fold(bracket[1]) in units for units in self.units.values()):
            said, rest = self.said_by(head[: bracket.start()])
            return ({**said, "unit": bracket[1]} if said else said), rest
        said, rest = dict[str, str](), list[str]()
        for part in head.split(BETWEEN) if head else ():
            is_area = part in self.areas.levels or self.areas.meant(part)
            if is_area and not part.strip().isdigit():
                said["area"] = part
            else:
                rest.append(part)
        # "Năm 2025 – Quý I", in either order.
        for one, other in [*permutations(rest, 2), *((one, "") for one in rest)]:
            if period := read_period(f"{one} {other}"):
                said["period"] = period
                rest = [part for part in rest if part not in (one, other)]
                break
        return said, rest

    def indicator(self, text: str) -> str:
        text = text.strip()
        return self.indicators.get(text) or self.indicators.get(indicator_key(text), "")


def load_codes() -> Codes:
    """2 queries."""
    indicators: dict[str, str] = {}
    in_percent, short = set[str](), defaultdict[str, set[str]](set)
    units = dict[str, frozenset[str]]()
    for one in Indicator.objects.all():
        for name in (one.name_vi, one.name_en):
            indicators.setdefault(indicator_key(name), one.code)
            for key in short_names(name):
                short[key].add(one.code)
        indicators[one.code] = one.code
        units[one.code] = frozenset(filter(None, map(fold, (one.unit_vi, one.unit_en))))
        if one.unit_vi == "%":
            in_percent.add(one.code)
    once = {key: next(iter(codes)) for key, codes in short.items() if len(codes) == 1}
    indicators = {**once, **indicators}
    return Codes(load_names(), indicators, frozenset(in_percent), units)


def short_names(name: str) -> set[str]:
    """Of "Chỉ số đổi mới sáng tạo (PII)": without its bracket, what stands in it, "Chỉ số PII"."""
    inside = [indicator_key(text) for text in _BRACKET.findall(name)]
    outside = indicator_key(_BRACKET.sub(" ", name))
    return {key for key in (outside, *inside, *(f"chi so {key}" for key in inside)) if key}
