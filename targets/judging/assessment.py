"""How a target is judged. Never value ÷ target.

    achieved share a = (v − v0) / (T − v0)    elapsed share e = (t − t0) / (tT − t0)
    pace = a / e

v0, t0: baseline and the last day of its period; v, t: current reading; T: the bound to be
reached; tT: horizon. Time is counted in days.

A second opinion is shown beside the verdict and has no part in it: the ratio of actual to required
compound annual growth, with the same cut points. Eurostat monitors the sustainable development
goals with it.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Context, Decimal, localcontext

from core.text.numbers import round_half_up
from targets.judging.goal import Goal, Yardstick
from targets.judging.pace import Growth, PaceInputs, PaceLine, Shares, growth_of, line_of, shares_of
from targets.judging.series import as_sent, given, judged_series, start_of
from targets.judging.trend import years_between
from targets.judging.verdict import Assessment, Judgement, Method, Observation, Reason, cut
from targets.kinds import Comparator, Verdict

LARGEST_FIGURE = Decimal(10) ** 12
"""Shares and rates beyond this are left out."""

_CONTEXT = Context(prec=100)
_PATH_PLACES = 6


def assess(
    goal: Goal,
    observations: Sequence[Observation],
    judgement: Judgement | None,
    as_of: date,
) -> Assessment:
    """The verdict as of a day.

    `observations`: for each period and base the vintage in force on `as_of`, in any order.
    `judgement`: the last one on or before `as_of`; read for qualitative targets only.
    """
    if goal.comparator is Comparator.QUALITATIVE:
        reason = Reason.NONE if judgement else Reason.AWAITING_JUDGEMENT
        return Assessment(
            verdict=Verdict.JUDGED_BY_PEOPLE,
            method=Method.PEOPLE,
            reason=reason,
            judgement=judgement,
        )
    with localcontext(_CONTEXT):
        series = judged_series(goal, observations)
        if not series:
            start = given(goal.baseline) if goal.baseline else None
            return Assessment(
                verdict=Verdict.NO_DATA,
                reason=Reason.NONE_JUDGEABLE if observations else Reason.NO_READING,
                baseline=start,
                goal=Yardstick(goal, start.point if start else None).bound,
            )
        return _assessed(PaceInputs(goal, series, start_of(goal, series), as_of))


def change_days(goal: Goal, published_on: Iterable[date], judged_on: Iterable[date]) -> list[date]:
    """The sorted days on which an assessment can change, so that rows can be written ahead.

    These are the days of publications and of judgements, and the day after the horizon. The caller
    adds the day from which the target counts.
    """
    return sorted({*published_on, *judged_on, goal.horizon_on + timedelta(days=1)})


def path_points(goal: Goal, assessment: Assessment) -> list[tuple[date, Decimal]]:
    """The required path from baseline to horizon by the milestones; empty without a baseline."""
    start = assessment.baseline
    with localcontext(_CONTEXT):
        path = Yardstick(goal, start.point if start else None).required_path()
        return [(day, round_half_up(value, _PATH_PLACES)) for day, value in path]


# The verdict ----------------------------------------------------------------------------------


def _verdict(case: PaceInputs, pace: Decimal | None) -> tuple[Verdict, Method]:
    by_pace = Method.GROWTH if case.goal.is_growth else Method.PACE
    by_comparator = Method.GROWTH if case.goal.is_growth else Method.COMPARATOR
    if case.yardstick.holds(case.now):
        return Verdict.ACHIEVED, by_comparator
    if case.missed():
        return Verdict.MISSED, by_comparator
    if case.obstacle is Reason.LOST_SINCE_BASELINE or _fell_from_the_bound(case):
        # The formula would divide a negative change by a negative distance and find progress.
        return Verdict.MOVING_AWAY, by_pace
    if pace is None:
        return Verdict.NOT_ASSESSABLE, Method.NONE
    return cut(pace), by_pace


def _fell_from_the_bound(case: PaceInputs) -> bool:
    start = case.yardstick.start
    if start is None or case.obstacle is not Reason.NO_DISTANCE:
        return False
    return case.yardstick.is_worse(case.now.value, start.value)


def _assessed(case: PaceInputs) -> Assessment:
    shares, growth, line = shares_of(case), growth_of(case), line_of(case)
    verdict, method = _verdict(case, shares.pace)
    judged_by_speed = verdict not in {Verdict.ACHIEVED, Verdict.MISSED, Verdict.NOT_ASSESSABLE}
    current = case.series[-1].observation
    return Assessment(
        verdict=verdict,
        method=method,
        reason=case.obstacle or _missing_figure(case, shares, growth, line),
        baseline=case.start,
        reading=current,
        reading_text=as_sent(case.goal, current),
        goal=case.goal.bound if case.goal.is_growth else case.yardstick.bound,
        level=case.yardstick.level,
        achieved_share=_in_range(shares.achieved),
        elapsed_share=_in_range(shares.elapsed),
        pace=_in_range(shares.pace),
        cagr_actual=_in_range(growth.actual),
        cagr_required=_in_range(growth.required),
        cagr_ratio=_in_range(growth.ratio),
        second_verdict=None if growth.ratio is None or not judged_by_speed else cut(growth.ratio),
        exceeded=verdict is Verdict.ACHIEVED and case.yardstick.exceeds(case.now),
        expected_value=line.expected,
        projected_value=line.projected,
        projected_year=line.year,
        achieved_since=case.achieved_since(),
        working=_working(case, shares, growth),
    )


def _in_range(figure: Decimal | None) -> Decimal | None:
    return None if figure is None or abs(figure) > LARGEST_FIGURE else figure


def _missing_figure(case: PaceInputs, shares: Shares, growth: Growth, line: PaceLine) -> Reason:
    """Why a figure beside the verdict is missing; the most important reason first."""
    if growth.actual is None or growth.required is None:
        return Reason.NOT_POSITIVE
    figures = [*shares, *growth] if not case.goal.is_growth else [shares.pace, *growth]
    if any(_in_range(figure) is None for figure in figures):
        return Reason.OUT_OF_RANGE
    if line.year is None:
        return Reason.NEVER_ARRIVES
    return Reason.AFTER_HORIZON if line.projected is None else Reason.NONE


def _working(
    case: PaceInputs, shares: Shares, growth: Growth
) -> tuple[tuple[str, Decimal | date], ...]:
    start, yardstick, goal = case.yardstick.start, case.yardstick, case.goal
    numbers: list[tuple[str, Decimal | date | None]] = []
    if start:
        numbers += [("v0", start.value), ("t0", start.day)]
    numbers += [("v", case.now.value), ("t", case.now.day)]
    numbers += [("T", yardstick.level), ("tT", goal.horizon_on)]
    if goal.comparator is Comparator.MULTIPLE_OF:
        numbers.append(("multiple", goal.bound))
    if goal.comparator is Comparator.ABOUT:
        numbers += [("tolerance", goal.tolerance), ("threshold", yardstick.threshold)]
    if goal.is_growth:
        numbers += [("growth", yardstick.measure(case.now)), ("bound", goal.bound)]
    numbers += [("a", shares.achieved), ("e", shares.elapsed), ("pace", shares.pace)]
    if start and growth.actual is not None:
        numbers.append(("years_actual", years_between(start.day, case.now.day)))
        numbers.append(("years_required", years_between(start.day, goal.horizon_on)))
    numbers += [("cagr_actual", growth.actual), ("cagr_required", growth.required)]
    numbers.append(("cagr_ratio", growth.ratio))
    return tuple((name, value) for name, value in numbers if value is not None)
