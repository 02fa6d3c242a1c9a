"""Celery jobs of this floor."""

from celery import shared_task

from reports.periods import services


@shared_task
def make_periods() -> None:
    """Periods ahead; a second call writes nothing."""
    services.make_ahead()
