"""The log of activity, for coordinators: a page with filters, and the same as a file.

Whoever coordinates the nation sees everything. Coordinators see what was done to subjects of their
areas, and what people and systems of their areas did. Of what those did elsewhere they see that it
was done, and neither the subject nor its content.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.timezone import localtime, make_aware
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from core.audit import log, trail
from core.calendar import clock
from core.db.conditions import any_of
from core.errors import Fault, Refused, refuse
from core.models import ApiClient, AuditEvent, AuditSeal, User
from core.tables.writer import Value, write_csv, write_sheet
from core.text.vietnamese import fold
from core.web.forms import PlainForm, day_field
from core.web.requests import download, user_of
from indicators.activity import systems_within
from provinces.activity import people_within
from provinces.permissions import NATION_PATH, Permission, managed_paths, require

PAGE_SIZE = 50
MOST_EXPORTED = 10_000
_FORMULA = re.compile(r"[=+\-@\t\r]")
_OTHERS = {"first": "from", "last": "to"}
"""Fields that the address names otherwise."""
_NOT_LATER = MaxValueValidator(clock.today)


class EventFilter(PlainForm):
    """Read from ``?who=&system=&action=&kind=&from=&to=&before=``; ``before`` is the last event of
    the page before."""

    who = forms.CharField(label=gettext_lazy("Person"), required=False, max_length=100)
    system = forms.ChoiceField(label=gettext_lazy("Connected system"), required=False)
    action = forms.ChoiceField(label=gettext_lazy("What was done"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of subject"), required=False)
    first = day_field(gettext_lazy("From"), required=False, validators=[_NOT_LATER])
    last = day_field(gettext_lazy("To"), required=False, validators=[_NOT_LATER])
    before = forms.ModelChoiceField(AuditEvent.objects, required=False, widget=forms.HiddenInput)

    def __init__(self, query: Mapping[str, str], user: User) -> None:
        """Raises Refused (``invalid_value``) naming each faulty filter."""
        super().__init__(query, auto_id="%s")
        clients = {str(client.pk): client.name for client in systems(user)}
        self._offer("system", pgettext_lazy("systems", "All"), clients)
        names = {action: log.name_of(action) for action in log.SENTENCES}
        self._offer("action", pgettext_lazy("actions", "All"), names)
        kinds = {kind: log.kind_name(kind) for kind in log.SUBJECTS}
        self._offer("kind", pgettext_lazy("kinds", "All"), kinds)
        if faults := [
            Fault("invalid_value", str(errors[0]), f"/{self.add_prefix(name)}")
            for name, errors in self.errors.items()
        ]:
            raise Refused(faults)

    def _offer(self, name: str, every: log.Words, names: Mapping[str, str]) -> None:
        field: Any = self.fields[name]
        in_order = sorted(names.items(), key=lambda pair: fold(pair[1]))
        field.choices = [("", every), *in_order]

    def add_prefix(self, field_name: str) -> str:
        return _OTHERS.get(field_name, field_name)

    @classmethod
    def labels(cls) -> dict[str, log.Words]:
        """By the name in the address, and in the event that tells of an export."""
        return {
            _OTHERS.get(name, name): field.label or "" for name, field in cls.base_fields.items()
        }

    def clean_last(self) -> date | None:
        first = self.cleaned_data.get("first")
        last: date | None = self.cleaned_data["last"]
        if first and last and last < first:
            raise forms.ValidationError(_("The last day is before the first."))
        return last

    def told(self) -> dict[str, str]:
        """The filters that are set, for the event of an export."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "before"}
        return {self.add_prefix(name): str(value) for name, value in given.items() if value}


@dataclass(frozen=True)
class EventLine:
    """One event in words; ``is_open``: its subject and content are the reader's to know."""

    event: AuditEvent
    name: str
    is_open: bool
    kind: str = ""
    title: str = ""
    url: str = ""
    rest: str = ""

    @property
    def is_about_oneself(self) -> bool:
        event = self.event
        return event.subject_type == "user" and event.subject_key == str(event.user_id)


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
    asked = [kind] if kind else log.SUBJECTS
    return own | any_of(log.SUBJECTS[kind].events_within(kind, paths) for kind in asked)


def events(user: User, wanted: EventFilter) -> QuerySet[AuditEvent]:
    """The newest first. By moment and then by number: days and order share one index."""
    given = wanted.cleaned_data
    known = _open_to(user, given["kind"])
    if not sees_all(user) and not given["kind"]:
        # What was done elsewhere is told without its subject, by no filter either.
        known |= Q(user__in=people_within(managed_paths(user)).values("pk"))
    if last := given["before"]:
        known &= Q(at__lte=last.at) & (Q(at__lt=last.at) | Q(pk__lt=last.pk))
    lookups = {
        "client_id": given["system"],
        # "Added" is every action that ends so.
        "action__endswith": given["action"],
        "subject_type": given["kind"],
        "at__gte": given["first"] and _midnight(given["first"]),
        "at__lt": given["last"] and _midnight(given["last"] + timedelta(days=1)),
    }
    for word in fold(given["who"]).split():
        known &= Q(user__search_text__contains=word)
    asked = {name: value for name, value in lookups.items() if value not in (None, "")}
    rows = AuditEvent.objects.filter(known, **asked)
    return rows.select_related("user", "client").order_by("-at", "-id")


def _midnight(day: date) -> datetime:
    return make_aware(datetime.combine(day, time.min))


# In words -------------------------------------------------------------------------------------


def lines_of(user: User, found: Sequence[AuditEvent]) -> Iterator[EventLine]:
    """As many queries as there are kinds of subjects, whatever the number of events."""
    ids = [event.pk for event in found]
    open_rows = AuditEvent.objects.filter(_open_to(user), pk__in=ids).order_by()
    open_ids = set(open_rows.values_list("pk", flat=True))
    titles = log.described(event for event in found if event.pk in open_ids)
    for event in found:
        name, kind = log.name_of(event.action), event.subject_type
        if event.pk not in open_ids:
            yield EventLine(event, name, is_open=False)
            continue
        title, url = titles.get((kind, event.subject_key), (event.subject_key, ""))
        yield EventLine(event, name, True, log.kind_name(kind), title, url, log.tell(event))


# The page and the file ------------------------------------------------------------------------


@require_safe
def activity_page(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    require(user, Permission.SEE_ACTIVITY)
    wanted = EventFilter(request.GET, user)
    found = list(events(user, wanted)[: PAGE_SIZE + 1])
    context = {
        "form": wanted,
        "is_filtered": bool(wanted.told()),
        "lines": list(lines_of(user, found[:PAGE_SIZE])),
        "older": found[PAGE_SIZE - 1].pk if len(found) > PAGE_SIZE else None,
        "sees_all": sees_all(user),
        "seal": AuditSeal.objects.order_by("-last_id").first() if sees_all(user) else None,
        "most": MOST_EXPORTED,
    }
    return render(request, "dashboards/activity.html", context)


@require_POST
def export_activity(request: HttpRequest) -> HttpResponseBase:
    """The newest events of the filtered list. Names and addresses leave the house with it, so
    taking it is an event too."""
    user, kind = user_of(request), request.POST.get("format", "")
    require(user, Permission.SEE_ACTIVITY)
    if kind not in ("csv", "xlsx"):
        raise refuse("invalid_value", _("Choose CSV or Excel."), "/format")
    wanted = EventFilter(request.GET, user)
    with transaction.atomic():
        found = list(events(user, wanted)[:MOST_EXPORTED])
        rows = [_cells(line) for line in lines_of(user, found)]
        after = {"format": kind, "rows": len(rows), **wanted.told()}
        trail.record("activity.export", user, by=user, after=after)
    name, heads = f"nhat-ky-{clock.today():%Y-%m-%d}.{kind}", [str(head) for head in _HEADS]
    if kind == "csv":
        return download(write_csv(heads, rows), name)
    return download(write_sheet(_("Activity log"), heads, rows, list(_HEADS.values())), name)


_HEADS = {
    gettext_lazy("No."): 10,
    gettext_lazy("Time"): 19,
    gettext_lazy("Who"): 26,
    gettext_lazy("User name"): 16,
    gettext_lazy("Connected system"): 28,
    gettext_lazy("Address"): 16,
    gettext_lazy("What"): 34,
    gettext_lazy("Kind of subject"): 20,
    gettext_lazy("Subject"): 60,
    gettext_lazy("Before"): 44,
    gettext_lazy("After"): 44,
}
"""And the widths of their columns."""


def _cells(line: EventLine) -> list[Value]:
    event, user, client = line.event, line.event.user, line.event.client
    sides = (event.before, event.after) if line.is_open else (None, None)
    return [
        event.pk,
        f"{localtime(event.at):%Y-%m-%d %H:%M:%S}",
        str(user or "") or None,
        user.username if user else None,
        client.name if client else None,
        event.address,
        line.name,
        line.kind or None,
        line.title if line.is_open else _("outside your areas"),
        *(json.dumps(side, ensure_ascii=False) if side else None for side in sides),
    ]
