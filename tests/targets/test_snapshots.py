"""A posted reading turns a target's verdict, as of its day and not before."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from pytest_django import DjangoAssertNumQueries

from core.calendar import clock
from core.errors import Refused
from core.models import Generation
from core.queue import recalculation
from indicators.models import ClientScope, Indicator
from indicators.recording.services import record_reading
from provinces.models import Plan
from targets.labels import REASONS, reason_in_words
from targets.models import Assessment, Judgement, Target
from targets.services import TargetState, assessment_of, judge
from tests.factories import (
    ApiClientFactory,
    IndicatorFactory,
    NationFactory,
    PlanFactory,
    TargetFactory,
    UserFactory,
    member,
    reading,
)
from tests.targets.builders import AS_PRINTED

pytestmark = pytest.mark.django_db

ISSUED = date(2024, 12, 22)
PUBLISHED = {"2020": "12.66", "2021": "12.87", "2022": "12.83", "2023": "12.87", "2024": "13.17"}


@pytest.fixture
def plan() -> Plan:
    return PlanFactory.create(number="57-NQ/TW", issued_on=ISSUED, area=NationFactory.create())


@pytest.fixture
def indicator() -> Indicator:
    return IndicatorFactory.create(code="digital_economy_gdp")


@pytest.fixture
def target(plan: Plan, indicator: Indicator) -> Target:
    """57-10: the digital economy, at least 30 % of GDP by 2030, with what was published."""
    target = TargetFactory.create(code="57-10", plan=plan, indicator=indicator)
    for period, value in PUBLISHED.items():
        reading(indicator, plan.area, period, value, published_on=date(int(period) + 1, 1, 1))
    reading(indicator, plan.area, "2025", "14.02", obs_status="E", published_on=date(2026, 1, 6))
    mark(target)
    return target


def mark(target: Target) -> None:
    recalculation.mark("target", [target.pk], since=ISSUED)
    recalculation.drain()


def post(period: str, value: str) -> None:
    client = ApiClientFactory.create()
    ClientScope.objects.create(client=client, can_write=True)
    document = {"indicator": "digital_economy_gdp", "area": "VN", "period": period, "value": value}
    record_reading(document, by=client)


def standing(target: Target, day: date | None = None) -> TargetState:
    found = assessment_of(target, day or clock.today())
    assert found
    return found


def days(target: Target) -> list[tuple[date, str]]:
    return list(target.assessments.order_by("day").values_list("day", "verdict"))


def test_the_digital_economy_stands_as_the_contract_prints_it(target: Target) -> None:
    assert standing(target).figures == AS_PRINTED


def test_a_posted_reading_turns_the_verdict_today_and_not_yesterday(target: Target) -> None:
    post("2026", "30.5")
    assert standing(target).verdict == "off_track"
    recalculation.drain()
    yesterday = clock.today() - timedelta(days=1)
    assert standing(target).verdict == "achieved"
    assert standing(target, yesterday).verdict == "off_track"


def test_rows_are_kept_for_the_days_on_which_the_outcome_changed(target: Target) -> None:
    assert days(target) == [
        (ISSUED, "off_track"),
        (date(2025, 1, 1), "off_track"),
        (date(2026, 1, 6), "off_track"),
        (date(2031, 1, 1), "missed"),
    ]


def test_a_reading_that_changes_nothing_adds_no_row(target: Target, indicator: Indicator) -> None:
    before = days(target)
    reading(indicator, target.area, "2019", "12", published_on=date(2026, 6, 1))
    mark(target)
    assert days(target) == before


def test_an_older_publication_rewrites_the_days_after_it(
    target: Target, indicator: Indicator
) -> None:
    reading(indicator, target.area, "2025", "31", published_on=date(2026, 1, 1))
    mark(target)
    assert (date(2026, 1, 1), "achieved") in days(target)
    assert standing(target).verdict == "off_track"


def test_before_its_document_was_issued_a_target_has_no_standing(target: Target) -> None:
    assert assessment_of(target, ISSUED - timedelta(days=1)) is None
    assert assessment_of(target, ISSUED) is not None


def test_what_was_known_at_a_moment_is_computed_from_what_was_recorded_then(
    target: Target,
) -> None:
    moment = clock.now()
    post("2026", "30.5")
    recalculation.drain()
    then, nothing = (
        assessment_of(target, clock.today(), known_at=at)
        for at in (moment, moment - timedelta(days=1))
    )
    assert then is not None
    assert nothing is not None
    assert (then.verdict, nothing.verdict) == ("off_track", "no_data")


def test_a_target_without_snapshot_is_computed(plan: Plan, indicator: Indicator) -> None:
    target = TargetFactory.create(plan=plan, indicator=indicator)
    assert (standing(target).verdict, Assessment.objects.count()) == ("no_data", 0)


def test_figures_of_two_bases_are_never_one_series(target: Target, indicator: Indicator) -> None:
    reading(indicator, target.area, "2025-12", "99", base=63, published_on=date(2026, 2, 1))
    reading(indicator, target.area, "2026", "15", base=34, published_on=date(2026, 11, 1))
    mark(target)
    assert (standing(target).verdict, standing(target).figures["baseline"]["value"]) == (
        "not_assessable",
        "15",
    )


def test_the_working_prints_the_numbers_that_went_in(target: Target) -> None:
    working = {item["name"]: item["value"] for item in standing(target).working}
    assert (working["v0"], working["v"], working["T"]) == ("12.66", "14.02", "30")
    assert working["t"] == "2025-12-31"


def test_only_targets_on_the_changed_figure_are_rewritten(target: Target) -> None:
    other = TargetFactory.create(plan=target.plan)
    mark(other)
    before = list(other.assessments.values_list("pk", flat=True))
    post("2026", "30.5")
    recalculation.drain()
    assert list(other.assessments.values_list("pk", flat=True)) == before


def test_a_rebuild_equals_what_the_marks_have_written(target: Target) -> None:
    post("2026", "30.5")
    recalculation.drain()
    fields = ("target_id", "day", "verdict", "figures", "working")
    before = list(Assessment.objects.order_by("target", "day").values_list(*fields))
    generation = Generation.objects.get().number
    assert recalculation.recalculate_all() >= len(before)
    assert list(Assessment.objects.order_by("target", "day").values_list(*fields)) == before
    assert Generation.objects.get().number > generation


def test_many_targets_cost_no_more_queries_than_one(
    target: Target, indicator: Indicator, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    from targets.recalculation import after_readings

    for _ in range(20):
        TargetFactory.create(plan=target.plan, indicator=indicator, minimum=Decimal(20))
    key = f"{indicator.pk}:{target.area_id}"
    # Who is touched; targets, milestones, readings, judgements; delete and insert; the pages.
    with django_assert_num_queries(10):
        after_readings({key: ISSUED})
    assert Assessment.objects.values("target").distinct().count() == 21


# What people judge --------------------------------------------------------------------------


@pytest.fixture
def quality(plan: Plan) -> Target:
    return TargetFactory.create(
        code="57-01", plan=plan, indicator=None, comparator="qualitative", minimum=None
    )


def say(target: Target, **fields: Any) -> Judgement:
    coordinator = member(UserFactory.create(full_name="Lê A"), "coordinator", target.area)
    given = {
        "by": coordinator,
        "day": date(2026, 6, 1),
        "verdict": "on_track",
        "reason": "Theo báo cáo",
        **fields,
    }
    return judge(target=target, **given)


def test_a_judgement_holds_from_its_day(quality: Target) -> None:
    say(quality)
    recalculation.drain()
    found = standing(quality)
    assert (found.verdict, found.figures["judgement"]) == (
        "judged_by_people",
        {"day": "2026-06-01", "verdict": "on_track", "reason": "Theo báo cáo", "by": "Lê A"},
    )
    assert standing(quality, date(2026, 5, 31)).figures["reason"] == "awaiting_judgement"


def test_the_last_judgement_of_a_day_counts(quality: Target) -> None:
    say(quality)
    say(quality, verdict="at_risk")
    recalculation.drain()
    assert standing(quality).figures["judgement"]["verdict"] == "at_risk"


@pytest.mark.parametrize(
    ("fields", "code", "pointer"),
    [
        ({"verdict": "no_data"}, "unknown_verdict", "/verdict"),
        ({"reason": " "}, "required", "/reason"),
        ({"day": date(2099, 1, 1)}, "future_date", "/day"),
        ({"day": date(2024, 12, 21)}, "before_document", "/day"),
    ],
)
def test_a_judgement_that_cannot_be_taken_names_its_field(
    quality: Target, fields: dict[str, Any], code: str, pointer: str
) -> None:
    with pytest.raises(Refused) as caught:
        say(quality, **fields)
    assert [(f.code, f.pointer) for f in caught.value.faults] == [(code, pointer)]
    assert not Judgement.objects.exists()


def test_a_target_with_figures_is_not_judged_by_people(target: Target) -> None:
    with pytest.raises(Refused, match="not_qualitative"):
        say(target)


def test_only_a_coordinator_judges(quality: Target) -> None:
    for role in ("viewer", "reviewer"):
        with pytest.raises(PermissionDenied):
            say(quality, by=member(UserFactory.create(), role, quality.area))


def test_every_reason_has_its_words() -> None:
    from targets.judging.verdict import Reason

    assert set(REASONS) == set(Reason)
    assert all(reason_in_words(reason) for reason in Reason if reason)
