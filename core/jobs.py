"""Celery jobs of the house: each calls one function and logs one line."""

import logging

from celery import shared_task

from core.accounts import sign_in
from core.audit import trail
from core.calendar import clock
from core.models import IdempotencyRecord
from core.queue import feed, recalculation, workers

logger = logging.getLogger(__name__)


@shared_task
def drain() -> None:
    done = recalculation.drain(seconds=60)
    if done:
        logger.info("Recalculated %d marks", done)
    workers.work_off(seconds=60)


@shared_task
def seal() -> None:
    sealed = trail.seal()
    if sealed:
        logger.info("Sealed %d audit events", sealed)


@shared_task
def forget_old_answers() -> None:
    forgotten = IdempotencyRecord.objects.expired(clock.now()).delete()[0]
    if forgotten:
        logger.info("Forgot %d answers to idempotency keys", forgotten)
    changes = feed.forget_old()
    if changes:
        logger.info("Forgot %d changes that nobody may ask for any more", changes)
    tries = sign_in.forget_old_tries()
    if tries:
        logger.info("Forgot %d counters of tries to sign in", tries)
