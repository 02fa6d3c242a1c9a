"""What proves a result: the number of a document, a link or a file."""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePath
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import MaxLengthValidator, URLValidator
from django.db import transaction
from django.utils.translation import gettext as _

from core.audit import trail
from core.audit.trail import Actor
from core.calendar import clock
from core.errors import Fault, Refused
from core.models import User
from provinces.permissions import Permission, require
from tasks.models import Assignment, Evidence, StatusReport
from tasks.reporting.filetypes import MAX_BYTES, FileType, detect

_NUMBER, _FILE_NAME = 80, 200
_LINK = (URLValidator(schemes=["http", "https"]), MaxLengthValidator(500))


@dataclass(frozen=True)
class Proof:
    """What was sent as evidence; a number, a link or a file is enough.

    ``kept`` is evidence that is stored already: one document may serve many assignments.
    """

    number: str = ""
    link: str = ""
    file: "UploadedFile[bytes] | None" = None
    kept: Evidence | None = None

    def __bool__(self) -> bool:
        return bool(self.number or self.link or self.file or self.kept)


NO_PROOF = Proof()


def faults_of(proof: Proof) -> Iterator[Fault]:
    """Everything that is wrong with the proof, field by field."""
    if len(proof.number) > _NUMBER:
        yield Fault(
            "too_long", _("The number and symbol has at most 80 characters."), "/evidence_number"
        )
    if proof.link:
        try:
            for validate in _LINK:
                validate(proof.link)
        except ValidationError:
            yield Fault(
                "invalid_link",
                _("The link is a full web address such as https://example.gov.vn/document."),
                "/evidence_link",
            )
    if proof.file and (proof.file.size or 0) > MAX_BYTES:
        yield Fault("file_too_large", _("A file has at most 20 MB."), "/evidence_file")
    elif proof.file and _type_of(proof.file) is None:
        yield Fault(
            "file_type",
            _("This file is none of pdf, docx, xlsx, png, jpg; please save it as one of these."),
            "/evidence_file",
        )


def _type_of(file: "UploadedFile[bytes]") -> FileType | None:
    file.seek(0)
    return detect(file.read())


def attach(proof: Proof, report: StatusReport, *, by: Actor) -> None:
    """Link the proof with the report and its assignment; store it first where it is new."""
    evidence = proof.kept or keep_proof(proof, by=by)
    evidence.reports.add(report)
    evidence.assignments.add(report.assignment)


def keep_proof(proof: Proof, *, by: Actor, **facts: Any) -> Evidence:
    """Store a proof in which ``faults_of`` found nothing; ``facts`` are further fields of it.

    The stored file gets a random name that cannot be guessed, and its sender's name with the
    extension of what it really is.
    """
    evidence = Evidence(
        **facts,
        number=proof.number,
        link=proof.link,
        added_by=by if isinstance(by, User) else None,
        added_at=clock.now(),
    )
    kind = _type_of(proof.file) if proof.file else None
    if proof.file and kind:
        proof.file.seek(0)
        stem = PurePath(proof.file.name or "").stem[: _FILE_NAME - 6] or "minh-chung"
        evidence.file_name = f"{stem}.{kind.extension}"
        evidence.size, evidence.content_type = proof.file.size, kind.content_type
        stored = f"{secrets.token_hex(16)}.{kind.extension}"
        evidence.file.save(stored, ContentFile(proof.file.read()), save=False)
    evidence.save()
    return evidence


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
    """Store one document and link it with all of these assignments, in one audit event.

    Raises PermissionDenied when the caller may not report on one of them, and Refused:
    ``number_missing``, ``future_date``, and the faults of the proof.
    """
    for assignment in assignments:
        require(by, Permission.REPORT_STATUS, assignment)
    faults = []
    if not proof:
        detail = _("Give the number of a document, a file or a link.")
        faults.append(Fault("number_missing", detail, "/number"))
    if dated and dated > clock.today():
        detail = _("The day has not come yet; choose today or earlier.")
        faults.append(Fault("future_date", detail, "/dated"))
    # The fields of this form are named without "evidence_".
    faults += [replace(f, pointer=f.pointer.replace("evidence_", "")) for f in faults_of(proof)]
    if faults:
        raise Refused(faults)
    document = keep_proof(proof, by=by, dated=dated, issuer=issuer.strip(), subject=subject.strip())
    document.assignments.set(assignments)
    trail.record(
        "evidence.attach",
        document,
        by=by,
        after={
            "number": document.number,
            "link": document.link,
            "file": document.file_name,
            "dated": dated and dated.isoformat(),
            "issuer": document.issuer,
            "subject": document.subject,
            "assignments": sorted(assignment.pk for assignment in assignments),
        },
    )
    return document
