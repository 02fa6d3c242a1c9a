"""Who may write and freeze the report of an area."""

from provinces.models import Area
from provinces.permissions import Caller, Permission, holds, register
from provinces.roles import MANAGERS, REVIEWERS

WRITERS = frozenset({*REVIEWERS, *MANAGERS})


def may_freeze(caller: Caller, area: Area) -> bool:
    """The standing agency's reviewers and the coordinators of the area or of one above it."""
    return holds(caller, WRITERS, area)


def register_rules() -> None:
    register(Permission.FREEZE_REPORT, may_freeze)
