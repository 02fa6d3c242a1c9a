"""Who a cell names: agencies, one or several, classes of units ("UBND các xã, phường"), and names
that nothing is called.

Names are parted by semicolons, line breaks, commas and "và", and have commas and "và" inside them
("Sở Văn hóa, Thể thao và Du lịch"): the longest that is known wins.
"""

import re
from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from provinces.abbreviations import search_terms
from provinces.lookup import last
from provinces.models import Agency, Plan
from tasks.imports.task_list.units import classes_in

_PUNCTUATION = re.compile(r"[.,;:]+(?=\s|$)")
_MOST_OFFERED = 400
_ENTRY = re.compile(r"[;\n]")
_BULLET = re.compile(r"^[\s\-–+•*]+|[\s.,;:]+$")
_ROLE = re.compile(r"^(cơ quan |đơn vị )?(đồng )?chủ trì\s*:\s*", re.IGNORECASE)
_MOST_PIECES = 13
"""Of one name: seven words with what parts them."""
_PART = re.compile(r"(\s*,\s*|\s+và\s+|\s*/\s*)")


@dataclass(frozen=True)
class Named:
    """Who stands in a cell, in its order. ``unknown`` are names as printed."""

    agencies: Sequence[Agency] = ()
    classes: Sequence[str] = ()
    unknown: Sequence[str] = ()

    @property
    def short_names(self) -> str:
        return "; ".join(agency.short_name for agency in self.agencies)


@dataclass(frozen=True)
class Names:
    """What agencies are called: by ``spelling``, None where several share a name. ``silent`` are
    spellings that were told to be nobody's."""

    agencies: Mapping[str, Agency | None]
    silent: Container[str] = ()

    def in_cell(self, text: str) -> Named:
        agencies, classes, unknown = list[Agency](), list[str](), list[str]()
        for entry in _ENTRY.split(text):
            for name in self.parts(_ROLE.sub("", _BULLET.sub("", entry))):
                key = spelling(name)
                if agency := self.agencies.get(key):
                    agencies.append(agency)
                elif found := classes_in(name):
                    classes += found
                elif key and key not in self.silent:
                    unknown.append(name)
        once = dict.fromkeys
        return Named([*once(agencies)], [*once(classes)], [*once(unknown)])

    def knows(self, name: str) -> bool:
        key = spelling(name)
        return bool(self.agencies.get(key)) or key in self.silent or bool(classes_in(name))

    def parts(self, entry: str) -> list[str]:
        """The names in a text without semicolons, each as long as may be."""
        pieces, found, at = _PART.split(entry), list[str](), 0
        while at < len(pieces):
            end = self.longest(pieces, at)
            if not end:
                # "Sở A và B" of which nothing is known stays one name; commas part it.
                end = at + 1
                while end + 1 < len(pieces) and pieces[end].strip() == "và":
                    if self.longest(pieces, end + 1):
                        break
                    end += 2
            found.append("".join(pieces[at:end]))
            at = end + 1
        return [name for piece in found if (name := _BULLET.sub("", piece))]

    def longest(self, pieces: Sequence[str], at: int) -> int:
        """Where the longest name ends that begins there and is known; 0 where none is."""
        ends = range(min(len(pieces), at + _MOST_PIECES), at, -2)
        return next((end for end in ends if self.knows("".join(pieces[at:end]))), 0)


def agencies_by_name(plan: Plan) -> dict[str, Agency | None]:
    """Every spelling of the agencies in the document's area and below; a merged agency's spellings
    name its successor. None where two agencies share one (1 query)."""
    rows = list(Agency.objects.within(plan.area).select_related("area"))
    here = {row.pk: row for row in rows}
    following = {row.code: here[row.successor_id] for row in rows if row.successor_id in here}
    found: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        today = last(row, following)
        given = (row.name_vi, row.name_en, row.short_name_vi, row.short_name_en, *row.aliases)
        where = spelling(row.area.name_vi)
        for name in filter(None, map(spelling, given)):
            # A province's document does not print "tỉnh Nghệ An" after each department.
            found[name].add(today.pk)
            found[name.removesuffix(f" {where}")].add(today.pk)
    return {name: here[min(pks)] if len(pks) == 1 else None for name, pks in found.items()}


def spelling(text: str) -> str:
    """One form for all spellings: "Sở KH&CN" and "Sở Khoa học và Công nghệ" are the same."""
    words = _PUNCTUATION.sub(" ", text)
    return " ".join(spellings[0] for spellings in search_terms(words))


def offered(plan: Plan) -> dict[str, Agency]:
    """The agencies a list offers, by its lines: the document's own area comes first (1 query)."""
    rows = Agency.objects.within(plan.area).filter(successor=None, area__is_active=True)
    in_order = rows.select_related("area").order_by("area__path", "protocol_order", "name_key")
    lines = dict[str, Agency]()
    for agency in in_order[:_MOST_OFFERED]:
        is_here = agency.area_id == plan.area_id
        lines[agency.name if is_here else f"{agency.name} – {agency.area.name}"] = agency
    return lines
