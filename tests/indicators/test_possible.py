"""Figures that cannot be: a month among years, a nation's figure for a province, one known before
its period began. Each is refused by name, alone and among many, by every way in."""

from datetime import date
from itertools import product
from typing import Any

import pytest
from django.test import Client

from core.calendar import clock
from core.calendar.periods import PeriodKind, parse_period
from core.errors import Refused
from core.tables.fixtures import read_table
from indicators.models import Reading
from indicators.models.indicator import PERIOD_EXAMPLES
from indicators.recording.batch import record_batch
from indicators.recording.rules import fits
from indicators.recording.services import record_reading
from indicators.reference import load_indicators, load_readings
from provinces.models import Area
from provinces.reference import load_areas
from tests.factories import (
    CommuneFactory,
    IndicatorFactory,
    NationFactory,
    ProvinceFactory,
    UserFactory,
    reading,
)

pytestmark = pytest.mark.django_db

FREQUENCIES: dict[str, set[str]] = {
    "week": {"week"},
    "month": {"month"},
    "quarter": {"quarter"},
    "half": {"half"},
    "year": {"year"},
    "two_years": {"year"},
    "irregular": set(PeriodKind),
}


@pytest.fixture
def nation() -> Area:
    return NationFactory.create()


def row(**given: Any) -> dict[str, Any]:
    return {"indicator": "share", "area": "VN", "period": "2025", "value": "14.5", **given}


def outcome(*rows: dict[str, Any]) -> list[list[tuple[str, str]]]:
    """(code, field) of each row's faults; taken alone and as a batch they are the same."""
    by = UserFactory.create(is_superuser=True)
    alone: list[list[tuple[str, str]]] = []
    for document in rows:
        try:
            record_reading(document, by=by, dry_run=True)
            alone.append([])
        except Refused as refused:
            alone.append([(fault.code, fault.field) for fault in refused.faults])
    found = record_batch(rows, by=by, mode="accept_valid", dry_run=True)
    together = [
        [(fault.code, fault.field) for fault in found.faults.get(index, ())]
        for index in range(len(rows))
    ]
    assert together == alone
    return alone


@pytest.mark.parametrize("frequency", FREQUENCIES)
def test_an_indicator_takes_the_periods_of_its_frequency(nation: Area, frequency: str) -> None:
    IndicatorFactory.create(code="share", frequency=frequency)
    kinds = list(PERIOD_EXAMPLES)
    found = outcome(*(row(period=PERIOD_EXAMPLES[kind]) for kind in kinds))
    assert found == [
        [] if kind in FREQUENCIES[frequency] else [("wrong_frequency", "period")] for kind in kinds
    ]


def test_an_indicator_may_allow_other_periods(nation: Area) -> None:
    IndicatorFactory.create(code="share", other_periods=["years", "months"])
    periods = ["2025", "2021/2025", "2025-01/2025-09", "2025-Q3"]
    assert outcome(*(row(period=period) for period in periods)) == [
        [],
        [],
        [],
        [("wrong_frequency", "period")],
    ]


def test_an_indicator_is_measured_at_its_levels(nation: Area) -> None:
    ProvinceFactory.create(code="40")
    CommuneFactory.create(code="16681")
    IndicatorFactory.create(code="share", levels=["nation"])
    IndicatorFactory.create(code="local", levels=["province", "commune"])
    areas = ["VN", "40", "16681"]
    rows = [row(indicator=code, area=area) for code, area in product(("share", "local"), areas)]
    wrong = [("wrong_level", "area")]
    assert outcome(*rows) == [[], wrong, wrong, wrong, [], []]


def test_a_figure_is_not_known_before_its_period_begins(nation: Area) -> None:
    IndicatorFactory.create(code="share")
    early = [("published_before_period", "published_on")]
    sent = [
        row(published_on="1999-01-01"),
        row(published_on="2024-12-31"),
        row(published_on="2024-12-31", obs_status="F"),
        row(published_on="2025-01-01"),
        row(published_on="1999-01-01", value=None, obs_status="O", note="Rút lại"),
    ]
    assert [outcome(each)[0] for each in sent] == [early, early, [], [], early]


def test_what_was_recorded_before_the_rule_can_be_withdrawn(nation: Area) -> None:
    indicator = IndicatorFactory.create(code="share", levels=["province"])
    reading(indicator, nation, "2025-03", "14.5")
    withdrawn = row(period="2025-03", value=None, obs_status="O", note="Nhập nhầm")
    assert outcome(withdrawn) == [[]]


def test_rows_alike_but_for_their_place_are_each_checked(nation: Area) -> None:
    """A sound row of one indicator vouches for no row of another."""
    ProvinceFactory.create(code="40")
    IndicatorFactory.create(code="yearly", levels=["nation"])
    IndicatorFactory.create(code="monthly", frequency="month", levels=["province"])
    fitting = {("yearly", "VN", "2025"), ("monthly", "40", "2025-03")}
    for day in ("2026-01-31", "2025-02-01", "2024-06-01"):
        rows = [
            {"indicator": code, "area": area, "period": period, "value": "1", "published_on": day}
            for code, area, period in product(
                ("yearly", "monthly"), ("VN", "40"), ("2025", "2025-03")
            )
        ]
        assert [not faults for faults in outcome(*rows)] == [
            (r["indicator"], r["area"], r["period"]) in fitting
            and date.fromisoformat(day) >= parse_period(r["period"]).first_day
            for r in rows
        ]


def test_no_province_of_the_63_has_figures_of_a_period_after_the_mergers(nation: Area) -> None:
    heir = ProvinceFactory.create(code="15", parent=nation, merged_on=date(2025, 7, 1))
    former = {"is_active": False, "official_code": "15", "successor": heir}
    ProvinceFactory.create(code="63-yen-bai", parent=nation, **former)
    ProvinceFactory.create(code="40", parent=nation)
    IndicatorFactory.create(code="share", frequency="irregular")
    late = {"period": "2026", "published_on": "2026-06-01"}
    over, by_base = [("merged_area", "area")], [("merged_area", "base")]
    sent: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
        ({"area": "63-yen-bai", "period": "2025-S1"}, []),
        ({"area": "63-yen-bai", "period": "2025"}, []),
        ({"area": "63-yen-bai", "period": "2025-Q3"}, over),
        ({"area": "63-yen-bai", **late}, over),
        ({"area": "15", "base": 63, **late}, over),
        ({"area": "15", "base": 34, **late}, []),
        ({"area": "15", **late}, []),
        ({"area": "40", "base": 63, **late}, by_base),
        ({"area": "VN", "base": 63, **late}, by_base),
        ({"area": "40", "base": 63, "period": "2024"}, []),
        ({"area": "63-yen-bai", "period": "2030", "obs_status": "F"}, over),
        (
            {
                "area": "63-yen-bai",
                "period": "2030",
                "obs_status": "F",
                "published_on": "2024-01-01",
            },
            [],
        ),
        ({"area": "63-yen-bai", **late, "value": None, "obs_status": "O", "note": "Nhầm"}, []),
    ]
    rows = [row(**{"published_on": "2026-01-15", **given}) for given, _faults in sent]
    assert outcome(*rows) == [faults for _given, faults in sent]


def test_a_week_is_that_of_iso_8601(nation: Area) -> None:
    IndicatorFactory.create(code="share", frequency="week")
    by = UserFactory.create(is_superuser=True)
    found = record_reading(row(period="2026-W12"), by=by).reading
    assert (found.first_day, found.last_day) == (date(2026, 3, 16), date(2026, 3, 22))
    [faults] = outcome(row(period="2025-W53"))
    assert faults == [("invalid_period", "period")]


def test_published_before_the_periods_end_is_asked_about(nation: Area, client: Client) -> None:
    IndicatorFactory.create(code="share")
    client.force_login(UserFactory.create(is_superuser=True))
    today = clock.today()
    sent = row(period=str(today.year), published_on=today.isoformat())
    answer = client.post(
        "/api/v1/readings/?warnings=true", sent, content_type="application/json"
    ).json()
    assert [w["code"] for w in answer["warnings"]] == ["published_before_end"]
    form = {
        "area": "VN",
        "period": str(today.year),
        "value": "15",
        "obs_status": "A",
        "published_on": today.isoformat(),
    }
    page = client.post("/indicators/share/new/", form)
    assert page.context["asked"]
    again = client.post("/indicators/share/new/", {**form, "confirmed": page.context["asked"]})
    assert again.status_code == 302


@pytest.mark.parametrize(
    "source",
    ["Cục Thống kê\u200b ", "\ufeffCục\u00a0Thống kê", "Cục Thố\u00adng kê", "Cu\u0323c Thống kê"],
)
def test_text_is_kept_without_what_nobody_sees(nation: Area, source: str) -> None:
    IndicatorFactory.create(code="share")
    by = UserFactory.create(is_superuser=True)
    assert record_reading(row(source=source), by=by).reading.source == "Cục Thống kê"


def test_every_published_row_of_the_reference_data_may_be() -> None:
    load_areas()
    load_indicators()
    load_readings()
    assert len(read_table("reference/readings")) == Reading.objects.count()
    for found in Reading.objects.exclude(period="").select_related("indicator", "area"):
        period = parse_period(found.period)
        assert fits(
            found.indicator,
            found.area,
            period,
            base=found.base,
            status=found.obs_status,
            published_on=found.published_on,
        ), found
