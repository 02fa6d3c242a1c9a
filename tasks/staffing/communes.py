"""Communes are merged into one of them or into a new one, area and agencies together, from a day.

As with agencies the past is not rewritten (docs/adr/0008): earlier days keep the commune.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import F, Max, Q
from django.db.models.functions import Length
from django.utils.translation import gettext as _

from core.audit import trail
from core.calendar import clock
from core.errors import Fault, Refused
from core.models import ApiClient, User
from core.queue import recalculation
from core.text.vietnamese import fold
from indicators.models import Reading
from provinces.models import Agency, Area, Membership
from provinces.permissions import Permission, require
from provinces.scope import scope_of
from tasks.models import Obstacle
from tasks.staffing import merging
from tasks.staffing.merging import Estate


@dataclass(frozen=True)
class Pair:
    """An agency of a merged commune, and the one that stands for it; that is None where there is
    none alike."""

    agency: Agency
    successor: Agency | None


@dataclass(frozen=True)
class CommuneEstate:
    """What a commune brings with it."""

    commune: Area
    pairs: Sequence[Pair]
    estates: Sequence[Estate]
    roles: Sequence[Membership]
    """Held in the area itself, not in its agencies."""
    readings: int
    obstacles: int
    systems: int
    """Connected systems whose scope names the commune."""

    @property
    def open_work(self) -> int:
        return sum(estate.open_work for estate in self.estates)

    @property
    def closed_work(self) -> int:
        return sum(estate.closed_work for estate in self.estates)

    @property
    def people(self) -> int:
        held = [*self.roles, *(role for estate in self.estates for role in estate.roles)]
        return len({role.user_id for role in held})

    def faults(self, into: Area, merged_on: date, by: User) -> Iterator[Fault]:
        """What stands against it."""
        commune, reach = self.commune, scope_of(by)
        missing = [pair.agency.name for pair in self.pairs if pair.successor is None]
        if missing:
            detail = _("%(into)s has no agency that could stand for %(names)s: add it first.")
            words = {"into": into.name, "names": ", ".join(missing)}
            yield Fault("no_counterpart", detail % words, "/into")
        if not all(reach.may_give(role.role, commune.path) for role in self.roles):
            detail = _("Somebody administers %(name)s: an administrator must merge it.")
            yield Fault("administrator", detail % {"name": commune.name}, "/communes")
        longest = Area.objects.within(commune).aggregate(most=Max(Length("path")))["most"] or 0
        above = into.path or f"{into.parent.path if into.parent else ''}{into.code}/"
        moved = longest - len(commune.path) + len(f"{above}{commune.code}/")
        if moved > (Area._meta.get_field("path").max_length or 0):
            yield Fault("path_too_long", _("Too many mergers follow one another."), "/into")
        taken = commune.predecessors.aggregate(newest=Max("ended_on"))["newest"]
        if taken and merged_on < taken:
            detail = _("A commune was merged into %(name)s on %(day)s; it cannot end before.")
            words = {"name": commune.name, "day": f"{taken:%d/%m/%Y}"}
            yield Fault("too_early", detail % words, "/merged_on")
        for pair in self.pairs:
            if pair.successor and pair.successor.pk:
                yield from merging.place_faults(pair.agency, pair.successor)
            yield from merging.day_faults(pair.agency, merged_on)
        if not self.pairs and not merging.EARLIEST <= merged_on <= clock.today():
            yield Fault("future", _("The day of a merger is today or earlier."), "/merged_on")


@dataclass(frozen=True)
class CommuneMerger:
    """Checked, and not done yet. ``into`` and its agencies are not saved where they are new."""

    into: Area
    estates: Sequence[CommuneEstate]

    @property
    def systems(self) -> int:
        return sum(estate.systems for estate in self.estates)

    @property
    def new_agencies(self) -> list[Agency]:
        pairs = [pair.successor for estate in self.estates for pair in estate.pairs]
        return list({one.code: one for one in pairs if one and not one.pk}.values())


def new_commune(*, code: str, kind: str, name: str, name_en: str, province: Area) -> Area:
    """Not saved."""
    word, word_en = _KINDS[kind]
    return Area(
        code=code,
        official_code=code[:8],
        level=Area.Level.COMMUNE,
        kind=kind,
        name_vi=f"{word} {name}",
        name_en=f"{name_en} {word_en}" if name_en else "",
        short_name_vi=name,
        short_name_en=name_en,
        parent=province,
    )


_KINDS = {
    "commune": ("Xã", "Commune"),
    "ward": ("Phường", "Ward"),
    "special_zone": ("Đặc khu", "Special Zone"),
}


def prepare(communes: Sequence[Area], *, into: Area, merged_on: date, by: User) -> CommuneMerger:
    """What a merger would do; changes nothing. Raises as ``merge_communes`` does."""
    for area in (*communes, into if into.pk else into.parent):
        require(by, Permission.MANAGE_MEMBERS, area)
    faults = choice_faults(communes, into)
    if faults:
        raise Refused(faults)
    bodies = list(_bodies(into)) if into.pk else []
    estates = [estate_of(commune, into, bodies) for commune in communes]
    faults = [fault for one in estates for fault in one.faults(into, merged_on, by)]
    if faults:
        raise Refused(list({(fault.code, fault.detail): fault for fault in faults}.values()))
    return CommuneMerger(into, estates)


@transaction.atomic
def merge_communes(
    communes: Sequence[Area], *, into: Area, merged_on: date, by: User
) -> CommuneMerger:
    """From ``merged_on`` on ``into``, new where it is not saved, stands for the communes, and its
    agencies for theirs.

    One audit event names all that moved. Raises PermissionDenied, and Refused with every fault:
    ``required``, ``not_a_commune``, ``too_few``, ``taken``, ``no_counterpart``, ``administrator``,
    ``path_too_long``, ``future``, ``too_early``.
    """
    merging.one_at_a_time()
    rows = Area.objects.select_for_update(of=("self",)).select_related("parent")
    held = {row.pk: row for row in rows.filter(pk__in=[one.pk for one in (*communes, into)])}
    communes = [held[commune.pk] for commune in communes]
    merger = prepare(communes, into=held.get(into.pk, into), merged_on=merged_on, by=by)
    into, made = merger.into, merger.new_agencies
    if not into.pk:
        into.save(force_insert=True)
    for agency in made:
        agency.area = into
        agency.save(force_insert=True)
    for estate in merger.estates:
        join(estate, into, merged_on)
    moved = [one for estate in merger.estates for one in estate.estates]
    roles = [role for estate in merger.estates for role in estate.roles]
    after = {
        "areas": [commune.code for commune in communes],
        "merged_on": merged_on.isoformat(),
        **merging.facts_of(moved, roles),
        "agencies": [pair.agency.code for one in merger.estates for pair in one.pairs],
    }
    trail.record("area.merge", into, by=by, after=after)
    # Names of places stand on cached pages.
    recalculation.touch_generation()
    return merger


def join(estate: CommuneEstate, into: Area, merged_on: date) -> None:
    commune, path = estate.commune, estate.commune.path
    for pair in estate.pairs:
        # Read anew: the merger of another commune may have given it names or moved it.
        successor = Agency.objects.get(code=pair.successor.code) if pair.successor else None
        if successor:
            merging.join(pair.agency, successor, merged_on)
    merging.move_roles(estate.roles, area=into)
    merging.inherit_names(commune, into)
    commune.successor, commune.ended_on, commune.is_active = into, merged_on, False
    commune.save()
    merging.move_below(Area, path, commune.path)


def _bodies(area: Area) -> Iterator[Agency]:
    """The agencies that stand under no other of the same area; those below move with them."""
    rows = Agency.objects.filter(Q(parent=None) | ~Q(parent__area=F("area")))
    yield from rows.filter(area=area, successor=None).order_by("protocol_order", "pk")


def estate_of(commune: Area, into: Area, there: list[Agency]) -> CommuneEstate:
    """``there``: the agencies of ``into``; those that a new one needs are added to it."""
    own = list(_bodies(commune))
    alike = {_without_place(agency, into): agency for agency in there}
    pairs = []
    for agency in own:
        successor = alike.get(_without_place(agency, commune))
        if successor is None and len(own) == len(there) == 1:
            successor = there[0]
        if successor is None and not into.pk:
            successor = office_like(agency, commune, into)
            there.append(successor)
        pairs.append(Pair(agency, successor))
    return CommuneEstate(
        commune=commune,
        pairs=pairs,
        estates=[merging.estate_of(agency) for agency in own],
        roles=list(commune.memberships.select_related("user").order_by("user__name_key", "pk")),
        readings=Reading.objects.filter(area=commune).count(),
        obstacles=Obstacle.objects.filter(area=commune, resolved_on=None).count(),
        systems=ApiClient.objects.filter(Q(scopes__area=commune) | Q(plan_scopes__area=commune))
        .distinct()
        .count(),
    )


def _without_place(agency: Agency, area: Area) -> str:
    """ "Ủy ban nhân dân xã Tân Phú" → "uy ban nhan dan": what the offices of all communes share."""
    return " ".join(fold(agency.name_vi).replace(fold(area.name_vi), "").split())


def office_like(agency: Agency, commune: Area, into: Area) -> Agency:
    """The same office of the new commune; not saved."""

    def renamed(text: str) -> str:
        for old, new in ((commune.name_vi, into.name_vi), (commune.name_en, into.name_en)):
            for before, after in ((old, new), (_lower(old), _lower(new))):
                text = text.replace(before, after or into.name_vi) if before else text
        return text

    code = agency.code.replace(commune.code, into.code)
    return Agency(
        code=code if code != agency.code else f"{agency.code}-{into.code}",
        area=into,
        parent=agency.parent,
        name_vi=renamed(agency.name_vi),
        name_en=renamed(agency.name_en),
        short_name_vi=renamed(agency.short_name_vi),
        short_name_en=renamed(agency.short_name_en),
        head_title_vi=agency.head_title_vi,
        head_title_en=agency.head_title_en,
        protocol_order=agency.protocol_order,
        is_illustrative=agency.is_illustrative,
    )


def _lower(name: str) -> str:
    """As inside a name: "xã Tân Phú"."""
    return name[:1].lower() + name[1:]


def choice_faults(communes: Sequence[Area], into: Area) -> list[Fault]:
    if not communes:
        return [Fault("required", _("Choose the communes that are merged."), "/communes")]
    places = {(area.level, area.is_active, area.parent_id) for area in (*communes, into)}
    if places != {(Area.Level.COMMUNE, True, communes[0].parent_id)}:
        detail = _("Choose communes of one province that were not merged themselves.")
        return [Fault("not_a_commune", detail, "/communes")]
    if into in communes:
        detail = _("%(name)s cannot be merged into itself.") % {"name": into.name}
        return [Fault("not_a_commune", detail, "/into")]
    if into.pk:
        return []
    faults = []
    if len(communes) == 1:
        detail = _("A new commune is made of two or more.")
        faults.append(Fault("too_few", detail, "/communes"))
    if Area.objects.filter(code=into.code).exists():
        detail = _("The code %(code)s belongs to another area.") % {"code": into.code}
        faults.append(Fault("taken", detail, "/code"))
    others = Area.objects.active().filter(parent=into.parent, name_vi=into.name_vi)
    if others.exclude(pk__in=[commune.pk for commune in communes]).exists():
        detail = _("The province has a unit called %(name)s already.") % {"name": into.name_vi}
        faults.append(Fault("taken", detail, "/name"))
    return faults
