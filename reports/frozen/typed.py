"""Keeps what was typed into a draft and not saved, beyond the end of the session.

It is seen by its writer alone and stands in no report, so it is not audited.
"""

from collections.abc import Mapping

from core.calendar import clock
from core.models import User
from provinces.permissions import Permission, require
from reports.models import ReportDraft, TypedText

FIELDS = (*ReportDraft.WRITTEN, "seen")
"""The texts, and the stamp of the draft that they were typed over."""
LONGEST = 20_000


def picked(given: Mapping[str, str]) -> dict[str, str]:
    """Of what was sent, what is kept."""
    return {name: str(given[name])[:LONGEST] for name in FIELDS if name in given}


def keep_typed(draft: ReportDraft, *, by: User, content: Mapping[str, str]) -> None:
    """In place of what they typed before. Raises PermissionDenied."""
    require(by, Permission.FREEZE_REPORT, draft.area)
    TypedText.objects.update_or_create(
        draft=draft, user=by, defaults={"content": picked(content), "saved_at": clock.now()}
    )


def typed_by(draft: ReportDraft, user: User) -> TypedText | None:
    return TypedText.objects.filter(draft=draft, user=user).first()


def drop_typed(draft: ReportDraft, *, by: User) -> None:
    TypedText.objects.filter(draft=draft, user=by).delete()
