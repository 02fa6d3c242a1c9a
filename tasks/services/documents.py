"""A document, a file or a link, proving many assignments at once."""

from collections.abc import Iterator, Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from core.audit import trail
from core.calendar import clock
from core.errors import Fault, Refused
from core.models import User
from provinces.permissions import Permission, require
from tasks.models import Assignment, Evidence
from tasks.services.evidence import Proof, faults_of, keep_proof


@transaction.atomic
def attach_document(
    assignments: Sequence[Assignment],
    *,
    by: User,
    proof: Proof,
    dated: date | None = None,
    issuer: str = "",
    subject: str = "",
) -> Evidence:
    """Keep one document (its number, file or link) for all of them, or nothing: one audit event
    names them, and a file is stored once.

    Raises PermissionDenied when one of them is not the caller's to report on, and Refused:
    ``number_missing``, ``future_date``, and the faults of the proof.
    """
    for assignment in assignments:
        require(by, Permission.REPORT_STATUS, assignment)
    if faults := list(_faults(proof, dated)):
        raise Refused(faults)
    document = keep_proof(proof, by=by, dated=dated, issuer=issuer.strip(), subject=subject.strip())
    document.assignments.set(assignments)
    trail.record("evidence.attach", document, by=by, after={
        "number": document.number, "link": document.link, "file": document.file_name,
        "dated": dated and dated.isoformat(),
        "issuer": document.issuer, "subject": document.subject,
        "assignments": sorted(assignment.pk for assignment in assignments),
    })  # fmt: skip
    return document


def _faults(proof: Proof, dated: date | None) -> Iterator[Fault]:
    """Named by the fields of a form that is about nothing but the document."""
    if not proof:
        yield Fault(
            "number_missing", _("Give the number of a document, a file or a link."), "/number"
        )
    if dated and dated > clock.today():
        detail = _("The day has not come yet; choose today or earlier.")
        yield Fault("future_date", detail, "/dated")
    for fault in faults_of(proof):
        yield Fault(fault.code, fault.detail, fault.pointer.replace("evidence_", ""))
