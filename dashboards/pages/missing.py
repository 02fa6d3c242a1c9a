"""The figures that are missing or stale on a day, and who should have sent them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.errors import refuse
from core.models import User
from core.tables.writer import Value
from core.web.requests import download, user_of
from dashboards.frame.day import read_asked
from dashboards.frame.serving import serve
from dashboards.text import figures
from indicators.files.services import may_import
from indicators.files.template import MOST_ROWS, form_of, line_of
from indicators.scope import FigureKey, areas_to_record
from provinces.lookup import agencies_on
from provinces.models import Agency
from provinces.permissions import Permission, has_permission
from targets.awaited import Awaited, awaited

PAGE_SIZE = 100
_LONGEST = 200


@dataclass(frozen=True)
class MissingLine:
    """A figure that should be known. ``last_day``: end of the newest period known, if any.
    ``may_enter``: the reader of the page may type it."""

    code: str
    indicator: str
    area: str
    area_code: str
    period: str
    due_on: date
    days_late: int
    last_day: date | None
    period_code: str = ""
    may_enter: bool = False

    @property
    def url(self) -> str:
        return f"/indicators/{self.code}/"


@dataclass(frozen=True)
class Sender:
    """An agency, or a source where no agency is named; the figure awaited longest comes first.

    ``lines`` are those of the page that is asked for, none where another sender was chosen.
    """

    key: str
    name: str
    head: str
    is_agency: bool
    awaited: tuple[Awaited, ...]
    lines: tuple[MissingLine, ...] = ()
    reminder: str = ""

    @property
    def total(self) -> int:
        return len(self.awaited)

    @property
    def days_late(self) -> int:
        return self.awaited[0].late.days_late

    @property
    def may_enter(self) -> bool:
        return any(line.may_enter for line in self.lines)


@dataclass(frozen=True)
class Missing:
    senders: tuple[Sender, ...]
    total: int
    page: Page[Awaited] | None
    """Of the sender that was chosen."""


def missing(
    day: date,
    reader: User | None = None,
    *,
    sender: str = "",
    page: str | None = None,
    known_at: datetime | None = None,
) -> Missing:
    """Every figure that was published before or that a target needs, counted by sender (6 SQL
    queries). Listed are those of the sender, or all where one page takes them."""
    everyone, chosen = senders_of(day, known_at), None
    total, senders = sum(sends.total for sends in everyone), list[Sender]()
    for sends in everyone:
        listed = sends
        if sends.key == sender or total <= PAGE_SIZE:
            pages = Paginator(sends.awaited, PAGE_SIZE).get_page(page)
            chosen = pages if sends.key == sender else chosen
            lines = tuple(_line(each, reader) for each in pages)
            reminder = _reminder(sends.name, lines, sends.total, day)
            listed = replace(sends, lines=lines, reminder=reminder)
        senders.append(listed)
    return Missing(tuple(senders), total, chosen)


def senders_of(day: date, known_at: datetime | None = None) -> list[Sender]:
    """Who should send what; who is awaited longest comes first (6 SQL queries)."""
    by_sender: defaultdict[tuple[Agency | None, str], list[Awaited]] = defaultdict(list)
    merged = agencies_on(day)
    # Of ten thousand figures there are sixty indicators, and names are looked up in a language.
    indicators, areas = dict[int, str](), dict[int, str]()
    for one in awaited(day, known_at=known_at):
        by_sender[_sender_of(one, merged)].append(one)
        if one.indicator.id not in indicators:
            indicators[one.indicator.id] = one.indicator.name
        if one.area.id not in areas:
            areas[one.area.id] = one.area.short_name
    senders = []
    for (owner, source), found in by_sender.items():
        found.sort(
            key=lambda one: (
                -one.late.days_late,
                indicators[one.indicator.id],
                areas[one.area.id],
            )
        )
        senders.append(
            Sender(
                key=owner.code if owner else source,
                name=owner.name if owner else source,
                head=owner.head_with_title if owner else "",
                is_agency=owner is not None,
                awaited=tuple(found),
            )
        )
    return sorted(senders, key=lambda sends: (-sends.days_late, sends.name))


def _sender_of(one: Awaited, merged: Mapping[str, Agency]) -> tuple[Agency | None, str]:
    """The agency that answers for it, or else its source."""
    owner = one.indicator.owner
    return (merged.get(owner.code, owner), "") if owner else (None, one.indicator.source)


def _line(one: Awaited, reader: User | None) -> MissingLine:
    figure = FigureKey(one.indicator, one.area)
    return MissingLine(
        code=one.indicator.code,
        indicator=one.indicator.name,
        area=one.area.short_name,
        area_code=one.area.code,
        period=figures.period_label(one.late.period),
        due_on=one.late.due_on,
        days_late=one.late.days_late,
        last_day=one.newest,
        period_code=one.late.period.text,
        may_enter=reader is not None and has_permission(reader, Permission.RECORD_READING, figure),
    )


def _reminder(name: str, lines: Iterable[MissingLine], total: int, day: date) -> str:
    """A text to send by letter or Zalo."""
    to = _("To: %(name)s") % {"name": name or "…"}
    words = {"n": figures.number(total), "day": figures.day(day)}
    request = _("As of %(day)s, %(n)s figures have not been received. Please send:") % words
    each = [
        _("- %(indicator)s, %(area)s, %(period)s: due %(due)s, %(days)s days late")
        % {
            "indicator": line.indicator,
            "area": line.area,
            "period": line.period,
            "due": figures.day(line.due_on),
            "days": figures.number(line.days_late),
        }
        for line in lines
    ]
    return "\n".join([to, request, *each])


@require_safe
def missing_page(request: HttpRequest) -> HttpResponse:
    """The figures that should be known and are not, by sender."""
    user, asked = user_of(request), read_asked(request.GET)
    sender, page = (request.GET.get(name, "")[:_LONGEST] for name in ("sender", "page"))

    def context() -> dict[str, object]:
        found = missing(asked.day, user, sender=sender, page=page, known_at=asked.known_at)
        return {"title": _("Missing and stale data"), "found": found}

    return serve(
        request,
        "dashboards/missing.html",
        asked,
        context,
        variant=(sender, page),
    )


@require_safe
def missing_form(request: HttpRequest) -> HttpResponseBase:
    """An Excel form for the figures that a sender owed on the day and the person may record.

    Raises PermissionDenied, Refused (``no_rows``).
    """
    if not may_import(user_of(request)):
        raise PermissionDenied
    user, key, day = user_of(request), request.GET.get("sender", ""), read_asked(request.GET).day
    merged, mine = agencies_on(day), dict[int, set[int]]()
    rows = list[list[Value]]()
    for one in awaited(day):
        owner, source = _sender_of(one, merged)
        if (owner.code if owner else source) != key or len(rows) >= MOST_ROWS:
            continue
        if one.indicator.pk not in mine:
            mine[one.indicator.pk] = {area.pk for area in areas_to_record(user, one.indicator)}
        if one.area.pk in mine[one.indicator.pk]:
            rows.append(line_of(one.indicator, one.area, one.late.period))
    if not rows:
        detail = _("There is no figure of this sender that you could send.")
        raise refuse("no_rows", detail, "/sender")
    return download(form_of(rows), "so-lieu-con-thieu.xlsx")
