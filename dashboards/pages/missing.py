"""Which figures are missing or stale on a day, and who should have sent them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dashboards.frame.day import read_asked
from dashboards.frame.serving import serve
from dashboards.text import figures
from provinces.lookup import merged_by
from provinces.models import Agency
from targets.awaited import Awaited, awaited

SHOWN = 200


@dataclass(frozen=True)
class MissingLine:
    """A figure that should be known. ``last_day``: end of the newest period known, if any."""

    code: str
    indicator: str
    area: str
    area_code: str
    period: str
    due_on: date
    days_late: int
    last_day: date | None

    @property
    def url(self) -> str:
        return f"/indicators/{self.code}/"


@dataclass(frozen=True)
class Sender:
    """Who should have sent them, the longest awaited first; ``source`` where no agency is named."""

    name: str
    head: str
    is_agency: bool
    lines: tuple[MissingLine, ...]
    total: int
    reminder: str

    @property
    def has_more(self) -> bool:
        return self.total > len(self.lines)


def missing(day: date) -> list[Sender]:
    """Of every figure that was ever published or that a target needs (5 SQL queries)."""
    found: defaultdict[tuple[Agency | None, str], list[MissingLine]] = defaultdict(list)
    merged = merged_by(day)
    for one in awaited(day):
        owner = one.indicator.owner
        if owner:
            owner = merged.get(owner.code, owner)
        found[owner, "" if owner else one.indicator.source].append(_line(one))
    senders = [_sender(owner, source, lines, day) for (owner, source), lines in found.items()]
    return sorted(senders, key=lambda sender: (-sender.lines[0].days_late, sender.name))


def _line(one: Awaited) -> MissingLine:
    return MissingLine(
        code=one.indicator.code,
        indicator=one.indicator.name,
        area=one.area.short_name,
        area_code=one.area.code,
        period=figures.period_label(one.late.period),
        due_on=one.late.due_on,
        days_late=one.late.days_late,
        last_day=one.newest,
    )


def _sender(owner: Agency | None, source: str, found: Iterable[MissingLine], day: date) -> Sender:
    lines = sorted(found, key=lambda line: (-line.days_late, line.indicator, line.area))
    shown, name = tuple(lines[:SHOWN]), owner.name if owner else source
    reminder = _reminder(name, shown, len(lines), day)
    head = owner.head_with_title if owner else ""
    return Sender(name, head, owner is not None, shown, len(lines), reminder)


def _reminder(name: str, lines: Iterable[MissingLine], total: int, day: date) -> str:
    """A text for a letter or Zalo."""
    to = _("To: %(name)s") % {"name": name or "…"}
    words = {"n": figures.number(total), "day": figures.day(day)}
    asked = _("As of %(day)s, %(n)s figures have not been received. Please send:") % words
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
    return "\n".join([to, asked, *each])


@require_safe
def missing_page(request: HttpRequest) -> HttpResponse:
    """What should be known and is not, by who should have sent it."""
    asked = read_asked(request.GET)

    def context() -> dict[str, object]:
        senders = missing(asked.day)
        total = sum(sender.total for sender in senders)
        return {"title": _("Missing and stale data"), "senders": senders, "total": total}

    return serve(request, "dashboards/missing.html", asked, context)
