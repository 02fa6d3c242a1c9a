"""Documents, their phases and groups: created, changed, and deleted while nothing uses them."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.audit import trail
from core.errors import refuse
from core.models import User
from core.queue import recalculation
from core.web import editing
from provinces.models import Phase, Plan, PlanGroup
from provinces.permissions import Permission, require

PLAN_FIELDS = (
    "number",
    "kind",
    "issued_on",
    "name_vi",
    "name_en",
    "issuer_vi",
    "issuer_en",
    "area",
    "implements",
    "base_year",
    "source_url",
    "standing_agency",
    "requires_review",
    "requires_agency_approval",
)
GROUP_FIELDS = ("number", "name_vi", "name_en")
PHASE_FIELDS = (*GROUP_FIELDS, "starts_on", "ends_on")

_FIGURES_FOLLOW = {
    "issued_on",
    "base_year",
    "area",
    "requires_review",
    "requires_agency_approval",
}
Part = Phase | PlanGroup


@transaction.atomic
def create_plan(plan: Plan, *, by: User, given: Mapping[str, Any]) -> Plan:
    """Raises PermissionDenied, and Refused with every fault."""
    editing.put(plan, given)
    require(by, Permission.MANAGE_PLAN, plan)
    _check_plan(plan)
    editing.save(plan, lambda: _check_plan(plan), is_new=True)
    trail.record("plan.create", plan, by=by, after=editing.facts(plan, PLAN_FIELDS))
    recalculation.touch_generation()
    return plan


@transaction.atomic
def change_plan(plan: Plan, *, by: User, given: Mapping[str, Any], seen: str) -> bool:
    """Returns False if nothing changed. Figures are recomputed where they depend on the change.

    Raises PermissionDenied, and Refused: ``stale`` (412), or every fault.
    """
    plan = _held(plan.pk)
    require(by, Permission.MANAGE_PLAN, plan)
    editing.check_unchanged(plan, PLAN_FIELDS, seen)
    issued_before = plan.issued_on
    change = editing.put(plan, given)
    if not change:
        return False
    require(by, Permission.MANAGE_PLAN, plan)
    _check_plan(plan)
    editing.save(plan, lambda: _check_plan(plan))
    trail.record("plan.change", plan, by=by, before=change.before, after=change.after)
    recalculation.touch_generation()
    if change.after.keys() & _FIGURES_FOLLOW:
        recalculation.mark("plan", [plan.pk], since=min(issued_before, plan.issued_on))
    return True


@transaction.atomic
def delete_plan(plan: Plan, *, by: User) -> None:
    """With its phases and groups. Raises PermissionDenied, and Refused: ``in_use`` (409)."""
    plan = _held(plan.pk)
    require(by, Permission.MANAGE_PLAN, plan)
    before, key = editing.facts(plan, PLAN_FIELDS), str(plan.pk)
    editing.delete(plan)
    trail.record("plan.delete", plan, by=by, before=before, key=key)
    recalculation.touch_generation()


@transaction.atomic
def create_part(part: Part, *, by: User, given: Mapping[str, Any]) -> Part:
    """A phase or a group. Raises PermissionDenied, and Refused with every fault."""
    part.plan = _held(part.plan_id)
    require(by, Permission.MANAGE_PLAN, part.plan)
    editing.put(part, given)
    _check_part(part)
    part.save(force_insert=True)
    after = {"plan": part.plan.number, **editing.facts(part, fields_of(part))}
    trail.record(f"{part._meta.model_name}.create", part, by=by, after=after)
    recalculation.touch_generation()
    return part


@transaction.atomic
def change_part(part: Part, *, by: User, given: Mapping[str, Any], seen: str) -> bool:
    """Returns False if nothing changed. Raises as ``change_plan``."""
    plan = _held(part.plan_id)
    require(by, Permission.MANAGE_PLAN, plan)
    part.refresh_from_db()
    editing.check_unchanged(part, fields_of(part), seen)
    change = editing.put(part, given)
    if not change:
        return False
    _check_part(part)
    part.save()
    action = f"{part._meta.model_name}.change"
    trail.record(action, part, by=by, before=change.before, after=change.after)
    recalculation.touch_generation()
    return True


@transaction.atomic
def delete_part(part: Part, *, by: User) -> None:
    """Raises PermissionDenied, and Refused: ``in_use`` (409)."""
    plan = _held(part.plan_id)
    require(by, Permission.MANAGE_PLAN, plan)
    before = {"plan": plan.number, **editing.facts(part, fields_of(part))}
    action, key = f"{part._meta.model_name}.delete", str(part.pk)
    editing.delete(part)
    trail.record(action, part, by=by, before=before, key=key)
    recalculation.touch_generation()


def fields_of(part: Part) -> tuple[str, ...]:
    return PHASE_FIELDS if isinstance(part, Phase) else GROUP_FIELDS


def _held(plan_id: int) -> Plan:
    """The plan, locked; for phases and groups too, so that two do not change them at once."""
    plans = Plan.objects.select_for_update(of=("self",)).select_related("area")
    return plans.get(pk=plan_id)


def _check_plan(plan: Plan) -> None:
    if _implements_itself(plan):
        text = _("A document cannot implement itself, directly or through others.")
        raise refuse("circle", text, "/implements")
    editing.check_row(plan)


def _implements_itself(plan: Plan) -> bool:
    above, seen = plan.implements, set()
    while above is not None and above.pk not in seen:
        if above.pk == plan.pk:
            return True
        seen.add(above.pk)
        above = above.implements
    return False


def _check_part(part: Part) -> None:
    same = type(part)._default_manager.filter(plan=part.plan_id, number=part.number)
    if same.exclude(pk=part.pk).exists():
        raise refuse("taken", _("The document has this number already."), "/number")
    first, last = (part.starts_on, part.ends_on) if isinstance(part, Phase) else (None, None)
    if first and last and last < first:
        text = _("A phase cannot end before it starts.")
        raise refuse("ends_too_early", text, "/ends_on")
    editing.check_row(part)
