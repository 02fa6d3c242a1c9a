"""What tables call areas: by code, name, short name, abbreviation, or a name of the past."""

import re
from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache

from core.text.vietnamese import fold, marked
from provinces.abbreviations import search_terms
from provinces.models import Area

PROVINCE, COMMUNE = str(Area.Level.PROVINCE), str(Area.Level.COMMUNE)
_FORMER = "former"
_MOST_OFFERED = 6
_SIGNS = re.compile(r"[.,;:()–-]+")
_OF_THE_PAST = re.compile(r" \(trước [\d/]+\)$")
"""How ``Area.aliases`` mark what has no row of its own: "Tỉnh Hà Tây (trước 01/8/2008)"."""
_KINDS = {
    "tinh": "tinh t province",
    "thanhpho": "thanh_pho tp city",
    "xa": "xa x commune",
    "phuong": "phuong p ward",
    "dackhu": "dac_khu special_zone",
}
_KIND_OF = {
    words.replace("_", " "): kind for kind, each in _KINDS.items() for words in each.split()
}
_KIND = "|".join(sorted(_KIND_OF, key=len, reverse=True))
_BEFORE, _AFTER = re.compile(rf"({_KIND}) (.+)"), re.compile(rf"(.+) ({_KIND})")


@lru_cache(maxsize=8192)
def area_key(text: str) -> str:
    """One form of all spellings, with the kind before a colon where it is said: "TP. Hồ Chí Minh"
    → "thanhpho:hochiminh", "Nghe An Province" → "tinh:nghean", "Hà Tây" → "hatay"."""
    words = " ".join(spellings[0] for spellings in search_terms(_SIGNS.sub(" ", text)))
    words = words.removeprefix("ubnd ")
    if found := _BEFORE.fullmatch(words):
        kind, name = found.groups()
    elif found := _AFTER.fullmatch(words):
        name, kind = found.groups()
    else:
        kind, name = "", words
    name = name.replace(" ", "")
    return f"{_KIND_OF[kind]}:{name}" if kind else name


@dataclass(frozen=True)
class AreaNames:
    """``by_key``: the codes of all that are called so, by level; those of merged provinces under
    "former". ``past``: what is told of provinces that have no row any more. By code ``levels``,
    ``labels`` and how the names are ``written``, with their marks; ``redrawn``: since when a
    province of today has its borders, where it was made of others."""

    by_key: Mapping[str, Mapping[str, Sequence[str]]]
    past: Mapping[str, Sequence[str]] = field(default_factory=dict)
    levels: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    written: Mapping[str, Container[str]] = field(default_factory=dict)
    redrawn: Mapping[str, date] = field(default_factory=dict)

    @cached_property
    def redrawn_on(self) -> date:
        """From when on nobody counts among the provinces of before."""
        return max(self.redrawn.values(), default=date.max)

    @cached_property
    def _lengths(self) -> Mapping[str, int]:
        return {level: len(code) for code, level in self.levels.items() if code.isdigit()}

    def with_zeros(self, text: str) -> Mapping[str, str]:
        """Codes that lost their zeros on the way through a spreadsheet, by level: 1 can be 01, 4
        can be 04 or 00004."""
        if not text.isdigit() or text in self.levels:
            return {}
        padded = {level: text.zfill(length) for level, length in self._lengths.items()}
        return {level: code for level, code in padded.items() if self.levels.get(code) == level}

    def meant(self, text: str, *, is_old: bool = False) -> Mapping[str, Sequence[str]]:
        """All that a name can be, provinces (and the nation) and communes apart; of those that only
        their marks part, the ones that are written so. ``is_old``: of the 63 provinces, where both
        a former one and one of today are called so."""
        key = area_key(text)
        named = self.by_key.get(key, {})
        found = dict[str, Sequence[str]]()
        if _FORMER in named or PROVINCE in named or key in self.past:
            then, now = named.get(_FORMER, ()), named.get(PROVINCE, ())
            found[PROVINCE] = (then or now) if is_old else (now or then)
        if COMMUNE in named:
            found[COMMUNE] = named[COMMUNE]
        written = marked(text)
        exact = {
            level: [code for code in codes if written in self.written.get(code, ())]
            for level, codes in found.items()
        }
        if written == fold(text) or not any(exact.values()):
            return found
        return {level: exact[level] for level in found if exact[level] or not found[level]}

    def find(self, text: str, level: str = "", *, is_old: bool = False) -> str:
        """The code of the one area that is meant; "" where none is, or it is not sure. A name that
        provinces and communes share is sure only where ``level`` says which are meant; among
        communes a province may stand, as their total."""
        text = text.strip()
        if text in self.levels:
            return text
        meant = self.meant(text, is_old=is_old)
        if level == COMMUNE:
            level = COMMUNE if COMMUNE in meant else PROVINCE
        elif not level and len(meant) == 1:
            level = next(iter(meant))
        codes = meant.get(level, ())
        return codes[0] if len(codes) == 1 else ""

    def offers(self, text: str) -> list[str]:
        """What a name can be, in words with the code: "Xã Hà Tây – Hải Phòng (10846)"."""
        codes = [code for each in self.meant(text).values() for code in each]
        now = [f"{self.labels[code]} ({code})" for code in codes[:_MOST_OFFERED]]
        return [*now, *self.past.get(area_key(text), ())]


def load_names() -> AreaNames:
    """Every area (1 query)."""
    areas = {area.pk: area for area in Area.objects.all()}
    found = defaultdict[str, defaultdict[str, list[str]]](lambda: defaultdict(list))
    # A commune of today keeps its name from those that were merged.
    for area in sorted(areas.values(), key=lambda one: not one.is_active):
        level = COMMUNE if area.level == COMMUNE else PROVINCE if area.is_active else _FORMER
        keys = keys_of(area)
        if level == COMMUNE and not area.is_active:
            keys = {key for key in keys if COMMUNE not in found[key]}
        for key in keys:
            found[key][level].append(area.code)
    labels, past = {one.code: one.name for one in areas.values()}, defaultdict[str, list[str]](list)
    for area in areas.values():
        for name, alias in past_names(area).items():
            past[area_key(name)].append(f"{alias} → {area.name} ({area.code})")
        if area.level == COMMUNE and area.parent_id in areas:
            labels[area.code] += f" – {areas[area.parent_id].short_name}"
    return AreaNames(
        found,
        {key: told for key, told in past.items() if _FORMER not in found.get(key, {})},
        {area.code: area.level for area in areas.values()},
        labels,
        {
            one.code: {*map(marked, (one.name_vi, one.short_name_vi, *one.aliases))}
            for one in areas.values()
        },
        {one.code: one.merged_on for one in areas.values() if one.is_active and one.merged_on},
    )


def past_names(area: Area) -> dict[str, str]:
    """What provinces were called that went into it, with their kind and without → its alias."""
    found = dict[str, str]()
    for alias in area.aliases:
        name, is_past = _OF_THE_PAST.subn("", alias)
        if is_past:
            found |= {name: alias, re.sub(r"^(Tỉnh|Thành phố|Đặc khu) ", "", name): alias}
    return found


def keys_of(area: Area) -> set[str]:
    """All that it is called, as ``area_key`` forms it."""
    names = (area.name_vi, area.name_en, area.short_name_vi, area.short_name_en)
    said = [*names, *(one for one in area.aliases if not _OF_THE_PAST.search(one))]
    keys = set(filter(None, map(area_key, said)))
    if area.level != COMMUNE:
        bare = {key for key in keys if ":" not in key}
        kinds = ("tinh", "thanhpho") if area.kind == Area.Kind.CITY else ("tinh",)
        # "TP. Thanh Hóa" was a city in the province, not the province.
        keys |= {f"{kind}:{key}" for kind in kinds for key in bare}
    return keys
