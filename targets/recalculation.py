"""Assessments follow readings, judgements and targets. They are computed from raw rows."""

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from django.db.models import QuerySet

from core import staleness
from core.calendar import clock
from core.queue import feed, recalculation
from core.queue.recalculation import Subjects
from targets.inputs import histories
from targets.judging.verdict import to_api, working_to_api
from targets.models import Assessment, Target

VERDICT = "verdict"
"""The family of assessments (``core.staleness``); its keys are numbers of targets."""


def after_readings(subjects: Subjects) -> None:
    """Keys are ``<indicator id>:<area id>``; raises ValueError for any other."""
    pairs = {(int(indicator), int(area)) for indicator, area in (k.split(":") for k in subjects)}
    targets = Target.objects.filter(
        indicator__in={indicator for indicator, _area in pairs},
        area__in={area for _indicator, area in pairs},
    )
    touched = [t.pk for t in targets if (t.indicator_id, t.area_id) in pairs]
    if touched:
        _rewrite(_with_inputs(Target.objects.filter(pk__in=touched)))


def after_targets(subjects: Subjects) -> None:
    """Keys are ids of targets."""
    _rewrite(_with_inputs(Target.objects.filter(pk__in=[int(key) for key in subjects])))


def after_plans(subjects: Subjects) -> None:
    """Keys are ids of plans, whose day of issue and base year matter to every target."""
    _rewrite(_with_inputs(Target.objects.filter(plan__in=[int(key) for key in subjects])))


def after_indicators(subjects: Subjects) -> None:
    """Keys are ids of indicators, whose direction and decimals matter."""
    _rewrite(_with_inputs(Target.objects.filter(indicator__in=[int(key) for key in subjects])))


def rebuild() -> int:
    """All assessments; returns how many were written."""
    return _rewrite(_with_inputs(Target.objects.all()))


def register() -> None:
    recalculation.register("reading", after_readings)
    recalculation.register("target", after_targets)
    recalculation.register("plan", after_plans)
    recalculation.register("indicator", after_indicators)
    recalculation.register_rebuild(rebuild)


def _with_inputs(targets: QuerySet[Target]) -> list[Target]:
    return list(targets.select_related("plan", "indicator").prefetch_related("milestones"))


def _rewrite(targets: Sequence[Target]) -> int:
    """All rows of these targets, past and future (6 SQL queries, however many targets)."""
    now, rows = clock.now(), []
    for target, history in histories(targets):
        before = None
        for day in history.days():
            found = history.on(day)
            outcome = (to_api(found), working_to_api(found))
            if outcome == before:  # A row holds until the day of the next one.
                continue
            figures, working = before = outcome
            rows.append(
                Assessment(
                    target=target,
                    day=day,
                    verdict=found.verdict,
                    figures=figures,
                    working=working,
                    computed_at=now,
                )
            )
    old = Assessment.objects.filter(target__in=[target.pk for target in targets])
    changed = _changed(list(old.order_by("day")), rows)
    feed.append("assessment", changed)
    staleness.touch({(VERDICT, target): since for target, since in changed.items()})
    old.delete()
    Assessment.objects.bulk_create(rows, batch_size=500)
    return len(rows)


def _changed(old: Sequence[Assessment], new: Sequence[Assessment]) -> dict[str, date]:
    """Numbers of the targets that are assessed otherwise than before, from which day on."""
    sides: defaultdict[int, list[dict[date, str]]] = defaultdict(lambda: [{}, {}])
    for side, rows in enumerate((old, new)):
        for row in rows:
            told = json.dumps([row.verdict, row.figures, row.working], sort_keys=True)
            sides[row.target_id][side][row.day] = told
    found = {}
    for target, (before, now) in sides.items():
        if days := [d for d in before.keys() | now.keys() if before.get(d) != now.get(d)]:
            found[str(target)] = min(days)
    return found
