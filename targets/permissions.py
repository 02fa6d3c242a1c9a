"""Who sets and judges targets."""

from core.models import User
from provinces.permissions import Caller, Permission, holds, register
from provinces.roles import MANAGERS
from targets.models import Target


def _may_manage(caller: Caller, target: Target) -> bool:
    """Coordinators of the target's area."""
    return isinstance(caller, User) and holds(caller, MANAGERS, target.area)


def register_rules() -> None:
    register(Permission.MANAGE_TARGETS, _may_manage)
