"""Which figures are missing or stale on a day, and who should have sent them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Q
from django.utils.translation import gettext as _

from dashboards import figures
from indicators.expected import PATTERNS, overdue
from indicators.models import Indicator, Reading
from provinces.models import Agency, Area
from targets.models import Target

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
    """Of every figure that was ever published or that a target needs (4 SQL queries)."""
    indicators = {
        row.pk: row
        for row in Indicator.objects.select_related("owner").filter(frequency__in=PATTERNS)
    }
    newest = _newest(day)
    needed = Target.objects.as_of(day).filter(indicator__in=indicators)
    pairs = set(newest) | set(needed.order_by().values_list("indicator", "area").distinct())
    areas = Area.objects.active().in_bulk({area for _indicator, area in pairs})
    found: defaultdict[tuple[Agency | None, str], list[MissingLine]] = defaultdict(list)
    for indicator_id, area_id in pairs:
        indicator, area = indicators.get(indicator_id), areas.get(area_id)
        if indicator and area:
            line = _line(indicator, area, newest.get((indicator_id, area_id)), day)
            if line:
                owner = indicator.owner
                found[owner, "" if owner else indicator.source].append(line)
    senders = [_sender(owner, source, lines, day) for (owner, source), lines in found.items()]
    return sorted(senders, key=lambda sender: (-sender.lines[0].days_late, sender.name))


def _newest(day: date) -> dict[tuple[int, int], date | None]:
    """The last day of the newest period of each figure, forecasts and missing values left out."""
    counted = Q(pk__in=[])
    for frequency, pattern in PATTERNS.items():
        counted |= Q(indicator__frequency=frequency, period__regex=pattern)
    rows = (
        Reading.objects.published_by(day)
        .exclude(obs_status__in=["O", "F"])
        .filter(indicator__frequency__in=PATTERNS)
        .order_by()
        .values("indicator", "area")
        .annotate(last=Max("last_day", filter=counted))
    )
    return {(row["indicator"], row["area"]): row["last"] for row in rows}


def _line(indicator: Indicator, area: Area, newest: date | None, day: date) -> MissingLine | None:
    late = overdue(indicator.frequency, newest, indicator.expected_after_days, day)
    if late is None:
        return None
    return MissingLine(
        code=indicator.code,
        indicator=indicator.name,
        area=area.short_name,
        area_code=area.code,
        period=figures.period_label(late.period),
        due_on=late.due_on,
        days_late=late.days_late,
        last_day=newest,
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
            "indicator": line.indicator, "area": line.area, "period": line.period,
            "due": figures.day(line.due_on), "days": figures.number(line.days_late),
        }
        for line in lines
    ]  # fmt: skip
    return "\n".join([to, asked, *each])
