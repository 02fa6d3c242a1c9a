"""Areas and agencies by what offices write: code, name, short name, abbreviation, without marks."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import product
from typing import Any, NamedTuple, TypeVar

from django.db.models import F, FilteredRelation, Q
from django.utils.translation import gettext as _

from core.calendar import clock
from core.db.conditions import any_of
from core.errors import Refused, refuse
from provinces.abbreviations import search_terms
from provinces.area_names import past_names
from provinces.models import Agency, Area, FormerName
from provinces.models.names import NAME_FIELDS
from provinces.roles import AGENCY_ROLES
from provinces.scope import Scope

_MOST_NAMED = 4


@dataclass(frozen=True)
class Unit:
    """A place a role can be held in. ``path`` is the area's; ``word`` goes into user names."""

    is_agency: bool
    pk: int
    code: str
    name: str
    path: str
    word: str


class Lookup:
    """The places within a coordinator's reach (2 queries; 2 more where something lies outside)."""

    def __init__(self, reach: Scope) -> None:
        self.reach = reach

    def find(self, text: str, role: str) -> Unit:
        """Raises Refused: ``required``, ``unknown_unit``, ``ambiguous_unit``, ``outside_area``,
        ``merged_unit``."""
        if not text.strip():
            raise refuse("required", _("Name the agency or area."), "/place")
        key, is_agency = spelling(text), role in AGENCY_ROLES
        found = self._inside[is_agency].get(key, ())
        if len(found) > 1:
            codes = ", ".join(unit.code for unit in found[:_MOST_NAMED])
            detail = _("“%(text)s” may be several: write one of the codes %(codes)s.")
            raise refuse("ambiguous_unit", detail % {"text": text[:60], "codes": codes}, "/place")
        if not found:
            raise self._not_inside(text, key, is_agency=is_agency)
        return found[0]

    @cached_property
    def _inside(self) -> Mapping[bool, Mapping[str, tuple[Unit, ...]]]:
        agencies = _agencies(self.reach.over("area__path"))
        return {True: _index(agencies), False: _index(_areas(self.reach.over("path")))}

    @cached_property
    def _anywhere(self) -> Mapping[bool, Mapping[str, tuple[Unit, ...]]]:
        return {True: _index(_agencies(Q())), False: _index(_areas(Q()))}

    def _not_inside(self, text: str, key: str, *, is_agency: bool) -> Refused:
        short = {"text": text[:60]}
        if key in self._anywhere[is_agency]:
            detail = _("“%(text)s” does not lie in an area you coordinate.")
            return refuse("outside_area", detail % short, "/place")
        if key in self._inside[not is_agency]:
            detail = _("This role belongs to an area: “%(text)s” is an agency.")
            if is_agency:
                detail = _("This role belongs to an agency: “%(text)s” is an area.")
            return refuse("wrong_kind_of_unit", detail % short, "/place")
        # An old name finds the successor; an old code is told that it is old.
        model: type[Agency | Area] = Agency if is_agency else Area
        merged = model._default_manager.filter(code=text.strip()).exclude(successor=None).first()
        if merged:
            detail = _("“%(text)s” was merged into %(name)s: write the code %(code)s.")
            words = {"name": merged.heir.name, "code": merged.heir.code}
            return refuse("merged_unit", detail % {**short, **words}, "/place")
        detail = _("No agency or area is called “%(text)s”.")
        return refuse("unknown_unit", detail % short, "/place")


def spelling(text: str) -> str:
    """One form for all: UBND and Ủy ban nhân dân, KH&CN and Khoa học và Công nghệ are the same."""
    return " ".join(spellings[0] for spellings in search_terms(text))


_Named = Iterator[tuple[Unit, list[str], list[str]]]
"""A unit, what it is called, and what else it is called where nothing else is called so."""


def _agencies(wanted: Q) -> _Named:
    rows = Agency.objects.filter(wanted, successor=None).select_related("area").order_by("pk")
    for agency in rows:
        area, own = agency.area, _names(agency)
        is_commune = area.level == Area.Level.COMMUNE
        word = area.short_name_vi if is_commune else agency.short_name_vi or agency.name_vi
        unit = Unit(True, agency.pk, agency.code, agency.name, area.path, word)
        yield unit, own, _names(area) if is_commune else []


def _areas(wanted: Q) -> _Named:
    for area in Area.objects.active().filter(wanted).order_by("pk"):
        unit = Unit(False, area.pk, area.code, area.name, area.path, area.short_name_vi)
        yield unit, [*_names(area), *past_names(area)], []


def _names(place: Agency | Area) -> list[str]:
    names = [place.code, place.name_vi, place.name_en, place.short_name_vi, place.short_name_en]
    return [name for name in (*names, *place.aliases) if name]


def _index(named: _Named) -> dict[str, tuple[Unit, ...]]:
    first: dict[str, tuple[Unit, ...]] = {}
    second: dict[str, tuple[Unit, ...]] = {}
    for unit, own, others in named:
        for index, names in ((first, own), (second, others)):
            for key in {spelling(name) for name in names}:
                index[key] = (*index.get(key, ()), unit)
    return {**second, **first}


Names = Mapping[int, Agency | FormerName]
"""Who bears the name of a day, by row numbers of agencies."""


class Standing(NamedTuple):
    """``agencies``: the code of every agency that was merged by the day, or had another name then →
    whoever stands for it on that day, by the name it had. ``communes``: the code of every commune
    whose agencies were merged by the day → that of its successor. ``names`` as of ``names_on``.

    From the day of a merger on figures count under the other; before it they stay as they were, for
    no row is changed.
    """

    agencies: Mapping[str, Agency]
    communes: Mapping[str, str]
    names: Names


def standing_on(day: date) -> Standing:
    """One SQL query."""
    named = FilteredRelation("former_names", condition=Q(former_names__until__gt=day))
    rows = Agency.objects.annotate(named=named).filter(
        Q(merged_on__lte=day) | Q(named__isnull=False)
    )
    given = {f"was_{field}": F(f"named__{field}") for field in NAME_FIELDS}
    rows = rows.annotate(ended=F("named__until"), **given).select_related("area", "successor__area")
    # Of several names the one that ended first after the day.
    in_turn = rows.order_by(F("named__until").desc(nulls_first=True))
    known: dict[str, Any] = {row.code: row for row in in_turn}
    for row in known.values():
        for field in NAME_FIELDS if row.ended else ():
            setattr(row, field, getattr(row, f"was_{field}"))
    following = {
        row.code: known.get(row.successor.code, row.successor)
        for row in known.values()
        if row.successor and row.merged_on and row.merged_on <= day
    }
    heirs = {code: last(agency, following) for code, agency in following.items()}
    homes = {code: known[code].area.code for code in heirs}
    names = {row.pk: row for row in known.values() if row.ended}
    communes = {homes[code]: heir.area.code for code, heir in heirs.items()}
    return Standing(known | heirs, communes, names)


def agencies_on(day: date) -> Mapping[str, Agency]:
    """One SQL query."""
    return standing_on(day).agencies


def names_on(day: date) -> Names:
    """What agencies were called that bear another name today (1 SQL query for a past day)."""
    if day >= clock.today():
        return {}
    rows = FormerName.objects.filter(until__gt=day).order_by("-until")
    return {name.agency_id: name for name in rows}


def as_named_on(day: date, agencies: Iterable[Agency], names: Names | None = None) -> None:
    """Rows that were read get the names they had on the day; to be shown, not to be saved.
    ``names``: those of the day, where they were read already."""
    known = names_on(day) if names is None else names
    for agency in agencies:
        if name := known.get(agency.pk):
            for field in NAME_FIELDS:
                setattr(agency, field, getattr(name, field))


def communes_on(day: date) -> dict[str, Area]:
    """The code of every commune that was merged by the day → whoever stands for it on that day,
    whether they have agencies or not (1 SQL query)."""
    rows = Area.objects.filter(ended_on__lte=day).select_related("successor")
    following = {row.code: row.successor for row in rows if row.successor}
    return {code: last(area, following) for code, area in following.items()}


_Place = TypeVar("_Place", Agency, Area)


def last(place: _Place, following: Mapping[str, _Place]) -> _Place:
    """The end of a chain of mergers, each one's successor found by its code."""
    seen: set[str] = set()
    while place.code in following and place.code not in seen:
        seen.add(place.code)
        place = following[place.code]
    return place


def words_in(lookups: str | Sequence[str], text: str) -> Q:
    """Rows with every word of ``text``, in one spelling or another, at any of the lookups.

    Without words, all rows: the condition is empty, so it is no part of an "or".
    """
    found, lookups = Q(), (lookups,) if isinstance(lookups, str) else lookups
    for spellings in search_terms(text):
        pairs = product(lookups, spellings)
        found &= any_of(Q(**{f"{lookup}__contains": spelling}) for lookup, spelling in pairs)
    return found
