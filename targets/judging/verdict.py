"""The result of judging a target: verdict, method, reason and every number that went in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from core.calendar.periods import Period
from core.text.numbers import plain, round_half_up, trimmed
from targets.judging.trend import Point
from targets.kinds import Verdict

ON_TRACK_FROM = Decimal("0.95")
AT_RISK_FROM = Decimal("0.60")
OFF_TRACK_FROM = Decimal(0)

_SHARE_PLACES = 4


class Method(StrEnum):
    """What decided the verdict: the comparator alone, the pace, the mean growth, or people."""

    COMPARATOR = "comparator"
    PACE = "pace"
    GROWTH = "growth"
    PEOPLE = "people"
    NONE = "none"


class Reason(StrEnum):
    """Why there is no verdict, or why a figure beside it is missing. The codes are stable."""

    NONE = ""
    NO_READING = "no_reading"
    NONE_JUDGEABLE = "none_judgeable"  # Forecasts, withdrawn or qualified readings only.
    AWAITING_JUDGEMENT = "awaiting_judgement"
    NO_BASELINE = "no_baseline"  # No reading in or after the base year, and none given.
    NO_BOUND = "no_bound"  # Or an unusable one: growth of 0 %, three times nothing.
    ONE_READING = "one_reading"
    NOT_AFTER_BASELINE = "not_after_baseline"
    HORIZON_NOT_AFTER_BASELINE = "horizon_not_after_baseline"
    MET_AT_BASELINE = "met_at_baseline"
    LOST_SINCE_BASELINE = "lost_since_baseline"
    NO_DISTANCE = "no_distance"  # The baseline equals the bound.
    NOT_POSITIVE = "not_positive"  # Growth rates need positive values.
    OUT_OF_RANGE = "out_of_range"
    NEVER_ARRIVES = "never_arrives"  # The line never reaches the bound.
    AFTER_HORIZON = "after_horizon"  # Nothing to project: the reading is later.


@dataclass(frozen=True, kw_only=True)
class Observation:
    """One reading, the vintage in force. `base`: number of provinces counted, 0 for none.

    `value_text` is the value as it was sent; if empty, it is printed without trailing zeros.
    """

    period: Period
    value: Decimal | None = None
    rank: int | None = None
    base: int = 0
    obs_status: str = "A"
    qualifier: str = ""
    published_on: date = date.min
    revision: int = 1
    value_text: str = ""


@dataclass(frozen=True)
class Judgement:
    """A person's verdict on a qualitative target."""

    day: date
    verdict: str
    reason: str
    by: str


class Start(NamedTuple):
    """The baseline used; `text` is its value as it was sent."""

    period: Period
    value: Decimal
    text: str

    @property
    def point(self) -> Point:
        return Point(self.period.last_day, self.value)


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """A verdict with every number that went in. Shares and rates are fractions: 0.1 is 10 %."""

    verdict: Verdict
    method: Method = Method.NONE
    reason: Reason = Reason.NONE
    baseline: Start | None = None
    reading: Observation | None = None
    reading_text: str | None = None
    goal: Decimal | None = None
    level: Decimal | None = None
    """The indicator's value to be reached; equals `goal`, unless that is a growth in %."""
    achieved_share: Decimal | None = None
    elapsed_share: Decimal | None = None
    pace: Decimal | None = None
    cagr_actual: Decimal | None = None
    cagr_required: Decimal | None = None
    cagr_ratio: Decimal | None = None
    second_verdict: Verdict | None = None
    exceeded: bool = False
    judgement: Judgement | None = None
    expected_value: Decimal | None = None
    """The required path's value on the last day of the reading's period."""
    projected_value: Decimal | None = None
    projected_year: int | None = None
    achieved_since: Period | None = None
    """The first period from which on every reading met the goal."""
    working: tuple[tuple[str, Decimal | date], ...] = ()
    """Names and numbers of the printed formula, in order: v0, t0, v, t, T, tT, a, e, pace …"""


def cut(pace: Decimal) -> Verdict:
    """Cut points of Eurostat and Statistics Canada: 0.95, 0.60 and 0 themselves are the better."""
    if pace >= ON_TRACK_FROM:
        return Verdict.ON_TRACK
    if pace >= AT_RISK_FROM:
        return Verdict.AT_RISK
    return Verdict.OFF_TRACK if pace >= OFF_TRACK_FROM else Verdict.MOVING_AWAY


def to_api(assessment: Assessment) -> dict[str, object]:
    """The fields of `GET /api/v1/targets/<code>/assessment/`, but for `target` and `as_of`.

    Figures are texts: shares to four decimals without trailing zeros, values as they were sent.
    `reason` is the stable code.
    """
    found = assessment
    start, reading, said = found.baseline, found.reading, found.judgement
    return {
        "verdict": found.verdict.value,
        "method": found.method.value,
        "reason": found.reason.value,
        "baseline": start and {"period": start.period.text, "value": start.text},
        "reading": reading
        and {
            "period": reading.period.text,
            "value": found.reading_text,
            "obs_status": reading.obs_status,
        },
        "goal": _text(found.goal, trimmed),
        "achieved_share": _text(found.achieved_share, _share),
        "elapsed_share": _text(found.elapsed_share, _share),
        "pace": _text(found.pace, _share),
        "cagr_actual": _text(found.cagr_actual, _share),
        "cagr_required": _text(found.cagr_required, _share),
        "cagr_ratio": _text(found.cagr_ratio, _share),
        "second_verdict": found.second_verdict.value if found.second_verdict else None,
        "exceeded": found.exceeded,
        "judgement": said
        and {
            "day": said.day.isoformat(),
            "verdict": said.verdict,
            "reason": said.reason,
            "by": said.by,
        },
        "expected_value": _text(found.expected_value, plain),
        "projected_value": _text(found.projected_value, plain),
        "projected_year": found.projected_year,
    }


def working_to_api(assessment: Assessment) -> list[dict[str, str]]:
    """`working` as texts, in order: days as `2025-12-31`, numbers in full."""
    return [
        {"name": name, "value": trimmed(value) if isinstance(value, Decimal) else str(value)}
        for name, value in assessment.working
    ]


def _text(figure: Decimal | None, write: Callable[[Decimal], str]) -> str | None:
    return None if figure is None else write(figure)


def _share(figure: Decimal) -> str:
    return trimmed(round_half_up(figure, _SHARE_PLACES))
