"""What proves a result: a document's number, a link, a file; for one assignment or many at once."""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import URLValidator
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

_is_address = URLValidator(schemes=["http", "https"])
_NUMBER, _LINK, _FILE_NAME = 80, 500, 200


@dataclass(frozen=True)
class Proof:
    """What was handed in with a report; any one of the three is enough.

    ``kept`` is a document that was kept already: one may serve many assignments.
    """

    number: str = ""
    link: str = ""
    file: "UploadedFile[bytes] | None" = None
    kept: Evidence | None = None

    def __bool__(self) -> bool:
        return bool(self.number or self.link or self.file or self.kept)


NO_PROOF = Proof()


def faults_of(proof: Proof) -> Iterator[Fault]:
    """What is wrong with it, field by field."""
    if len(proof.number) > _NUMBER:
        yield Fault(
            "too_long", _("The number and symbol has at most 80 characters."), "/evidence_number"
        )
    if proof.link and (len(proof.link) > _LINK or not _is_link(proof.link)):
        yield Fault(
            "invalid_link",
            _("The link is a full web address such as https://example.gov.vn/document."),
            "/evidence_link",
        )
    if proof.file:
        yield from _faults_of_file(proof.file)


def _is_link(text: str) -> bool:
    try:
        _is_address(text)
    except ValidationError:
        return False
    return True


def _faults_of_file(file: "UploadedFile[bytes]") -> Iterator[Fault]:
    if (file.size or 0) > MAX_BYTES:
        yield Fault("file_too_large", _("A file has at most 20 MB."), "/evidence_file")
    elif _type_of(file) is None:
        yield Fault(
            "file_type",
            _("This file is none of pdf, docx, xlsx, png, jpg; please save it as one of these."),
            "/evidence_file",
        )


def _type_of(file: "UploadedFile[bytes]") -> FileType | None:
    file.seek(0)
    return detect(file.read())


def attach(proof: Proof, report: StatusReport, *, by: Actor) -> None:
    evidence = proof.kept or keep_proof(proof, by=by)
    evidence.reports.add(report)
    evidence.assignments.add(report.assignment)


def keep_proof(proof: Proof, *, by: Actor, **facts: Any) -> Evidence:
    """Keep what ``faults_of`` found good, with what else is known of the document; the file's name
    in the store cannot be guessed."""
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
        evidence.file_name = _file_name(proof.file.name or "", kind)
        evidence.size, evidence.content_type = proof.file.size, kind.content_type
        stored = f"{secrets.token_hex(16)}.{kind.extension}"
        evidence.file.save(stored, ContentFile(proof.file.read()), save=False)
    evidence.save()
    return evidence


def _file_name(name: str, kind: FileType) -> str:
    """The sender's name for it, with the extension it really has."""
    stem = PurePath(name).stem[: _FILE_NAME - 6] or "minh-chung"
    return f"{stem}.{kind.extension}"


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
