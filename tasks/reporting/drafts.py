"""Keeps what was typed and not saved, beyond the end of the session.

A draft is seen by its writer alone and counts nowhere, so it is not audited. A signed mark in the
form says whose it is.
"""

from collections.abc import Mapping

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from core.calendar import clock
from core.db import sql
from core.errors import refuse
from core.models import User
from provinces.permissions import Permission, require
from tasks.models import Assignment, Draft
from tasks.reporting.checks import CONFLICT

FIELDS = (
    "state",
    "percent",
    "effective_on",
    "result",
    "evidence_number",
    "evidence_link",
    "cause_kind",
    "cause",
    "remedy",
    "expected_on",
)
_LONGEST = 20_000
_DROP = "DELETE FROM tasks_draft WHERE user_id = %s AND assignment_id = %s"


@transaction.atomic
def keep_draft(
    assignment: Assignment, *, by: User, content: Mapping[str, str], if_version: int | None
) -> None:
    """Store the fields of the form, in place of an earlier draft.

    Raises PermissionDenied, and Refused (``stale``, 409) when the assignment changed after the form
    was made.
    """
    require(by, Permission.REPORT_STATUS, assignment)
    if if_version != assignment.version:
        raise refuse("stale", _("This form was saved or overtaken meanwhile."), status=CONFLICT)
    typed = {name: content[name][:_LONGEST] for name in FIELDS if name in content}
    Draft.objects.update_or_create(
        user=by, assignment=assignment, defaults={"content": typed, "saved_at": clock.now()}
    )


def drop_draft(assignment: Assignment, *, by: User) -> None:
    sql.carry_out(_DROP, [by.pk, assignment.pk])


def draft_of(assignment: Assignment, user: User) -> Draft | None:
    return Draft.objects.filter(user=user, assignment=assignment).first()


_SALT = "tasks.reporting.drafts"
_A_WEEK = 7 * 24 * 60 * 60


def mark_of(user: User) -> str:
    """The signed mark of a form made for this user."""
    return signing.dumps(user.pk, salt=_SALT)


def owner_of(mark: str) -> int | None:
    """The user's row number; None for a mark that is forged or older than a week."""
    try:
        owner: int = signing.loads(mark, salt=_SALT, max_age=_A_WEEK)
    except signing.BadSignature:
        return None
    return owner
