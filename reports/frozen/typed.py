"""Keeps what was typed into a draft and not saved, beyond the end of the session.

It is seen by its writer alone and stands in no report, so it is not audited.
"""

from core.calendar import clock
from core.models import User
from core.web.typed import LINE, TEXT, Typed
from provinces.permissions import Permission, require
from reports.models import ReportDraft, TypedText

FIELDS = {**dict.fromkeys(ReportDraft.WRITTEN, TEXT), "charts": LINE, "seen": LINE}
"""The texts, and the stamp of the draft that they were typed over."""


def keep_typed(draft: ReportDraft, *, by: User, content: Typed) -> None:
    """In place of what they typed before. Raises PermissionDenied."""
    require(by, Permission.FREEZE_REPORT, draft.area)
    TypedText.objects.update_or_create(
        draft=draft, user=by, defaults={"content": content, "saved_at": clock.now()}
    )


def typed_by(draft: ReportDraft, user: User) -> TypedText | None:
    return TypedText.objects.filter(draft=draft, user=user).first()


def drop_typed(draft: ReportDraft, *, by: User) -> None:
    TypedText.objects.filter(draft=draft, user=by).delete()
