"""Celery jobs of this floor: each calls one function and logs one line."""

import logging
from smtplib import SMTPException

from celery import shared_task

from reports.flow.mails import send_mails
from reports.flow.ready import make_ready
from reports.periods import services

logger = logging.getLogger(__name__)


@shared_task
def make_periods() -> None:
    """Periods ahead; a second call writes nothing."""
    services.make_ahead()


@shared_task
def close_periods() -> None:
    """Drafts of what has closed, and the e-mails that wait."""
    made = make_ready()
    if made:
        logger.info("Made %d drafts of reports ready", made)
    try:
        sent = send_mails()
    except (SMTPException, OSError) as error:
        # No mail was taken for sending, so the next round tries again.
        logger.warning("Reports wait, the mail server is away: %s", type(error).__name__)
        return
    if sent:
        logger.info("Mailed %d reports", sent)
