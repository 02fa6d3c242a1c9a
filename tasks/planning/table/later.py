"""What happened to the rows of an act since, so that it can no longer be taken back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core.audit import log
from core.models import AuditEvent
from tasks.models import Assignment, Contribution, Draft, Evidence, Obstacle, PlanAct
from tasks.planning.table.registry import ACTS

_MOST_TOLD = 10


@dataclass(frozen=True)
class LaterFact:
    """``row`` is what it happened to, ``who`` did it; both empty where nobody knows."""

    what: str | Promise
    row: str = ""
    who: str = ""
    at: datetime | None = None


def later_facts(done: PlanAct) -> Sequence[LaterFact]:
    """The first ten, the oldest first; none if the act can be taken back.

    A dozen SQL queries at the most. Every write leaves an audit event, so what nobody thought of
    here counts too.
    """
    act, moved = ACTS[done.kind], done.moved
    rows = act.touched(moved)
    if act.of_tasks:
        found = _told(_about("task", rows), done)
    else:
        tasks = Assignment.objects.filter(pk__in=rows).values_list("task", flat=True)
        of_rows = (
            Obstacle.objects.filter(assignment__in=rows),
            Contribution.objects.filter(assignment__in=rows),
            Evidence.objects.filter(assignments__in=rows),
        )
        about = _about("assignment", rows)
        about |= _about("task", set(tasks)) & Q(action="task.coordinating")
        for query in of_rows:
            about |= _about(query.model._meta.model_name or "", query.values_list("pk", flat=True))
        found = _told(about, done)
        begun = Draft.objects.filter(assignment__in=rows, saved_at__gte=done.at)
        found += [
            LaterFact(_("Began a report"), who=str(draft.user), at=draft.saved_at)
            for draft in begun.select_related("user").order_by("saved_at")[:_MOST_TOLD]
        ]
    if not found and act.as_left(moved).distinct().count() < len(rows):
        found.append(LaterFact(_("Changed in another way")))
    return found[:_MOST_TOLD]


def _about(kind: str, keys: Iterable[int]) -> Q:
    return Q(subject_type=kind, subject_key__in=[str(key) for key in keys])


def _told(about: Q, done: PlanAct) -> list[LaterFact]:
    """The events in words, each with the name of its row."""
    rows = AuditEvent.objects.filter(about, at__gte=done.at).select_related("user", "client")
    events = list(rows.order_by("at", "pk")[:_MOST_TOLD])
    titles = log.described(events)
    return [
        LaterFact(
            log.name_of(event.action),
            row=titles.get((event.subject_type, event.subject_key), ("", ""))[0],
            who=str(event.user or event.client or ""),
            at=event.at,
        )
        for event in events
    ]
