"""Raw rows of targets as values for ``targets.judging.assessment``."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from core.calendar.periods import parse_period
from indicators.direction import Direction
from indicators.models import Reading
from targets.judging import assessment, verdict
from targets.judging.goal import Baseline, Goal
from targets.judging.verdict import Assessment, Observation
from targets.kinds import Comparator
from targets.models import Judgement, Target

_USUAL_TOLERANCE = Decimal(5)
"""% of the bound, for `about`, if the target does not say."""


@dataclass(frozen=True)
class History:
    """What is known of one target: vintages by day of publication, judgements by day."""

    goal: Goal
    counts_from: date
    vintages: Sequence[Observation]
    judgements: Sequence[verdict.Judgement]

    def days(self) -> list[date]:
        """The days on which the assessment may change, future ones included."""
        published = (vintage.published_on for vintage in self.vintages)
        judged = (judgement.day for judgement in self.judgements)
        days = assessment.change_days(self.goal, published, judged)
        return [self.counts_from, *(day for day in days if day > self.counts_from)]

    def on(self, day: date) -> Assessment:
        """The assessment as of a day."""
        in_force: dict[tuple[str, int], Observation] = {}
        for vintage in self.vintages:
            if vintage.published_on <= day:
                in_force[vintage.period.text, vintage.base] = vintage
        said = bisect_right(self.judgements, day, key=lambda judgement: judgement.day)
        last = self.judgements[said - 1] if said else None
        return assessment.assess(self.goal, list(in_force.values()), last, day)


def goal_of(target: Target) -> Goal:
    """1 SQL query each for plan, indicator and milestones, where they are not loaded."""
    indicator, given = target.indicator, target.baseline_value
    baseline = None if given is None else Baseline(given, parse_period(target.baseline_period))
    return Goal(
        comparator=Comparator(target.comparator),
        horizon_on=target.horizon_on,
        base_year=target.plan.base_year or target.plan.issued_on.year,
        minimum=target.minimum,
        maximum=target.maximum,
        tolerance=_USUAL_TOLERANCE if target.tolerance is None else target.tolerance,
        direction=Direction(indicator.direction) if indicator else Direction.UP,
        baseline=baseline,
        milestones={m.year: m.value for m in target.milestones.all() if m.value is not None},
        decimals=indicator.decimals if indicator else 0,
    )


def histories(
    targets: Sequence[Target], known_at: datetime | None = None
) -> list[tuple[Target, History]]:
    """The history of each target, as recorded by ``known_at`` (2 SQL queries, however many)."""
    vintages = _vintages(targets, known_at)
    rows = Judgement.objects.filter(target__in=[target.pk for target in targets])
    if known_at:
        rows = rows.filter(recorded_at__lte=known_at)
    judgements: defaultdict[int, list[verdict.Judgement]] = defaultdict(list)
    for row in rows.select_related("by").order_by("day", "id"):
        said = verdict.Judgement(row.day, row.verdict, row.reason, str(row.by))
        judgements[row.target_id].append(said)
    return [
        (
            target,
            History(
                goal=goal_of(target),
                counts_from=target.plan.issued_on,
                vintages=vintages[target.indicator_id, target.area_id],
                judgements=judgements[target.pk],
            ),
        )
        for target in targets
    ]


def _vintages(
    targets: Sequence[Target], known_at: datetime | None
) -> defaultdict[tuple[int | None, int], list[Observation]]:
    rows = Reading.objects.exclude(period="").filter(
        indicator__in={target.indicator_id for target in targets if target.indicator_id},
        area__in={target.area_id for target in targets},
    )
    if known_at:
        rows = rows.known_at(known_at)
    found: defaultdict[tuple[int | None, int], list[Observation]] = defaultdict(list)
    for row in rows.order_by("published_on", "revision"):
        found[row.indicator_id, row.area_id].append(observation_of(row))
    return found


def observation_of(row: Reading) -> Observation:
    """Raises InvalidPeriod for a row without a period."""
    return Observation(
        period=parse_period(row.period),
        value=row.value,
        rank=row.rank,
        base=row.base,
        obs_status=row.obs_status,
        qualifier=row.value_qualifier,
        published_on=row.published_on,
        revision=row.revision,
        value_text=row.value_text,
    )
