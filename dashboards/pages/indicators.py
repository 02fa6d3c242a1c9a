"""Indicators: what is measured, what is missing, and the readings of one of them."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Page, Paginator
from django.db.models import Count, Min, OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.calendar.periods import LengthKey, parse_period
from core.db.conditions import any_of
from core.models import User
from core.staleness import only
from core.web.public import open_to_all, reader_of
from dashboards.frame.day import Asked, read_asked
from dashboards.frame.places import places_of
from dashboards.frame.serving import serve
from dashboards.pages.readings import NEWEST_FIRST, ReadingLine, reading_line
from dashboards.text import figures
from indicators.coverage import last_known_days
from indicators.files.services import may_import
from indicators.models import Coverage, Indicator, Reading
from indicators.schedule import overdue
from indicators.scope import FigureKey, may_record_some
from indicators.touches import READING
from provinces.models import Area
from provinces.permissions import Permission, has_permission
from targets.models import Target

PAGE_SIZE = 50
_LONGEST_NUMBER = 20
_NATION = "VN"
_LEVELS = list(Area.Level.values)
"""The nation first."""


@dataclass(frozen=True)
class IndicatorLine:
    """An indicator in the list, with its newest figure.

    The figure is the nation's, else of the reader's own province. It is of another area only where
    no second area has readings. ``areas``: how many have readings.
    """

    code: str
    name: str
    unit: str
    owner: str
    newest: ReadingLine | None
    areas: int
    targets: int
    is_stale: bool

    @property
    def url(self) -> str:
        return f"/indicators/{self.code}/"

    @property
    def is_of_many(self) -> bool:
        return self.areas > 1


@dataclass(frozen=True)
class SeriesPoint:
    day: date
    value: Decimal
    label: str
    is_provisional: bool


@dataclass(frozen=True)
class DrawnSeries:
    """Readings of one area, one base and one length of period: only these make a line."""

    area: str
    area_code: str
    base: int
    points: tuple[SeriesPoint, ...]


class _Covered(NamedTuple):
    """The newest reading, by its row number; up to which day figures are known, if any is."""

    newest: int
    is_known: bool
    last_day: date | None


@dataclass(frozen=True)
class IndicatorDetail:
    indicator: Indicator
    area: Area | None
    areas: tuple[Area, ...]
    """Nation, provinces, and the communes of the province that is shown."""
    rows: "Page[Reading]"
    readings: tuple[ReadingLine, ...]
    targets: tuple[Target, ...]


def indicator_lines(
    day: date, own: str = "", known_at: datetime | None = None
) -> list[IndicatorLine]:
    """``own``: code of the reader's province. Five SQL queries, whatever the size."""
    indicators = Indicator.objects.select_related("owner").order_by("name_vi").in_bulk()
    areas, shown = _covered(day, own, known_at)
    newest = Reading.objects.select_related("area").in_bulk([one.newest for one in shown.values()])
    asked_for = list(Target.objects.as_of(day).order_by().values_list("indicator", "area"))
    targets, needed = Counter(indicator for indicator, _area in asked_for), set(asked_for)
    lines = []
    for pk, row in indicators.items():
        covered = shown.get(pk)
        reading = newest.get(covered.newest) if covered else None
        lines.append(
            IndicatorLine(
                code=row.code,
                name=row.name,
                unit=row.unit,
                owner=row.owner.short_name if row.owner else row.source,
                newest=reading_line(reading, row, reading.area.short_name, reading.area.code)
                if reading
                else None,
                areas=areas.get(pk, 0),
                targets=targets.get(pk, 0),
                is_stale=bool(
                    reading and covered and _is_stale(row, reading, covered, needed, day)
                ),
            )
        )
    return lines


def _with_figures(day: date, known_at: datetime | None) -> QuerySet[Any]:
    """Rows with an indicator and an area of which something was published by the day."""
    if known_at:
        return Reading.objects.published_by(day, known_at)
    return Coverage.objects.on(day)


def _covered(
    day: date, own: str, known_at: datetime | None
) -> tuple[Mapping[int, int], Mapping[int, _Covered]]:
    """By indicator: of how many areas it has figures, and what is known of the one that is shown
    (two SQL queries; three of what was known)."""
    coverage, published = _with_figures(day, known_at), Reading.objects.published_by(day, known_at)

    def of(code: str) -> Min:
        """Its row number, where it has figures."""
        return Min("area", filter=Q(area=Subquery(Area.objects.filter(code=code).values("pk"))))

    found = (
        coverage.order_by()
        .values("indicator")
        .annotate(
            n=Count("area", distinct=True), only=Min("area"), national=of(_NATION), of_own=of(own)
        )
    )
    areas, chosen = dict[int, int](), list[Q]()
    for row in found:
        areas[row["indicator"]] = row["n"]
        one = row["national"] or row["of_own"] or (row["only"] if row["n"] == 1 else None)
        chosen.append(Q(indicator=row["indicator"], area=one))
    there = published.filter(indicator=OuterRef("indicator"), area=OuterRef("area"))
    newest = Subquery(there.order_by(*NEWEST_FIRST).values("pk")[:1])
    if known_at is None:
        rows = coverage.filter(any_of(chosen)).annotate(newest=newest)
        shown = {r.indicator_id: _Covered(r.newest, r.is_known, r.last_day) for r in rows}
        return areas, shown
    known = last_known_days(any_of(chosen), day, known_at)
    pairs = published.filter(any_of(chosen), pk=newest).values_list("indicator", "area", "pk")
    return areas, {
        one: _Covered(pk, (one, area) in known, known.get((one, area))) for one, area, pk in pairs
    }


def _is_stale(
    indicator: Indicator,
    reading: Reading,
    covered: _Covered,
    needed: Set[tuple[int | None, int]],
    day: date,
) -> bool:
    """Whether it lacks a figure of the shown area on the day.

    ``needed``: (indicator, area) of targets. The rule is that of ``targets.awaited``.
    """
    is_awaited = covered.is_known or (indicator.pk, reading.area_id) in needed
    last_day = covered.last_day if covered.is_known else None
    if not (is_awaited and reading.area.stood_on(day)):
        return False
    late = overdue(indicator.frequency, last_day, indicator.expected_after_days, day)
    return late is not None


def indicator_detail(
    code: str, area_code: str, asked: Asked, page: str = "", own: str = ""
) -> IndicatorDetail:
    """Readings of one area. Without ``area_code``: of the nation, else of the reader's ``own``
    province, else of the first that has some.

    Six SQL queries. Raises Http404 for an unknown code or area.
    """
    indicator = Indicator.objects.select_related("owner__area").filter(code=code).first()
    if indicator is None:
        raise Http404
    with only(READING, str(indicator.pk)):
        return _of_area(indicator, area_code, asked, page, own)


def _of_area(
    indicator: Indicator, area_code: str, asked: Asked, page: str, own: str
) -> IndicatorDetail:
    day = asked.day
    covered = _with_figures(day, asked.known_at).filter(indicator=indicator)
    known = Area.objects.filter(pk__in=covered.values("area"))
    area = Area.objects.filter(code=area_code).first() if area_code else None
    # The communes of all provinces would be longer than the rest of the page.
    listed = Q(level__in=(Area.Level.NATION, Area.Level.PROVINCE))
    if area and area.level != Area.Level.NATION:
        listed |= Q(path__startswith="/".join([*area.path.split("/")[:2], ""]))
    areas = sorted(
        known.filter(listed),
        key=lambda one: (_LEVELS.index(one.level), not one.is_active, one.name_key),
    )
    if not area_code:
        preferred = (one for one in areas if one.code in {_NATION, own})
        area = next(preferred, areas[0] if areas else known.first())
    elif area is None or not (area.is_active or area in areas):
        raise Http404
    if area and area not in areas:
        areas.append(area)
    published = Reading.objects.filter(indicator=indicator, area=area)
    published = published.published_by(day, asked.known_at)
    shown = published.select_related("recorded_by_client", "recorded_by_user")
    rows = Paginator(shown.order_by(*NEWEST_FIRST), PAGE_SIZE).get_page(page)
    targets = Target.objects.as_of(day).filter(indicator=indicator).select_related("plan", "area")
    return IndicatorDetail(
        indicator=indicator,
        area=area,
        areas=tuple(areas),
        rows=rows,
        readings=tuple(reading_line(row, indicator) for row in rows),
        targets=tuple(targets),
    )


def indicator_series(
    indicator: Indicator, area: Area, asked: Asked
) -> tuple[list[DrawnSeries], bool]:
    """One series for each base and length of period, the longest first; and whether of ranks.

    Values and ranks are never mixed: those published more often are drawn (one SQL query).
    """
    rows = list(
        Reading.objects.of(indicator, area)
        .exclude(period="")
        .filter(value_qualifier="")
        .as_of(asked.day, asked.known_at)
        .order_by("last_day")
    )
    values = sum(row.value is not None for row in rows)
    ranks = sum(row.rank is not None for row in rows)
    of_ranks = indicator.is_rank or ranks > values
    found: defaultdict[tuple[int, LengthKey], list[SeriesPoint]] = defaultdict(list)
    for row in rows:
        value = None
        if of_ranks and row.rank is not None:
            value = Decimal(row.rank)
        elif not of_ranks or indicator.is_rank:
            # A rank may also be kept as the value of an indicator that is a rank.
            value = row.value
        if value is not None:
            period = parse_period(row.period)
            found[row.base, period.length_key].append(
                SeriesPoint(
                    period.last_day,
                    value,
                    figures.period_label(period),
                    row.obs_status in {"P", "E", "F", "V"},
                )
            )
    series = [
        DrawnSeries(area.short_name, area.code, base, tuple(points))
        for (base, _length), points in found.items()
    ]
    return sorted(series, key=lambda item: -len(item.points)), of_ranks


def _own(user: User | AnonymousUser) -> str:
    """The code of the reader's province; "" without one."""
    return next((place.code for place in places_of(user)), "")


@open_to_all
@require_safe
def indicator_list(request: HttpRequest) -> HttpResponse:
    user, asked = reader_of(request), read_asked(request.GET)
    own = _own(user)
    return serve(
        request,
        "dashboards/indicators.html",
        asked,
        lambda: {
            "title": _("Data"),
            "lines": indicator_lines(asked.day, own, asked.known_at),
            "may_import": may_import(user),
        },
        variant=(own,),
    )


@open_to_all
@require_safe
def indicator_page(request: HttpRequest, code: str) -> HttpResponse:
    user, asked, area = reader_of(request), read_asked(request.GET), request.GET.get("area", "")
    number = request.GET.get("page", "")[:_LONGEST_NUMBER]
    own = "" if area else _own(user)

    def context() -> dict[str, object]:
        page = indicator_detail(code, area, asked, number, own)
        here = page.area if page.area and page.area.level in page.indicator.levels else None
        may_enter = here and has_permission(
            user, Permission.RECORD_READING, FigureKey(page.indicator, here)
        )
        return {
            "title": page.indicator.name,
            "asked": asked,
            "page": page,
            "may_record": isinstance(user, User) and may_record_some(user, page.indicator),
            "record_area": here.code if here and may_enter else "",  # Of the link to the forms.
        }

    # Who may record follows from the reader's agencies, which are part of every page's key.
    return serve(
        request,
        "dashboards/indicator.html",
        asked,
        context,
        variant=(code, area, number, own),
    )
