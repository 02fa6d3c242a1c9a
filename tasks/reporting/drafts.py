"""Keeps what was typed and not saved, beyond the end of the session.

A draft is seen by its writer alone and counts nowhere, so it is not audited.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from core.calendar import clock
from core.db import sql
from core.errors import refuse
from core.models import User
from core.web.typed import LINE, TEXT, Typed
from provinces.permissions import Permission, require
from tasks.models import Assignment, Draft
from tasks.reporting.checks import CONFLICT

FIELDS = {
    **dict.fromkeys(("state", "percent", "effective_on", "expected_on", "cause_kind"), LINE),
    **dict.fromkeys(("evidence_number", "evidence_link"), LINE),
    **dict.fromkeys(("result", "cause", "remedy"), TEXT),
}
_DROP = "DELETE FROM tasks_draft WHERE user_id = %s AND assignment_id = %s"


@transaction.atomic
def keep_draft(assignment: Assignment, *, by: User, content: Typed, if_version: int | None) -> None:
    """Store the fields of the form, in place of an earlier draft.

    Raises PermissionDenied, and Refused (``stale``, 409) when the assignment changed after the form
    was made.
    """
    require(by, Permission.REPORT_STATUS, assignment)
    if if_version != assignment.version:
        raise refuse("stale", _("This form was saved or overtaken meanwhile."), status=CONFLICT)
    kept = {"content": dict(content), "saved_at": clock.now()}
    Draft.objects.update_or_create(user=by, assignment=assignment, defaults=kept)


def drop_draft(assignment: Assignment, *, by: User) -> None:
    sql.carry_out(_DROP, [by.pk, assignment.pk])


def draft_of(assignment: Assignment, user: User) -> Draft | None:
    return Draft.objects.filter(user=user, assignment=assignment).first()
