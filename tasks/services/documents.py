"""A document by number, date, issuer and subject, proving many assignments at once."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, clock
from core.errors import Fault, Refused
from core.models import User
from provinces.permissions import Permission, require
from tasks.models import Assignment, Evidence


@transaction.atomic
def attach_document(
    assignments: Sequence[Assignment],
    *,
    by: User,
    number: str,
    dated: date | None = None,
    issuer: str = "",
    subject: str = "",
) -> Evidence:
    """Keep one document for all of them, or nothing: one audit event names them.

    Raises PermissionDenied when one of them is not the caller's to report on, and Refused:
    ``number_missing``, ``future_date``.
    """
    for assignment in assignments:
        require(by, Permission.REPORT_STATUS, assignment)
    faults = []
    if not number.strip():
        detail = _("Give the number and symbol of the document.")
        faults.append(Fault("number_missing", detail, "/number"))
    if dated and dated > clock.today():
        detail = _("The day has not come yet; choose today or earlier.")
        faults.append(Fault("future_date", detail, "/dated"))
    if faults:
        raise Refused(faults)
    document = Evidence.objects.create(
        number=number.strip(), dated=dated, issuer=issuer.strip(), subject=subject.strip(),
        added_by=by, added_at=clock.now(),
    )  # fmt: skip
    document.assignments.set(assignments)
    audit.record("evidence.attach", document, by=by, after={
        "number": document.number, "dated": dated and dated.isoformat(),
        "issuer": document.issuer, "subject": document.subject,
        "assignments": sorted(assignment.pk for assignment in assignments),
    })  # fmt: skip
    return document
