"""One target: its path from baseline to goal, its readings, and the tasks that serve it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from operator import itemgetter
from typing import Any

from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext as _

from core.calendar.periods import parse_period
from core.staleness import only
from core.text.numbers import round_half_up, trimmed
from dashboards.frame.day import Asked
from dashboards.pages.readings import NEWEST_FIRST, ReadingLine, reading_line
from dashboards.text import figures, labels
from dashboards.text.labels import verdict_sign
from dashboards.work.serving import Serving, serving_of
from indicators.coverage import last_known_days
from indicators.models import Reading
from indicators.models.reading import vintage_order
from indicators.schedule import next_due
from indicators.touches import READING
from provinces.lookup import agencies_on
from provinces.permissions import Caller
from targets.inputs import goal_of, histories, observation_of
from targets.judging.assessment import path_points
from targets.judging.series import judged_series
from targets.judging.verdict import Assessment as Judged
from targets.judging.verdict import Start, to_api, working_to_api
from targets.kinds import Comparator, Verdict
from targets.models import Assessment, Judgement, Target
from targets.recalculation import VERDICT
from targets.services import assessment_of
from tasks.labels import Sign


@dataclass(frozen=True)
class PathPoint:
    day: date
    value: Decimal
    label: str = ""
    is_provisional: bool = False


@dataclass(frozen=True)
class Path:
    """What the path chart draws. Values are ranks where ``is_rank``: less is better."""

    required: tuple[PathPoint, ...]
    readings: tuple[PathPoint, ...]
    goal: Decimal | None
    goal_far: Decimal | None
    goal_words: str
    horizon: date
    projected: Decimal | None
    unit: str
    is_rank: bool


def readings_of(target: Target, asked: Asked) -> list[Reading]:
    """Those published by the day, the newest first (one SQL query)."""
    if target.indicator is None:
        return []
    rows = Reading.objects.of(target.indicator, target.area)
    rows = rows.published_by(asked.day, asked.known_at)
    return list(
        rows.select_related("recorded_by_client", "recorded_by_user").order_by(*NEWEST_FIRST)
    )


def target_path(target: Target, rows: Iterable[Reading], found: Mapping[str, Any]) -> Path | None:
    """Of its readings; None for a qualitative target, and where there is no reading."""
    if target.indicator is None or target.comparator == Comparator.QUALITATIVE:
        return None
    goal = goal_of(target)
    # In order of publication, so the last one of a period and base holds.
    in_force = {
        (row.period, row.base): observation_of(row)
        for row in sorted(rows, key=vintage_order)
        if row.period
    }
    readings = tuple(
        PathPoint(
            point.day,
            point.value,
            figures.period_label(observation.period),
            observation.obs_status in {"P", "E", "V"},
        )
        for observation, point in judged_series(goal, list(in_force.values()))
    )
    if not readings:
        return None
    required: dict[date, Decimal] = {}
    if baseline := found.get("baseline"):
        value = baseline["value"]
        start = Start(parse_period(baseline["period"]), Decimal(value), value)
        required = dict(path_points(goal, Judged(verdict=Verdict.NO_DATA, baseline=start)))
    if goal.is_growth:
        bound = required.get(goal.horizon_on)
    elif found.get("goal"):
        bound = Decimal(found["goal"])
    else:
        bound = target.maximum if target.minimum is None else target.minimum
    is_rank = target.comparator == Comparator.RANK_TOP or target.indicator.is_rank
    projected = Decimal(found["projected_value"]) if found.get("projected_value") else None
    if projected is not None:
        projected = round_half_up(projected, 0) if is_rank else Decimal(trimmed(projected))
    return Path(
        required=tuple(PathPoint(on, value) for on, value in required.items()),
        readings=readings,
        goal=bound,
        goal_far=None if goal.is_growth else goal.far_bound,
        goal_words=labels.phrase(target),
        horizon=goal.horizon_on,
        projected=projected,
        unit=target.unit,
        is_rank=is_rank,
    )


@dataclass(frozen=True)
class Since:
    """First day of a verdict that has held since; ``sign_before``: of the day before, if any."""

    day: date
    day_before: date
    sign_before: Sign | None


@dataclass(frozen=True)
class NextReading:
    """The figure that is awaited next: who sends it, and by when."""

    period: str
    due_on: date
    days_late: int
    sender: str
    head: str

    @classmethod
    def of(cls, target: Target, asked: Asked) -> "NextReading | None":
        """None where nothing is awaited (two SQL queries)."""
        indicator, day = target.indicator, asked.day
        if indicator is None:
            return None
        series = Q(indicator=indicator, area=target.area)
        known = last_known_days(series, day, asked.known_at)
        newest = known.get((indicator.pk, target.area_id))
        found = next_due(indicator.frequency, newest, indicator.expected_after_days, day)
        if found is None:
            return None
        owner = indicator.owner
        if owner:
            owner = agencies_on(day).get(owner.code, owner)
        period, due_on = found
        return cls(
            period=figures.period_label(period),
            due_on=due_on,
            days_late=max(0, (day - due_on).days),
            sender=owner.name if owner else indicator.source,
            head=owner.head_with_title if owner else "",
        )


@dataclass(frozen=True)
class MilestoneLine:
    """``is_due``: its year has ended by the day."""

    year: int
    value: str
    is_due: bool


@dataclass(frozen=True)
class TargetDetail:
    asked: Asked
    target: Target
    asks: str
    verdict: str
    sign: Sign
    verdict_before: str
    achieved_since: Since | None
    found: Mapping[str, Any]
    working: Mapping[str, str]
    second_sign: Sign | None
    reading: str
    reading_period: str
    baseline: str
    baseline_period: str
    expected: str
    projected: str
    readings: tuple[ReadingLine, ...]
    judgements: tuple[Judgement, ...]
    path: Path | None
    serving: Serving
    milestones: tuple[MilestoneLine, ...]
    awaited: NextReading | None

    @property
    def finding(self) -> str:
        """What the path shows, in words."""
        if self.verdict == Verdict.ACHIEVED:
            return _("Reached: %(reading)s, asked for: %(asks)s") % vars(self)
        if self.projected:
            words = {**vars(self), "year": self.target.horizon_on.year}
            return _("At the present rate %(projected)s by %(year)s; asked for: %(asks)s") % words
        return _("Now %(reading)s; asked for: %(asks)s") % vars(self)

    @property
    def has_source_link(self) -> bool:
        return figures.is_web_address(self.target.source_url)

    @property
    def sign_before(self) -> Sign | None:
        return verdict_sign(self.verdict_before) if self.verdict_before else None


def find_target(code: str, day: date) -> Target:
    """Raises Http404 where there is none, or its document was not issued by the day."""
    rows = Target.objects.as_of(day).select_related("plan", "area", "indicator__owner")
    target = rows.filter(code=code).prefetch_related("milestones").first()
    if target is None:
        raise Http404
    return target


def target_detail(caller: Caller, code: str, asked: Asked) -> TargetDetail:
    """Nine SQL queries at most. Raises Http404 as ``find_target`` does."""
    target = find_target(code, asked.day)
    with only(VERDICT, str(target.pk)), only(READING, str(target.indicator_id)):
        return _detail(caller, target, asked)


def _detail(caller: Caller, target: Target, asked: Asked) -> TargetDetail:
    back = _assessments_back(target, asked)
    # A new target has no snapshot yet.
    now = back[0] if back else assessment_of(target, asked.day, asked.known_at)
    before = next((row.verdict for row in back if row.day <= asked.compared), "")
    found = now.figures if now else {}
    verdict = now.verdict if now else "no_data"
    second = found.get("second_verdict")
    reading, baseline = found.get("reading") or {}, found.get("baseline") or {}
    if baseline.get("period") == reading.get("period"):
        baseline = {}  # The only reading is no baseline to itself.
    rows = readings_of(target, asked)
    readings = tuple(reading_line(row, target.indicator) for row in rows if target.indicator)
    judgements: tuple[Judgement, ...] = ()
    if target.comparator == Comparator.QUALITATIVE:
        judged = target.judgements.filter(day__lte=asked.day).select_related("by")
        if asked.known_at:
            judged = judged.filter(recorded_at__lte=asked.known_at)
        judgements = tuple(judged.order_by("-day", "-id"))
    return TargetDetail(
        asked=asked,
        target=target,
        asks=labels.phrase(target),
        verdict=verdict,
        sign=verdict_sign(verdict, exceeded=bool(found.get("exceeded"))),
        verdict_before=before if before != verdict else "",
        achieved_since=_achieved_since(back) if verdict == "achieved" else None,
        found=found,
        working={item["name"]: item["value"] for item in (now.working if now else [])},
        second_sign=verdict_sign(second) if second else None,
        reading=_current_reading(target, reading, readings),
        reading_period=figures.period(reading.get("period", "")),
        baseline=labels.value_of(target, baseline["value"]) if baseline else "",
        baseline_period=figures.period(baseline.get("period", "")),
        expected=_in_words(target, found.get("expected_value")),
        projected=_in_words(target, found.get("projected_value")),
        readings=readings,
        judgements=judgements,
        path=target_path(target, rows, found),
        serving=serving_of(caller, target, asked),
        milestones=tuple(
            MilestoneLine(
                one.year, labels.value_of(target, one.value), date(one.year, 12, 31) <= asked.day
            )
            for one in sorted(target.milestones.all(), key=lambda one: one.year)
        ),
        awaited=NextReading.of(target, asked),
    )


def _in_words(target: Target, computed: str | None) -> str:
    """A computed value, without the zeros that its rounding left; a rank is a whole number."""
    if computed is None:
        return ""
    exact = Decimal(computed)
    if target.comparator == Comparator.RANK_TOP:
        exact = round_half_up(exact, 0)
    return labels.value_of(target, trimmed(exact))


def _current_reading(
    target: Target, reading: Mapping[str, Any], lines: Iterable[ReadingLine]
) -> str:
    """Its value; a rank together with how many were ranked: "hạng 37/63"."""
    words = labels.value_of(target, reading.get("value"))
    if target.comparator != Comparator.RANK_TOP or not reading:
        return words
    period = figures.period(reading["period"])
    among = next((line.ranked_among for line in lines if line.period == period), 0)
    return f"{words}/{among}" if among else words


def _achieved_since(back: Iterable[Assessment]) -> Since | None:
    """Of the last first; None where there is none yet."""
    first = before = None
    for row in back:
        if row.verdict != Verdict.ACHIEVED:
            before = verdict_sign(row.verdict)
            break
        first = row.day
    return Since(first, first - timedelta(days=1), before) if first else None


def _assessments_back(target: Target, asked: Asked) -> list[Assessment]:
    """Each that holds from a day up to the one asked for on, the last first (one SQL query; three
    where they are worked out from what was known)."""
    if asked.known_at is None:
        return list(target.assessments.filter(day__lte=asked.day).order_by("-day"))
    [(_target, history)] = histories([target], asked.known_at)
    found = [(day, history.on(day)) for day in history.days() if day <= asked.day]
    return [
        Assessment(day=day, verdict=one.verdict, figures=to_api(one), working=working_to_api(one))
        for day, one in sorted(found, key=itemgetter(0), reverse=True)
    ]
