"""Notices on one person's pages. They are read from the rows themselves; only the moment up to
which the person has seen them is stored."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Manager, Max
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.calendar import clock
from core.db.conditions import under
from core.models import User
from core.text.language import in_language
from provinces.models import Agency, Membership
from provinces.permissions import grants
from provinces.roles import AGENCY_ROLES, Role
from targets.awaited import awaited
from tasks.models import (
    Assignment,
    CancelRequest,
    Escalation,
    ExtensionRequest,
    NoticesSeen,
    Review,
    StatusReport,
)
from tasks.models.assignment import DUE_SOON_DAYS, Waiting
from tasks.models.obstacle import DecidedRequest
from tasks.reminders.letter import how_far
from tasks.reminders.rules import upwards
from tasks.reporting.reviews import has_queue, queue_of

SHOWN = 20
_REMEMBERED = timedelta(days=30)
_ONE_DAY = timedelta(days=1)
_READ = ("task__plan", "agency__successor__successor")


@dataclass(frozen=True)
class Notice:
    """``at``: since when it holds; ``is_dated`` where the page shows that day."""

    text: str
    place: str
    url: str
    at: datetime
    detail: str = ""
    is_illustrative: bool = False
    is_dated: bool = True
    is_new: bool = False


@dataclass(frozen=True)
class Group:
    """Notices of one kind, the newest first; ``url`` leads to all of them."""

    title: str | Promise
    tone: str
    icon: str
    notices: Sequence[Notice]
    total: int
    url: str = ""


@dataclass(frozen=True)
class NoticeDesk:
    """Row numbers of the agencies that a person looks after, and of those they head."""

    agencies: list[int]
    headed: list[int]


def notices_of(user: User) -> list[Group]:
    """All notices; those the user has not seen are new (about 15 SQL queries, however many)."""
    seen_at = NoticesSeen.objects.filter(user=user).values_list("seen_at", flat=True).first()
    now, desk = clock.now(), _desk_of(user)
    return [
        replace(
            group,
            notices=[
                replace(notice, is_new=seen_at is None or notice.at > seen_at)
                for notice in group.notices
            ],
        )
        for groups_of in _KINDS
        for group in groups_of(user, desk, now)
    ]


def count_new(groups: Iterable[Group]) -> int:
    return sum(notice.is_new for group in groups for notice in group.notices)


def mark_seen(user: User, until: datetime) -> None:
    """What came up to that moment has been seen. The moment never moves back, nor past now."""
    until = min(until, clock.now())
    row, is_new = NoticesSeen.objects.get_or_create(user=user, defaults={"seen_at": until})
    if not is_new:
        NoticesSeen.objects.filter(pk=row.pk, seen_at__lt=until).update(seen_at=until)


def _desk_of(user: User) -> NoticeDesk:
    """The user's agencies, and those below them whose nearest people include the user (2 SQL
    queries)."""
    held = {grant.agency_path: grant.role for grant in grants(user) if grant.agency_path}
    headed = {grant.agency_path for grant in grants(user) if grant.role == Role.AGENCY_HEAD}
    if not held:
        return NoticeDesk([], [])
    staffed = Membership.objects.filter(under(held, "agency__path"))
    members = staffed.filter(role__in=AGENCY_ROLES, user__is_active=True)
    people: dict[str, set[str]] = {path: {held[path]} for path in held}
    for path, role in members.order_by().values_list("agency__path", "role"):
        people.setdefault(path or "", set()).add(role)
    paths = dict(Agency.objects.filter(under(held, "path")).values_list("pk", "path"))
    return NoticeDesk(
        [pk for pk, path in paths.items() if _nearest(path, people, AGENCY_ROLES) in held],
        [pk for pk, path in paths.items() if _nearest(path, people, [Role.AGENCY_HEAD]) in headed],
    )


def _nearest(path: str, people: dict[str, set[str]], roles: Iterable[str]) -> str:
    """The first path upwards where somebody has one of the roles; empty where nobody has."""
    return next((place for place in upwards(path) if people.get(place, set()) & set(roles)), "")


def _notice(
    assignment: Assignment, at: datetime, detail: str = "", *, is_dated: bool = True
) -> Notice:
    task = assignment.task
    return Notice(
        text=f"{task.number}. {task.title}",
        place=f"{task.plan.number} · {assignment.agency.short_name_now}",
        url=assignment.get_absolute_url(),
        at=at,
        detail=detail,
        is_illustrative=task.is_illustrative,
        is_dated=is_dated,
    )


def _morning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _returned(user: User, desk: NoticeDesk, now: datetime) -> Iterator[Group]:
    rows = (
        Review.objects.in_force()
        .filter(
            decision=Review.Decision.RETURNED,
            report__assignment__agency__in=desk.agencies,
            report__assignment__waiting=Waiting.RETURNED,
        )
        .select_related(*(f"report__assignment__{name}" for name in _READ))
    )
    newest: dict[int, Review] = {}
    for row in rows.order_by("-at", "-id")[: SHOWN * 2]:
        newest.setdefault(row.report.assignment_id, row)
    found = [_notice(row.report.assignment, row.at, detail=row.reason) for row in newest.values()]
    if found:
        url = "/tasks/?status=returned"
        yield Group(_("Returned"), "warn", "warn", found[:SHOWN], len(found), url)


def _deadlines(user: User, desk: NoticeDesk, now: datetime) -> Iterator[Group]:
    """What is overdue, newest first, and what is due soon."""
    today = clock.today()
    rows = Assignment.objects.filter(agency__in=desk.agencies)
    overdue, due_soon = rows.overdue(today), rows.due_soon(today)
    soon = -timedelta(days=DUE_SOON_DAYS)
    for found, title, tone, icon, status, since in (
        (overdue.order_by("-due_on", "pk"), _("Overdue"), "bad", "bad", "overdue", _ONE_DAY),
        (due_soon.order_by("due_on", "pk"), _("Due soon"), "warn", "clock", "due_soon", soon),
    ):
        total = found.count()
        if not total:
            continue
        notices = []
        for row in found.select_related(*_READ)[:SHOWN]:
            if row.due_on:
                due = _("Deadline %(day)s") % {"day": f"{row.due_on:%d/%m/%Y}"}
                detail = f"{due} · {how_far((row.due_on - today).days)}"
                notices.append(_notice(row, _morning(row.due_on + since), detail, is_dated=False))
        yield Group(title, tone, icon, notices, total, f"/tasks/?status={status}")


def _escalated(user: User, desk: NoticeDesk, now: datetime) -> Iterator[Group]:
    rows = Escalation.objects.filter(
        assignment__agency__in=desk.headed,
        assignment__in=Assignment.objects.open(),
        raised_on__gt=(now - _REMEMBERED).date(),
    ).select_related(*(f"assignment__{name}" for name in _READ))
    newest: dict[int, Escalation] = {}
    for row in rows.order_by("-raised_on", "-after_days", "-id")[: SHOWN * 2]:
        newest.setdefault(row.assignment_id, row)
    found = [
        _notice(
            row.assignment,
            _morning(row.raised_on),
            detail=_("More than %(n)d days overdue: you are asked to step in")
            % {"n": row.after_days},
        )
        for row in newest.values()
    ]
    if found:
        title = _("Put before you as head of the agency")
        yield Group(title, "bad", "worst", found[:SHOWN], len(found), "/late/")


def _decided(user: User, desk: NoticeDesk, now: datetime) -> Iterator[Group]:
    """What was decided on their requests: more time first, then ends."""
    titles = {
        ExtensionRequest: _("Decided on more time"),
        CancelRequest: _("Decided on cancelling"),
    }
    for kind, title in titles.items():
        requests: Manager[Any] = kind._default_manager
        rows = (
            requests.filter(assignment__agency__in=desk.agencies, decided_at__gt=now - _REMEMBERED)
            .exclude(decision=kind.Decision.PENDING)
            .select_related(*(f"assignment__{name}" for name in _READ))
        )
        found = []
        for row in rows.order_by("-decided_at", "-id")[:SHOWN]:
            detail = f"{_answer_to(row)} {row.decision_note}".strip()
            found.append(_notice(row.assignment, row.decided_at or now, detail=detail))
        if found:
            yield Group(title, "done", "done", found, len(found))


def _answer_to(request: ExtensionRequest | CancelRequest) -> str:
    if request.decision == DecidedRequest.Decision.REFUSED:
        return _("Not granted.")
    if isinstance(request, CancelRequest):
        return _("Granted.")
    return _("Granted until %(day)s.") % {"day": f"{request.new_due_on:%d/%m/%Y}"}


def _helped(user: User, desk: NoticeDesk, now: datetime) -> Iterator[Group]:
    """The newest reports on work in which the user's agencies coordinate."""
    rows = (
        StatusReport.objects.filter(
            pk__in=StatusReport.objects.filter(
                assignment__coordinating__in=desk.agencies, recorded_at__gt=now - _REMEMBERED
            )
            .order_by()
            .values("assignment")
            .annotate(newest=Max("pk"))
            .values("newest")
        )
        .exclude(reported_by_user=user)
        .select_related(*(f"assignment__{name}" for name in _READ))
    )
    found = [
        _notice(row.assignment, row.recorded_at, detail=row.result or row.get_state_display())
        for row in rows.order_by("-recorded_at", "-id")[:SHOWN]
    ]
    if found:
        yield Group(
            _("Reported where your agency coordinates"), "none", "people", found, len(found)
        )


def _waiting(user: User, desk: NoticeDesk, now: datetime) -> Iterator[Group]:
    if not has_queue(user):
        return
    waits = queue_of(user).order_by().aggregate(n=Count("pk"), last=Max("recorded_at"))
    if waits["n"]:
        text = ngettext(
            "%(n)d report waits for your decision",
            "%(n)d reports wait for your decision",
            waits["n"],
        )
        one = Notice(text % {"n": waits["n"]}, "", "/review/", waits["last"])
        yield Group(_("To be reviewed"), "none", "clock", [one], 1)


def _figures(user: User, desk: NoticeDesk, now: datetime) -> Iterator[Group]:
    late = sorted(
        awaited(clock.today(), owners=desk.agencies), key=lambda one: (one.late.due_on, one.area.pk)
    )
    language = in_language("vi", "en")
    found = [
        Notice(
            text=f"{one.indicator.name}, {one.late.period.label(language)}",
            place=one.area.short_name,
            url=f"/indicators/{one.indicator.code}/",
            at=_morning(one.late.due_on + _ONE_DAY),
            is_dated=False,
            detail=_("Expected by %(day)s") % {"day": f"{one.late.due_on:%d/%m/%Y}"},
        )
        for one in late[:SHOWN]
    ]
    if found:
        url = "/indicators/missing/"
        yield Group(_("Figures to be sent"), "warn", "none", found, len(late), url)


_KINDS: tuple[Callable[[User, NoticeDesk, datetime], Iterator[Group]], ...] = (
    _escalated,
    _returned,
    _deadlines,
    _waiting,
    _decided,
    _helped,
    _figures,
)
