"""Celery jobs of this floor: each calls one function and logs one line."""

import logging
from smtplib import SMTPException

from celery import shared_task

from tasks.reminders import sending

logger = logging.getLogger(__name__)


@shared_task
def send_digests() -> None:
    try:
        run = sending.send_digests()
    except (SMTPException, OSError) as error:
        # No message was taken for sending, so the next round tries again.
        logger.warning("Reminders wait, the mail server is away: %s", type(error).__name__)
        return
    if run:
        logger.info(
            "Reminders: %d sent, %d failed, %d taken elsewhere",
            run.sent,
            run.failed,
            run.taken_elsewhere,
        )
