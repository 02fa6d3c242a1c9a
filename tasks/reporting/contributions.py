"""Coordinating agencies and what they did. Neither changes the state or a rate."""

from collections.abc import Collection

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from core.audit import trail
from core.calendar import clock
from core.db import bulk
from core.errors import Fault, Refused
from core.models import User
from provinces.models import Agency
from provinces.permissions import Permission, holds, require
from provinces.roles import AGENCY_ROLES
from tasks.models import Assignment, Contribution, Task
from tasks.reporting.evidence import NO_PROOF, Proof, faults_of, keep_proof


def helping_agencies(assignment: Assignment, by: User) -> list[Agency]:
    """The coordinating agencies for which the user may contribute."""
    return [
        agency
        for agency in assignment.coordinating.all()
        if by.is_superuser or holds(by, AGENCY_ROLES, agency)
    ]


@transaction.atomic
def contribute(
    assignment: Assignment, *, by: User, agency: Agency, text: str, proof: Proof = NO_PROOF
) -> Contribution:
    """Add what a coordinating agency did; state, version and figures stay as they are.

    Raises PermissionDenied when the agency does not coordinate or is not the caller's, and Refused:
    ``text_missing``, and the faults of the proof.
    """
    if agency not in helping_agencies(assignment, by):
        raise PermissionDenied
    faults = list(faults_of(proof))
    if not text.strip():
        faults.insert(0, Fault("text_missing", _("Say what your agency did."), "/text"))
    if faults:
        raise Refused(faults)
    part = Contribution.objects.create(
        assignment=assignment, agency=agency, text=text.strip(), by=by, at=clock.now()
    )
    evidence = keep_proof(proof, by=by) if proof else None
    if evidence:
        evidence.contributions.add(part)
        evidence.assignments.add(assignment)
    trail.record(
        "contribution.add",
        part,
        by=by,
        after={
            "assignment": assignment.pk,
            "agency": agency.code,
            "text": part.text,
            "evidence": str(evidence or ""),
        },
    )
    return part


@transaction.atomic
def choose_coordinating(
    task: Task,
    *,
    by: User,
    agencies: Collection[Agency],
    assignments: Collection[Assignment] | None = None,
) -> int:
    """Make these agencies, and no others, coordinate the given assignments of the task, or all.

    The lead of an assignment never coordinates it too. What an agency contributed before it was
    taken off stays. Returns how many assignments there are. Raises PermissionDenied.
    """
    require(by, Permission.MANAGE_PLAN, task.plan)
    rows = Assignment.objects.filter(task=task)
    if assignments is not None:
        rows = rows.filter(pk__in=[assignment.pk for assignment in assignments])
    leads = dict(rows.order_by("pk").values_list("pk", "agency_id"))
    links = Assignment.coordinating.through
    before = links.objects.filter(assignment__in=rows)
    names = sorted(before.order_by().values_list("agency__code", flat=True).distinct())
    before.delete()
    bulk.insert(
        links,
        ("assignment_id", "agency_id"),
        ((pk, agency.pk) for pk, lead in leads.items() for agency in agencies if agency.pk != lead),
    )
    trail.record(
        "task.coordinating",
        task,
        by=by,
        before={"agencies": names},
        after={
            "agencies": sorted(agency.code for agency in agencies),
            "assignments": list(leads) if assignments is not None else len(leads),
        },
    )
    return len(leads)
