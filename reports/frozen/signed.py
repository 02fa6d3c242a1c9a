"""The number of the signed paper and its scan, put back on the report they were signed from."""

import secrets
from datetime import date

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from core.audit import trail
from core.calendar import clock
from core.errors import Fault, Refused
from core.models import User
from provinces.permissions import Permission, require
from reports.models import FrozenReport, SignedCopy
from tasks.reporting.filetypes import JPG, MAX_BYTES, PDF, PNG, detect


def put_back(
    report: FrozenReport,
    *,
    number: str,
    signed_on: date,
    scan: "UploadedFile[bytes] | None" = None,
    by: User,
) -> SignedCopy:
    """A further row; the last one holds, and a scan that it lacks is that of the one before.

    Raises PermissionDenied, and Refused: ``number_missing``, ``future_date``, ``file_too_large``,
    ``file_type``.
    """
    require(by, Permission.FREEZE_REPORT, report.area)
    faults = []
    if not number.strip():
        faults.append(Fault("number_missing", _("A signed paper has a number."), "/number"))
    if signed_on > clock.today():
        detail = _("The day has not come yet; choose today or earlier.")
        faults.append(Fault("future_date", detail, "/signed_on"))
    row = SignedCopy(
        report=report, number=number.strip(), signed_on=signed_on, by=by, at=clock.now()
    )
    content, stored = b"", ""
    if scan and (scan.size or 0) > MAX_BYTES:
        faults.append(Fault("file_too_large", _("A file has at most 20 MB."), "/scan"))
    elif scan:
        content = scan.read()
        kind = detect(content)
        if kind in {PDF, PNG, JPG} and kind is not None:
            stored = f"{secrets.token_hex(16)}.{kind.extension}"
        else:
            faults.append(Fault("file_type", _("A scan is a pdf, png or jpg file."), "/scan"))
    if faults:
        raise Refused(faults)
    with transaction.atomic():
        if stored:
            row.scan.save(stored, ContentFile(content), save=False)
        else:
            last = report.signed_copies.exclude(scan="").last()
            row.scan = last.scan if last else ""
        row.save(force_insert=True)
        told = {"number": row.number, "signed_on": signed_on.isoformat(), "scan": bool(row.scan)}
        trail.record("report.sign", report, by=by, after=told)
    return row
