"""The log of activity, for coordinators: a page with filters, and the same as a file."""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.audit import log, trail
from core.calendar import clock
from core.errors import refuse
from core.models import User
from core.tables.writer import Value, write_sheet
from core.web.requests import download, user_of
from dashboards.activity.selectors import (
    MOST_EXPORTED,
    EventLine,
    events,
    last_seal,
    lines_of,
    page_of,
    read_event_query,
    sees_all,
    systems,
)
from provinces.permissions import Permission, require

_FORMULA = re.compile(r"[=+\-@\t\r]")
_WIDTHS = (10, 19, 26, 16, 28, 16, 34, 20, 60, 44, 44)
_NOT_CARRIED = {"before"}


def _reader(request: HttpRequest) -> User:
    """Raises PermissionDenied."""
    user = user_of(request)
    require(user, Permission.SEE_ACTIVITY)
    return user


@require_safe
def activity_page(request: HttpRequest) -> HttpResponse:
    user = _reader(request)
    wanted = read_event_query(request.GET)
    seen_all = sees_all(user)
    context = {
        "wanted": wanted,
        "page": page_of(user, wanted),
        "systems": systems(user),
        "actions": _in_order(log.actions()),
        "kinds": _in_order({kind: log.kind_words(kind) for kind in log.subjects()}),
        "sees_all": seen_all,
        "seal": last_seal() if seen_all else None,
        "most": MOST_EXPORTED,
        "today": clock.today(),
        "carried": _carried(request),
    }
    return render(request, "dashboards/activity.html", context)


def _in_order(words: Mapping[str, log.Words]) -> list[tuple[str, str]]:
    return sorted(((key, str(label)) for key, label in words.items()), key=lambda pair: pair[1])


def _carried(request: HttpRequest) -> str:
    """The filters as a query, without the page."""
    query = request.GET.copy()
    for name in _NOT_CARRIED:
        query.pop(name, None)
    return query.urlencode()


@require_POST
def export_activity(request: HttpRequest) -> HttpResponseBase:
    """The newest events of the filtered list. Names and addresses leave the house with it, so
    taking it is an event too."""
    user, kind = _reader(request), request.POST.get("format", "")
    if kind not in ("csv", "xlsx"):
        raise refuse("invalid_value", _("Choose CSV or Excel."), "/format")
    wanted = read_event_query(request.GET)
    with transaction.atomic():
        found = list(events(user, wanted)[:MOST_EXPORTED])
        rows = [_cells(line) for line in lines_of(user, found)]
        after = {"format": kind, "rows": len(rows), **wanted.told()}
        trail.record("activity.export", user, by=user, after=after)
    name = f"nhat-ky-{clock.today():%Y-%m-%d}.{kind}"
    if kind == "csv":
        return download(_csv(rows), name)
    return download(write_sheet(_("Activity log"), _head(), rows, _WIDTHS), name)


def _head() -> list[str]:
    return [
        _("No."),
        _("Time"),
        _("Who"),
        _("User name"),
        _("Connected system"),
        _("Address"),
        _("What"),
        _("Kind of subject"),
        _("Subject"),
        _("Before"),
        _("After"),
    ]


def _cells(line: EventLine) -> list[Value]:
    event = line.event
    return [
        event.pk,
        _moment(event.at),
        str(event.user) if event.user else None,
        event.user.username if event.user else None,
        event.client.name if event.client else None,
        event.address,
        line.words,
        line.kind if line.is_open else None,
        line.title if line.is_open else _("outside your areas"),
        _raw(event.before) if line.is_open else None,
        _raw(event.after) if line.is_open else None,
    ]


def _moment(at: datetime) -> str:
    return f"{localtime(at):%Y-%m-%d %H:%M:%S}"


def _raw(content: Any) -> str | None:
    return json.dumps(content, ensure_ascii=False) if content else None


def _csv(rows: Sequence[Sequence[Value]]) -> str:
    """With a mark of UTF-8, which Excel needs; no text begins like a formula."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(_head())
    writer.writerows(_harmless(row) for row in rows)
    return "\ufeff" + file.getvalue()


def _harmless(row: Sequence[Value]) -> Iterator[Value]:
    for value in row:
        is_text = isinstance(value, str)
        yield f"'{value}" if is_text and _FORMULA.match(str(value)) else value
