"""Keys of screens: drawn, shown once, revoked. One is typed at its screen like a one-time code."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.accounts.credentials import hash_code, new_code
from core.audit import trail
from core.calendar import clock
from core.db.conditions import under
from core.errors import refuse
from core.models import User
from provinces.models import Area, DisplayKey
from provinces.permissions import Permission, has_permission, managed_paths


def manageable(user: User) -> QuerySet[DisplayKey]:
    """The screens of the areas that the user coordinates."""
    rows = DisplayKey.objects.filter(under(managed_paths(user), "area__path"))
    return rows.select_related("area", "made_by")


def create_display(
    *, name: str, area: Area, pages: Sequence[str], seconds: int, language: str, by: User
) -> tuple[DisplayKey, str]:
    """The screen, and its key, whose text is stored nowhere.

    Raises Refused ``not_in_scope`` for an area that they do not coordinate.
    """
    if not has_permission(by, Permission.MANAGE_DISPLAYS, area):
        detail = _("%(name)s does not lie in an area you coordinate.")
        raise refuse("not_in_scope", detail % {"name": area.name}, "/area")
    code = new_code()
    facts = {"name": name, "pages": list(pages), "seconds": seconds, "language": language}
    with transaction.atomic():
        display = DisplayKey.objects.create(
            **facts, area=area, code_hash=hash_code(code), made_by=by, made_at=clock.now()
        )
        trail.record("display.create", display, by=by, after={**facts, "area": area.code})
    return display, code


def revoke_display(display: DisplayKey, *, by: User) -> None:
    """It opens nothing from the next request on. Revoking it again changes nothing."""
    with transaction.atomic():
        live = DisplayKey.objects.filter(pk=display.pk, revoked_at=None)
        if live.update(revoked_at=clock.now()):
            trail.record("display.revoke", display, by=by, before={"name": display.name})


def display_of(code: str) -> DisplayKey | None:
    """The screen that this key opens, or opened until it was revoked (1 SQL query)."""
    found = DisplayKey.objects.select_related("area").filter(code_hash=hash_code(code)).first()
    if found and found.is_active and found.last_used_on != clock.today():
        found.last_used_on = clock.today()
        found.save(update_fields=["last_used_on"])
    return found
