"""The log of activity, as far as its reader may know of it.

Whoever coordinates the nation sees everything. Coordinators see what was done to subjects of their
areas, and what people and systems of their areas did. Of what those did elsewhere they see that it
was done, and neither the subject nor its content.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit import log
from core.calendar.as_of import read_day
from core.errors import refuse
from core.models import ApiClient, AuditEvent, AuditSeal, User
from core.text.numbers import whole
from core.text.vietnamese import fold
from core.web.requests import no_such_filter, read_choice, read_key
from dashboards.activity.changes import ChangeLine
from dashboards.activity.changes import changes as changes_changes
from indicators.activity import systems_within
from provinces.activity import people_within
from provinces.permissions import NATION_PATH, managed_paths

PAGE_SIZE = 50
MOST_EXPORTED = 10_000
_LONGEST_SEARCH = 100
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class EventQuery:
    """Read from ``?who=&system=&action=&kind=&from=&to=&before=``; ``before`` is the last event of
    the page before."""

    person: str = ""
    system: int | None = None
    action: str = ""
    kind: str = ""
    first: date | None = None
    last: date | None = None
    before: int | None = None

    @property
    def is_filtered(self) -> bool:
        return any([self.person, self.system, self.action, self.kind, self.first, self.last])

    def told(self) -> dict[str, object]:
        """For the event of an export."""
        given = {
            "who": self.person,
            "system": self.system,
            "action": self.action,
            "kind": self.kind,
            "from": self.first and self.first.isoformat(),
            "to": self.last and self.last.isoformat(),
        }
        return {name: value for name, value in given.items() if value}


@dataclass(frozen=True)
class EventLine:
    """One event in words; ``is_open``: its subject and content are the reader's to know."""

    event: AuditEvent
    words: str
    kind: str
    title: str
    url: str
    changes: Sequence[ChangeLine]
    is_open: bool

    @property
    def is_about_oneself(self) -> bool:
        event = self.event
        return event.subject_type == "user" and event.subject_key == str(event.user_id)


@dataclass(frozen=True)
class Page:
    """``older`` is what ``before`` is for the next page; None on the last."""

    lines: Sequence[EventLine]
    older: int | None


def read_event_query(query: Mapping[str, str]) -> EventQuery:
    """Raises Refused (``invalid_value``, ``invalid_date``, ``future_date``) naming the filter."""
    first, last = (read_day(query, name) for name in ("from", "to"))
    if first and last and last < first:
        raise refuse("invalid_value", _("The last day is before the first."), "/to")
    return EventQuery(
        person=query.get("who", "").strip()[:_LONGEST_SEARCH],
        system=read_key(query, "system"),
        action=read_choice(query, "action", log.actions()),
        kind=read_choice(query, "kind", log.subjects()),
        first=first,
        last=last,
        before=read_key(query, "before"),
    )


# Which events ---------------------------------------------------------------------------------


def sees_all(user: User) -> bool:
    return NATION_PATH in managed_paths(user)


def systems(user: User) -> QuerySet[ApiClient]:
    """The connected systems that may be chosen as a filter."""
    rows = ApiClient.objects.order_by("name")
    return rows if sees_all(user) else rows.filter(pk__in=systems_within(managed_paths(user)))


def _open_to(user: User, kind: str = "") -> Q:
    """Events (about a kind of subject) whose subject and content the reader may know."""
    if sees_all(user):
        return Q()
    paths = managed_paths(user)
    own = Q(user=user) | Q(client__in=systems_within(paths).values("pk"))
    kinds = [log.subjects()[kind]] if kind else log.subjects().values()
    return reduce(or_, (subject.events_within(paths) for subject in kinds), own)


def _known_to(user: User, kind: str) -> Q:
    """Events the reader may know to have happened; what was done elsewhere is told without its
    subject, by no filter either."""
    if sees_all(user):
        return Q()
    if kind:
        return _open_to(user, kind)
    return _open_to(user) | Q(user__in=people_within(managed_paths(user)).values("pk"))


def events(user: User, wanted: EventQuery) -> QuerySet[AuditEvent]:
    """The newest first. By moment and then by number: days and order share one index."""
    rows = AuditEvent.objects.filter(_known_to(user, wanted.kind), _filters(wanted))
    return rows.select_related("user", "client").order_by("-at", "-id")


def _filters(wanted: EventQuery) -> Q:
    found = Q()
    if wanted.person:
        found &= Q(user__in=_people_called(wanted.person))
    if wanted.system:
        found &= Q(client=wanted.system)
    if wanted.action:
        found &= Q(action=wanted.action)
    if wanted.kind:
        found &= Q(subject_type=wanted.kind)
    if wanted.first:
        found &= Q(at__gte=_midnight(wanted.first))
    if wanted.last:
        found &= Q(at__lt=_midnight(wanted.last + _ONE_DAY))
    if wanted.before:
        found &= _after_page(wanted.before)
    return found


def _after_page(last: int) -> Q:
    moment = AuditEvent.objects.filter(pk=last).values_list("at", flat=True).first()
    if moment is None:
        raise no_such_filter("before")
    return Q(at__lte=moment) & (Q(at__lt=moment) | Q(pk__lt=last))


def _people_called(words: str) -> list[int]:
    """Without regard to marks, over name, user name and office (1 query)."""
    wanted = fold(words).split()
    rows = User.objects.values_list("pk", "full_name", "username", "office")
    return [pk for pk, *names in rows if all(word in fold(" ".join(names)) for word in wanted)]


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


# In words -------------------------------------------------------------------------------------


def page_of(user: User, wanted: EventQuery) -> Page:
    """As many queries as there are kinds of subjects, whatever the number of events."""
    found = list(events(user, wanted)[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    older = shown[-1].pk if len(found) > PAGE_SIZE else None
    return Page(list(lines_of(user, shown)), older)


def lines_of(user: User, found: Sequence[AuditEvent]) -> Iterator[EventLine]:
    ids = [event.pk for event in found]
    known = AuditEvent.objects.filter(_open_to(user), pk__in=ids).order_by()
    open_ids = set(ids) if sees_all(user) else set(known.values_list("pk", flat=True))
    subjects = _subjects(event for event in found if event.pk in open_ids)
    kinds = {kind: log.kind_words(kind) for kind in {e.subject_type for e in found}}
    for event in found:
        is_open = event.pk in open_ids
        title, url = subjects.get((event.subject_type, event.subject_key), ("", ""))
        yield EventLine(
            event=event,
            words=str(log.words_of(event.action)),
            kind=kinds[event.subject_type],
            title=(title or event.subject_key) if is_open else "",
            url=url,
            changes=changes_changes(event.before, event.after, event.subject_type)
            if is_open
            else (),
            is_open=is_open,
        )


def _subjects(found: Iterable[AuditEvent]) -> dict[tuple[str, str], tuple[str, str]]:
    """Title and address of each subject that is still there (one query per kind)."""
    keys: defaultdict[str, set[str]] = defaultdict(set)
    for event in found:
        keys[event.subject_type].add(event.subject_key)
    named = {}
    for kind, some in keys.items():
        subject = log.subjects().get(kind)
        if subject and not subject.by_key:
            for row in _rows(subject, some):
                key = row.pk if subject.key == "pk" else getattr(row, subject.key)
                named[kind, str(key)] = (str(subject.title(row)), str(subject.url(row)))
    return named


def _rows(subject: log.Subject, keys: Iterable[str]) -> QuerySet[Any]:
    wanted: list[Any] = list(keys)
    if subject.key == "pk":  # "12 readings" names no row.
        wanted = [key for key in map(whole, keys) if key is not None]
    return subject.rows.filter(**{f"{subject.key}__in": wanted})


def last_seal() -> AuditSeal | None:
    return AuditSeal.objects.order_by("-last_id").first()
