"""What changed, in order, for systems that follow R57.

Only the drainer appends, in the transaction that settles the marks, and only one drainer works at a
time. So numbers are given in the order of commits, on every database: whoever has read up to a
number has missed nothing before it, however many writers commit in whatever order. A number may be
left out (a transaction was rolled back); it never comes later.

Each floor registers how the things of a kind look to a caller.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from core.calendar import clock
from core.db import bulk, replica
from core.errors import refuse
from core.models import FeedEntry

KEPT = timedelta(days=90)
"""For so long a system may stay away and go on where it was."""
_GONE = 410
_AT_ONCE = 1000

Show = Callable[[Any, Collection[str]], Mapping[str, Any]]
"""Of a caller and keys: what the caller may see of them, by key."""

KINDS: dict[str, Show] = {}


def register(kind: str, show: Show) -> None:
    KINDS[kind] = show


def append(kind: str, changed: Mapping[str, date]) -> None:
    """``changed``: keys, each with the day since which it changed. For handlers of the drainer."""
    now = clock.now()
    rows = ((kind, key, since, now) for key, since in changed.items())
    bulk.insert(FeedEntry, ("kind", "key", "since", "at"), rows)


def append_rows(kind: str, rows: Iterable[tuple[int, date]]) -> None:
    """Rows that are never changed, by number, each once: those that are not here yet."""
    days = {str(pk): since for pk, since in rows}
    keys = sorted(days, key=int)
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        here = FeedEntry.objects.filter(kind=kind, key__in=some).values_list("key", flat=True)
        known = set(here)
        append(kind, {key: days[key] for key in some if key not in known})


@dataclass(frozen=True)
class FeedPage:
    """``position`` is that of the last change read, shown or not; the next page begins there."""

    changes: Sequence[tuple[FeedEntry, Any]]
    position: int
    has_more: bool


def read(caller: Any, since: int | None, size: int) -> FeedPage:
    """The changes behind a position that the caller may see, or the newest position alone.

    3 SQL queries, and those of each kind on the page. Raises Refused: ``invalid_value`` for a
    position that was never given, ``cursor_expired`` (410) for one whose followers are forgotten.
    """
    replica.stay_on_primary()  # Each change must be there with all that it names.
    newest = FeedEntry.objects.order_by("-id").values_list("id", flat=True).first() or 0
    if since is None:
        return FeedPage([], newest, has_more=False)
    if since > newest:
        raise refuse("invalid_value", _("This cursor was never given."), "/since")
    rows = list(FeedEntry.objects.filter(pk__gt=since).order_by("id")[: size + 1])
    oldest = FeedEntry.objects.order_by("id").first()
    if oldest and since < oldest.pk and oldest.at < clock.now() - KEPT:
        detail = _("This cursor is too old. Read the lists again, then follow from a new one.")
        raise refuse("cursor_expired", detail, "/since", status=_GONE)
    page = rows[:size]
    keys: defaultdict[str, set[str]] = defaultdict(set)
    for row in page:
        keys[row.kind].add(row.key)
    shown = {kind: KINDS[kind](caller, some) for kind, some in keys.items() if kind in KINDS}
    found = [(row, shown[row.kind][row.key]) for row in page if row.key in shown.get(row.kind, {})]
    position = page[-1].pk if page else since
    return FeedPage(found, position, has_more=len(rows) > size)


def forget_old() -> int:
    """Delete what is older than anybody may be away, but for the last of it: who stands before that
    one has missed something."""
    old = FeedEntry.objects.filter(at__lt=clock.now() - KEPT)
    last = old.order_by("-id").values_list("id", flat=True).first()
    return old.filter(pk__lt=last or 0).delete()[0]
