"""E-mails with the Word file of a frozen report, to the addresses of its schedule, at most once.

Freezing writes a row an address. It is taken before its mail is sent, so two beats cannot both
send it, and a crash loses a mail rather than sending it twice.
"""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core import mail
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from core.audit import trail
from core.calendar import clock
from reports.files.blocks import Text
from reports.files.named import file_name
from reports.files.parts import blocks_of
from reports.files.word import word
from reports.models import FrozenReport, ReportMail

logger = logging.getLogger(__name__)

_AT_ONCE = 50


def send_mails() -> int:
    """How many were sent. While the mail server is away nothing is taken.

    Raises OSError or SMTPException where it cannot be reached.
    """
    waiting = ReportMail.objects.filter(taken_at=None).order_by("pk")
    rows = list(waiting.select_related("report__period__plan", "report__area")[:_AT_ONCE])
    if not rows:
        return 0
    sent = 0
    with mail.get_connection() as connection:
        for row in rows:
            mine = ReportMail.objects.filter(pk=row.pk, taken_at=None)
            if not mine.update(taken_at=clock.now()):
                continue  # Another process got there first.
            message = letter(row.report, row.address)
            message.connection = connection
            try:
                message.send()
            except (SMTPException, OSError) as error:
                row.error = type(error).__name__
                logger.warning("The report %d was not mailed: %s", row.report_id, row.error)
            else:
                row.sent_at = clock.now()
                sent += 1
            told = {"address": row.address, "error": row.error}
            with transaction.atomic():
                row.save(update_fields=["sent_at", "error"])
                trail.record("report.mail", row.report, by=None, after=told)
    return sent


def letter(report: FrozenReport, address: str) -> mail.EmailMessage:
    """The official sentence, the address of the report, and its Word file; in Vietnamese."""
    with translation.override(settings.LANGUAGE_CODE):
        first = next(block.text for block in blocks_of(report) if isinstance(block, Text))
        subject = _("Report on %(plan)s: %(period)s") % {
            "plan": report.period.plan.number,
            "period": report.period.name,
        }
        if report.version > 1:
            subject += f" ({_('version %(n)s') % {'n': report.version}})"
        message = mail.EmailMessage(
            subject=subject,
            body=f"{first}\n\n{settings.R57_PUBLIC_URL}{report.get_absolute_url()}\n",
            to=[address],
            headers={"Auto-Submitted": "auto-generated"},
        )
        kind = "vnd.openxmlformats-officedocument.wordprocessingml.document"
        name = file_name(report, "report.docx")
        message.attach(name, word(report), f"application/{kind}")
    return message
