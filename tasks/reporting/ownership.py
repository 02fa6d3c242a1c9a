"""Whose form it was: a mark that nobody can forge, for when its session is over."""

from django.core import signing

from core.models import User

_SALT = "tasks.reporting.ownership"
_A_WEEK = 7 * 24 * 60 * 60


def mark_of(user: User) -> str:
    return signing.dumps(user.pk, salt=_SALT)


def owner_of(mark: str) -> int | None:
    """The row number of the user; None for a mark that is wrong or older than a week."""
    try:
        owner: int = signing.loads(mark, salt=_SALT, max_age=_A_WEEK)
    except signing.BadSignature:
        return None
    return owner
