"""The groups, phases and agencies that a row of a list names by their number or one of their
names."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TypeVar

from core.text.vietnamese import fold
from provinces.abbreviations import search_terms
from provinces.lookup import last
from provinces.models import Agency, Phase, Plan, PlanGroup

_NUMERALS = "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx"
_ROMAN = {numeral: at for at, numeral in enumerate(_NUMERALS.split(), start=1)}
_NUMBERED = re.compile(
    r"\s*(?:nh[oó]m[^\d.:)]*?|giai đo[aạ]n|group|phase)?\s*"
    r"(?P<number>\d{1,3}|[ivx]{1,5})\s*(?:$|(?:[.:)]|\s[–-])\s*(?P<name>.*))",
    re.IGNORECASE | re.DOTALL,
)
_PUNCTUATION = re.compile(r"[.,;:]+(?=\s|$)")
_LONGEST_NAME = 400
Numbered = TypeVar("Numbered", PlanGroup, Phase)


def key_of(text: str) -> str:
    """ "#3" for "III", "3.", "Nhóm 3: Hạ tầng"; for other texts their folded letters."""
    number, name = _parts(text)
    return f"#{number}" if number else fold(name)


def _parts(text: str) -> tuple[int, str]:
    """The number, 0 where there is none, and the name."""
    match = _NUMBERED.match(text)
    if match is None:
        return 0, text.strip()
    sign = match["number"].lower()
    number = int(sign) if sign.isdigit() else _ROMAN.get(sign, 0)
    return (number, (match["name"] or "").strip()) if number else (0, text.strip())


def by_key(rows: Iterable[Numbered]) -> dict[str, Numbered]:
    """By number and by either name."""
    found: dict[str, Numbered] = {}
    for row in rows:
        for key in (f"#{row.number}", fold(row.name_vi), fold(row.name_en)):
            if key:
                found.setdefault(key, row)
    return found


def new_group(plan: Plan, text: str, taken: set[int]) -> PlanGroup:
    """Not saved. One that is only numbered is named by its number; one without a number takes the
    next free one."""
    number, name = _parts(text)
    number = number or max(taken, default=0) + 1
    return PlanGroup(
        plan=plan,
        number=number,
        name_vi=name[:_LONGEST_NAME] or f"Nhóm nhiệm vụ, giải pháp {number}",
        name_en="" if name else f"Group of tasks and solutions {number}",
    )


def agencies_by_name(plan: Plan) -> Mapping[str, Agency | None]:
    """Every spelling of the agencies of the document's area and below, a merged one's standing for
    its successor; None where two share it (1 query)."""
    rows = list(Agency.objects.within(plan.area).select_related("area"))
    here = {row.pk: row for row in rows}
    following = {row.code: here[row.successor_id] for row in rows if row.successor_id in here}
    found: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        today = last(row, following)
        for name in _names(row):
            found[name].add(today.pk)
    return {name: here[min(pks)] if len(pks) == 1 else None for name, pks in found.items()}


def _names(agency: Agency) -> Iterable[str]:
    given = (agency.name_vi, agency.name_en, agency.short_name_vi, agency.short_name_en)
    where = spelling(agency.area.name_vi)
    for name in filter(None, map(spelling, (*given, *agency.aliases))):
        yield name
        # In a document of the province nobody prints "tỉnh Nghệ An" after each department.
        yield name.removesuffix(f" {where}")


def spelling(text: str) -> str:
    """One form for all spellings: "Sở KH&CN" and "Sở Khoa học và Công nghệ" are the same."""
    words = _PUNCTUATION.sub(" ", text)
    return " ".join(spellings[0] for spellings in search_terms(words))
