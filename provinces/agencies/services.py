"""Agencies are made, changed and renamed from a day; what they were called stays on record."""

from collections.abc import Iterable, Mapping, Set
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from core.audit import trail
from core.calendar import clock
from core.errors import Fault, Refused, refuse
from core.models import User
from core.queue import recalculation
from core.text.vietnamese import fold, tidy
from core.web import editing
from provinces.lookup import spelling
from provinces.models import Agency, FormerName
from provinces.models.names import NAME_FIELDS
from provinces.permissions import Permission, has_permission, require
from provinces.scope import scope_of

CHANGED_FIELDS = ("aliases", "head_name", "head_title_vi", "head_title_en", "protocol_order")
AGENCY_FIELDS = ("code", "area", "parent", *NAME_FIELDS, *CHANGED_FIELDS)
EARLIEST = date(2020, 1, 1)
"""No page can be asked for a day before it."""
_RESERVED = ("new",)
_LONGEST_ALIAS, _MOST_ALIASES = 200, 40


@transaction.atomic
def create_agency(agency: Agency, *, by: User, given: Mapping[str, Any]) -> Agency:
    """Raises PermissionDenied, and Refused with every fault: ``taken``, ``outside_area``,
    ``too_long``, ``invalid``."""
    editing.put(agency, given)
    require(by, Permission.MANAGE_MEMBERS, agency.area)
    agency.derive()

    def check() -> None:
        _check(agency, by, (*NAME_FIELDS, "aliases"))

    check()
    editing.save(agency, check, is_new=True)
    trail.record("agency.create", agency, by=by, after=editing.facts(agency, AGENCY_FIELDS))
    recalculation.touch_generation()
    return agency


@transaction.atomic
def change_agency(agency: Agency, *, by: User, given: Mapping[str, Any], seen: str) -> bool:
    """Head, aliases and place in the order; False when nothing changed.

    Raises PermissionDenied, and Refused: ``stale`` (412), or every fault.
    """
    agency = _held(agency)
    require(by, Permission.MANAGE_MEMBERS, agency)
    editing.check_unchanged(agency, CHANGED_FIELDS, seen)
    change = editing.put(agency, given)
    if not change:
        return False
    _check(agency, by, change.after)
    agency.save()
    trail.record("agency.change", agency, by=by, before=change.before, after=change.after)
    recalculation.touch_generation()
    return True


@transaction.atomic
def rename_agency(
    agency: Agency, *, by: User, names: Mapping[str, str], from_day: date | None, seen: str
) -> bool:
    """From the day on it bears the names; earlier days show what it was called then, and a search
    for an old name finds it. Without a day a slip in the name is corrected, for all days.

    False when nothing changed. Raises PermissionDenied, and Refused: ``merged`` and ``stale`` (409,
    412), or every fault: ``taken``, ``future``, ``too_early``.
    """
    agency = _held(agency)
    require(by, Permission.MANAGE_MEMBERS, agency)
    editing.check_unchanged(agency, NAME_FIELDS, seen)
    if agency.successor_id:
        words = _("%(agency)s was merged: its name stays as it was.") % {"agency": agency.name}
        raise refuse("merged", words, status=409)
    old = {name: getattr(agency, name) for name in NAME_FIELDS}
    change = editing.put(agency, names)
    if not change:
        return False
    if from_day:
        check_day(agency, from_day)
        FormerName.objects.create(agency=agency, until=from_day, **old)
        known = {fold(name) for name in _called(agency)}
        new = [name for name in dict.fromkeys(old.values()) if name and fold(name) not in known]
        agency.aliases = [*agency.aliases, *new]
    _check(agency, by, change.after)
    agency.save()
    after = {**change.after, **({"from_day": from_day.isoformat()} if from_day else {})}
    trail.record("agency.rename", agency, by=by, before=change.before, after=after)
    recalculation.touch_generation()
    return True


@transaction.atomic
def keep_alias(agency: Agency, name: str, *, by: User) -> bool:
    """A name that somebody said means the agency is known in every later file.

    False where it is kept already, cannot be, or the caller may not change the agency: what they
    were doing goes on without it.
    """
    agency, name = _held(agency), tidy(name)
    before = list(agency.aliases)
    if not has_permission(by, Permission.MANAGE_MEMBERS, agency):
        return False
    if not name or spelling(name) in {spelling(one) for one in _called(agency)}:
        return False
    agency.aliases = [*before, name]
    try:
        _check(agency, by, ["aliases"])
    except Refused:
        return False
    agency.save(update_fields=["aliases", "search_text"])
    after = {"aliases": agency.aliases}
    trail.record("agency.alias", agency, by=by, before={"aliases": before}, after=after)
    recalculation.touch_generation()
    return True


def _held(agency: Agency) -> Agency:
    return Agency.objects.select_for_update(of=("self",)).select_related("area").get(pk=agency.pk)


def _called(agency: Agency) -> list[str]:
    own = (getattr(agency, name) for name in NAME_FIELDS)
    return [name for name in (*own, *agency.aliases) if name]


def check_day(agency: Agency, from_day: date) -> None:
    if from_day > clock.today():
        raise refuse("future", _("The day of a new name is today or earlier."), "/from_day")
    last = agency.former_names.first()
    if last and from_day <= last.until:
        detail = _("It bears its present name since %(day)s; the next one comes later.")
        raise refuse("too_early", detail % {"day": f"{last.until:%d/%m/%Y}"}, "/from_day")
    if from_day < EARLIEST:
        detail = _("The day of a new name is %(day)s or later.") % {"day": f"{EARLIEST:%d/%m/%Y}"}
        raise refuse("too_early", detail, "/from_day")


def _check(agency: Agency, by: User, changed: Iterable[str]) -> None:
    """Raises PermissionDenied, and Refused with every fault."""
    agency.derive()
    faults, parent = name_faults(agency, set(changed)), agency.parent
    # Whoever stands above reaches its work.
    if parent and not agency.pk:
        if not scope_of(by).covers(parent.area.path):
            raise PermissionDenied
        if parent.successor_id or not agency.area.path.startswith(parent.area.path):
            detail = _("Choose an agency of the same area or of one above, that was not merged.")
            faults.append(Fault("outside_area", detail, "/parent"))
    same = Agency.objects.filter(code=agency.code).exclude(pk=agency.pk)
    if agency.code in _RESERVED or same.exists():
        detail = _("The code “%(code)s” is taken.") % {"code": agency.code}
        faults.append(Fault("taken", detail, "/code"))
    long = [alias for alias in agency.aliases if len(alias) > _LONGEST_ALIAS]
    if long or len(agency.aliases) > _MOST_ALIASES:
        detail = _("At most %(most)d other names, each of %(length)d letters.")
        words = {"most": _MOST_ALIASES, "length": _LONGEST_ALIAS}
        faults.append(Fault("too_long", detail % words, "/aliases"))
    if faults:
        raise Refused(faults)
    editing.check_row(agency)


def name_faults(agency: Agency, changed: Set[str]) -> list[Fault]:
    """Names are compared within the province, in any spelling, with all that others are called."""
    others = Agency.objects.exclude(pk=agency.pk).exclude(path__startswith=agency.path)
    nation, province = agency.area.path.split("/")[:2]
    others = others.filter(area__path__startswith=f"{nation}/{province}")
    if not province:
        others = others.filter(area=agency.area)
    taken = {spelling(name): one for one in others for name in _called(one)}
    faults = []
    for field in (*NAME_FIELDS, "aliases"):
        value = getattr(agency, field) if field in changed else ""
        for text in value if isinstance(value, list) else [value]:
            if text and (other := taken.get(spelling(text))):
                detail = _("“%(text)s” is what %(other)s is called already.")
                detail %= {"text": text, "other": other.name}
                faults.append(Fault("taken", detail, f"/{field}"))
    return faults
