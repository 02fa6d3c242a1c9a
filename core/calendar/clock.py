"""Today, as the offices of Viet Nam know it."""

from datetime import date, datetime

from django.utils import timezone


def now() -> datetime:
    return timezone.now()


def today() -> date:
    """The calendar day in Asia/Ho_Chi_Minh."""
    return timezone.localdate()
