"""The path of a target: what it requires by when, what was measured, where that leads."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, F, Q, Value, When
from django.http import Http404

from core.calendar.periods import parse_period
from core.text.numbers import trimmed
from dashboards.frame.day import Asked
from dashboards.pages.readings import NEWEST_FIRST, ReadingLine, reading_line
from dashboards.text import figures, labels
from dashboards.text.labels import COMPLETED, verdict_sign
from indicators.models import Indicator, Reading
from provinces.permissions import Caller
from targets.inputs import goal_of, histories
from targets.judging.assessment import path_points
from targets.judging.series import judged_series
from targets.judging.verdict import Assessment as Judged
from targets.judging.verdict import Observation, Start
from targets.kinds import Comparator, Verdict
from targets.models import Judgement, Target
from targets.services import assessment_of
from tasks.completion.as_of import state_on
from tasks.labels import STATUSES, Sign
from tasks.models import Assignment
from tasks.states import State


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


def target_path(target: Target, day: date, found: Mapping[str, Any]) -> Path | None:
    """None for a qualitative target, and where there is neither a reading nor a bound."""
    if target.indicator is None or target.comparator == Comparator.QUALITATIVE:
        return None
    [(_target, history)] = histories([target])
    goal = history.goal
    readings = tuple(
        PathPoint(
            point.day,
            point.value,
            figures.period_label(observation.period),
            observation.obs_status in {"P", "E", "V"},
        )
        for observation, point in judged_series(goal, _in_force(history.vintages, day))
    )
    if not readings:
        return None
    is_growth = goal.is_growth
    projected = found.get("projected_value")
    level = dict(_required(target, found))
    return Path(
        required=tuple(PathPoint(on, value) for on, value in level.items()),
        readings=readings,
        goal=level.get(goal.horizon_on) if is_growth else _bound(target, found),
        goal_far=None if is_growth else goal.far_bound,
        goal_words=labels.phrase(target),
        horizon=goal.horizon_on,
        projected=Decimal(trimmed(Decimal(projected))) if projected else None,
        unit=target.unit,
        is_rank=target.comparator == Comparator.RANK_TOP
        or target.indicator.kind == Indicator.Kind.RANK,
    )


def _bound(target: Target, found: Mapping[str, Any]) -> Decimal | None:
    if found.get("goal"):
        return Decimal(found["goal"])
    return target.maximum if target.minimum is None else target.minimum


def _required(target: Target, found: Mapping[str, Any]) -> list[tuple[date, Decimal]]:
    baseline = found.get("baseline")
    if not baseline:
        return []
    value = Decimal(baseline["value"])
    start = Start(parse_period(baseline["period"]), value, baseline["value"])
    return path_points(goal_of(target), Judged(verdict=Verdict.NO_DATA, baseline=start))


def _in_force(vintages: Iterable[Observation], day: date) -> list[Observation]:
    """Vintages come in order of publication, so the last one of a period and base holds."""
    found: dict[tuple[str, int], Observation] = {}
    for vintage in vintages:
        if vintage.published_on <= day:
            found[vintage.period.text, vintage.base] = vintage
    return list(found.values())


_TASKS_SHOWN = 20


@dataclass(frozen=True)
class ServingTask:
    number: str
    title: str
    plan_number: str
    agency: str
    head: str
    sign: Sign
    due_on: date | None
    days_late: int
    url: str
    is_illustrative: bool


@dataclass(frozen=True)
class Serving:
    """Assignments that serve the target: all counted, those the reader may see listed."""

    total: int
    completed: int
    overdue: int
    shown: tuple[ServingTask, ...]


@dataclass(frozen=True)
class Since:
    """The first day of an unbroken verdict, and what held the day before (None: nothing)."""

    day: date
    day_before: date
    sign_before: Sign | None


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
    """Eleven SQL queries at most."""
    target = find_target(code, asked.day)
    now = assessment_of(target, asked.day)
    before = assessment_of(target, asked.compared)
    found = now.figures if now else {}
    verdict = now.verdict if now else "no_data"
    second = found.get("second_verdict")
    readings = _readings(target, asked.day)
    reading, baseline = found.get("reading") or {}, found.get("baseline") or {}
    return TargetDetail(
        asked=asked,
        target=target,
        asks=labels.phrase(target),
        verdict=verdict,
        sign=verdict_sign(verdict, exceeded=bool(found.get("exceeded"))),
        verdict_before=before.verdict if before and before.verdict != verdict else "",
        achieved_since=_achieved_since(target, asked.day) if verdict == "achieved" else None,
        found=found,
        working={item["name"]: item["value"] for item in (now.working if now else [])},
        second_sign=verdict_sign(second) if second else None,
        reading=_with_base(target, reading, readings),
        reading_period=figures.period(reading.get("period", "")),
        baseline=labels.value_of(target, baseline.get("value")),
        baseline_period=figures.period(baseline.get("period", "")),
        expected=_in_words(target, found.get("expected_value")),
        projected=_in_words(target, found.get("projected_value")),
        readings=readings,
        judgements=tuple(_judgements(target, asked.day)),
        path=target_path(target, asked.day, found),
        serving=_serving(caller, target, asked.day),
    )


def _in_words(target: Target, computed: str | None) -> str:
    """A computed value, without the zeros that its rounding left."""
    return "" if computed is None else labels.value_of(target, trimmed(Decimal(computed)))


def _with_base(target: Target, reading: Mapping[str, Any], lines: Iterable[ReadingLine]) -> str:
    """The current reading; a rank with how many were ranked: "hạng 37/63"."""
    words = labels.value_of(target, reading.get("value"))
    if target.comparator != Comparator.RANK_TOP or not reading:
        return words
    period = figures.period(reading["period"])
    among = next((line.ranked_among for line in lines if line.period == period), 0)
    return f"{words}/{among}" if among else words


def _achieved_since(target: Target, day: date) -> Since | None:
    """None where no snapshot was taken yet. Two SQL queries."""
    known = target.assessments.filter(day__lte=day).order_by("day")
    other = known.exclude(verdict=Verdict.ACHIEVED).last()
    first = (known.filter(day__gt=other.day) if other else known).first()
    if first is None:
        return None
    before = verdict_sign(other.verdict) if other else None
    return Since(first.day, first.day - timedelta(days=1), before)


def _readings(target: Target, day: date) -> tuple[ReadingLine, ...]:
    """Every vintage published by the day, newest period first."""
    if target.indicator is None:
        return ()
    rows = Reading.objects.of(target.indicator, target.area).published_by(day)
    rows = rows.select_related("recorded_by_client", "recorded_by_user")
    return tuple(reading_line(row, target.indicator) for row in rows.order_by(*NEWEST_FIRST))


def _judgements(target: Target, day: date) -> Iterable[Judgement]:
    if target.comparator != Comparator.QUALITATIVE:
        return ()
    return target.judgements.filter(day__lte=day).select_related("by").order_by("-day", "-id")


def _serving(caller: Caller, target: Target, day: date) -> Serving:
    """Two SQL queries."""
    rows = state_on(Assignment.objects.filter(task__targets=target), day)
    is_open = Q(state_then__in=[State.NOT_STARTED, State.IN_PROGRESS])
    totals = rows.aggregate(
        total=Count("pk"),
        completed=Count("pk", filter=Q(state_then=State.COMPLETED)),
        overdue=Count("pk", filter=is_open & Q(due_then__lt=day)),
    )
    order = Case(
        When(is_open & Q(due_then__lt=day), then=Value(0)),
        When(is_open, then=Value(1)),
        default=Value(2),
    )
    seen = (
        rows.visible_to(caller)
        .annotate(turn=order)
        .select_related("task__plan", "agency__successor__successor")
        .order_by("turn", F("due_then").asc(nulls_last=True), "pk")[:_TASKS_SHOWN]
    )
    return Serving(shown=tuple(_task(row, day) for row in seen), **totals)


def _task(row: Any, day: date) -> ServingTask:
    overdue = row.turn == 0
    return ServingTask(
        number=row.task.number,
        title=row.task.title,
        plan_number=row.task.plan.number,
        agency=row.agency.short_name_now,
        head=row.agency.heir.head_name,
        sign=_sign(row, overdue=overdue),
        due_on=row.due_then,
        days_late=(day - row.due_then) // timedelta(days=1) if overdue else 0,
        url=row.get_absolute_url(),
        is_illustrative=row.task.is_illustrative,
    )


def _sign(row: Any, *, overdue: bool) -> Sign:
    if row.state_then in {State.COMPLETED, State.CANCELLED}:
        return COMPLETED if row.state_then == State.COMPLETED else STATUSES["cancelled"]
    if row.due_then is None:
        return STATUSES["ongoing"]
    return STATUSES[f"{row.state_then}_{'overdue' if overdue else 'on_schedule'}"]
