"""Readings become vintages: created, revised, unchanged, withdrawn, and never overwritten."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest
from pytest_django import DjangoAssertNumQueries

from core.calendar import clock
from core.errors import Refused
from core.models import ApiClient, AuditEvent, Recalculation
from indicators.models import ClientScope, Indicator, Reading
from indicators.recording import services
from indicators.recording.services import Recorded, record_reading
from indicators.recording.validation import ReadingDraft, read_reading
from provinces.models import Area
from tests.factories import (
    AgencyFactory,
    ApiClientFactory,
    IndicatorFactory,
    NationFactory,
    ProvinceFactory,
    UserFactory,
    member,
)

pytestmark = pytest.mark.django_db

JANUARY, MARCH = date(2026, 1, 6), date(2026, 3, 1)


@pytest.fixture
def nation() -> Area:
    return NationFactory.create()


@pytest.fixture
def indicator() -> Indicator:
    return IndicatorFactory.create(code="share")


@pytest.fixture
def system(nation: Area, indicator: Indicator) -> ApiClient:
    """A connected system that may do everything."""
    client = ApiClientFactory.create()
    ClientScope.objects.create(client=client, can_write=True)
    return client


def send(system: ApiClient, value: object = "14.02", **fields: object) -> Recorded:
    document = {"indicator": "share", "area": "VN", "period": "2025", "value": value, **fields}
    return record_reading(document, by=system)


def read_all(documents: list[dict[str, str]], system: ApiClient) -> list[ReadingDraft]:
    catalogue = services.catalogue_of(documents, system)
    return [read_reading(document, catalogue, clock.today()) for document in documents]


def in_force(day: date | None = None) -> list[str]:
    rows = Reading.objects.as_of(day or clock.today()).order_by("last_day")
    return [row.value_text for row in rows]


def test_the_first_figure_is_created(system: ApiClient) -> None:
    recorded = send(system, "14.020", published_on="2026-01-06")
    reading = Reading.objects.get()
    assert (recorded.result, recorded.reading) == ("created", reading)
    assert (reading.value, reading.value_text) == (Decimal("14.020"), "14.020")
    assert (reading.revision, reading.recorded_by_client) == (1, system)


def test_another_figure_is_a_revision_and_the_first_one_stays(system: ApiClient) -> None:
    send(system, "14.02")
    assert send(system, "14.10").result == "revised"
    assert list(Reading.objects.order_by("revision").values_list("value_text", "revision")) == [
        ("14.02", 1),
        ("14.10", 2),
    ]


def test_the_same_number_again_changes_nothing(system: ApiClient) -> None:
    first = send(system, "14.02")
    again = send(system, "14.020", source="Another page")
    assert (again.result, again.reading) == ("unchanged", first.reading)
    assert Reading.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [{"obs_status": "P"}, {"value_qualifier": "~"}, {"rank": 3}, {"rank": 3, "rank_of": 9}],
)
def test_another_status_qualifier_or_rank_is_a_revision(
    system: ApiClient, change: dict[str, object]
) -> None:
    send(system)
    assert send(system, **change).result == "revised"


def test_there_and_back_on_one_day_is_three_vintages(system: ApiClient) -> None:
    results = [send(system, value).result.value for value in ("14", "15", "14", "14")]
    assert results == ["created", "revised", "revised", "unchanged"]
    assert in_force() == ["14"]


def test_an_older_publication_does_not_replace_a_newer_one(system: ApiClient) -> None:
    send(system, "15", published_on=MARCH.isoformat())
    assert send(system, "14", published_on=JANUARY.isoformat()).result == "revised"
    assert (in_force(), in_force(JANUARY)) == (["15"], ["14"])


def test_a_day_shows_what_was_published_by_then(system: ApiClient) -> None:
    send(system, "14", published_on=JANUARY.isoformat())
    send(system, "15", published_on=MARCH.isoformat())
    days = [JANUARY - timedelta(1), JANUARY, MARCH - timedelta(1), MARCH]
    assert [in_force(day) for day in days] == [[], ["14"], ["14"], ["15"]]


def test_what_was_known_at_a_moment_leaves_out_what_was_recorded_later(system: ApiClient) -> None:
    send(system, "14", published_on=JANUARY.isoformat())
    moment = clock.now()
    send(system, "15", published_on=JANUARY.isoformat())
    known = Reading.objects.as_of(MARCH, known_at=moment)
    assert [row.value_text for row in known] == ["14"]


def test_a_filter_after_as_of_brings_no_older_vintage_to_the_top(system: ApiClient) -> None:
    send(system, "14", obs_status="E")
    send(system, "15", obs_status="A")
    assert not Reading.objects.as_of(clock.today()).filter(obs_status="E").exists()


def test_a_withdrawn_figure_is_a_vintage_without_value(system: ApiClient) -> None:
    send(system)
    recorded = send(system, None, obs_status="O", note="Công bố nhầm")
    assert (recorded.result, recorded.reading.value) == ("revised", None)
    assert send(system, None, obs_status="O", note="Công bố nhầm").result == "unchanged"


def test_figures_of_63_and_34_provinces_are_two_series(system: ApiClient) -> None:
    ProvinceFactory.create()
    for base in (63, 34):
        assert send(system, area="40", base=base).result == "created"


def test_a_figure_of_63_provinces_is_kept_with_the_former_unit(system: ApiClient) -> None:
    heir = ProvinceFactory.create(code="15", merged_on=date(2025, 7, 1))
    former = ProvinceFactory.create(
        code="63-yen-bai", official_code="15", is_active=False, successor=heir
    )
    assert send(system, area="15", period="2024", base=63).reading.area == former
    assert not heir.readings.exists()


def test_a_write_leaves_one_audit_event_and_one_mark(
    system: ApiClient, indicator: Indicator, nation: Area
) -> None:
    send(system, "14", published_on=JANUARY.isoformat())
    send(system, "15", published_on=MARCH.isoformat())
    event = AuditEvent.objects.order_by("-id")[0]
    assert (event.action, event.client, AuditEvent.objects.count()) == (
        "reading.revised",
        system,
        2,
    )
    assert event.before is not None
    assert event.after is not None
    assert (event.before["value"], event.after["value"]) == ("14", "15")
    mark = Recalculation.objects.order_by("-id")[0]
    key = f"{indicator.pk}:{nation.pk}"
    assert (mark.kind, mark.key, mark.since) == ("reading", key, MARCH)


def test_what_changes_nothing_leaves_no_trace(system: ApiClient) -> None:
    send(system)
    send(system)
    assert (AuditEvent.objects.count(), Recalculation.objects.count()) == (1, 1)


def test_a_dry_run_says_what_would_happen_and_writes_nothing(system: ApiClient) -> None:
    document = {"indicator": "share", "area": "VN", "period": "2025", "value": "14"}
    assert record_reading(document, by=system, dry_run=True).result == "created"
    tables = (Reading, AuditEvent, Recalculation)
    assert [table._default_manager.count() for table in tables] == [0, 0, 0]


def test_a_reading_costs_few_queries(
    system: ApiClient, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    # Scope, indicator, area; vintages, reading, audit event, mark; two savepoints, opened and
    # released.
    with django_assert_num_queries(11):
        send(system)


def test_many_drafts_cost_no_more_queries_than_one(
    system: ApiClient, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    documents = [
        {"indicator": "share", "area": "VN", "period": str(year), "value": "1"}
        for year in range(1950, 1990)
    ]
    drafts = read_all(documents, system)
    with django_assert_num_queries(8):
        recorded = services.record_readings(drafts, by=system)
    assert {item.result.value for item in recorded} == {"created"}
    assert Reading.objects.count() == len(documents)


def test_two_drafts_of_one_figure_follow_each_other(system: ApiClient) -> None:
    documents = [
        {"indicator": "share", "area": "VN", "period": "2025", "value": value}
        for value in ("14", "15", "15")
    ]
    drafts = read_all(documents, system)
    results = [item.result.value for item in services.record_readings(drafts, by=system)]
    assert results == ["created", "revised", "unchanged"]


def nothing_yet(
    drafts: Sequence[ReadingDraft],
) -> defaultdict[services.FigureSeries, list[Reading]]:
    """What a writer saw who read before the other one had committed."""
    return defaultdict(list)


def test_who_comes_second_at_the_same_moment_follows_the_first(
    system: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(system, "14")
    reads = iter([nothing_yet, services._vintages])

    def next_read(
        drafts: Sequence[ReadingDraft],
    ) -> defaultdict[services.FigureSeries, list[Reading]]:
        return next(reads)(drafts)

    monkeypatch.setattr(services, "_vintages", next_read)
    recorded = send(system, "15")
    assert (recorded.result, recorded.reading.revision) == ("revised", 2)
    assert list(reads) == []


def test_who_never_gets_a_turn_is_told_to_send_again(
    system: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(system, "14")
    monkeypatch.setattr(services, "_vintages", nothing_yet)
    assert refusal(system, value="15") == (503, "busy", "")
    assert in_force() == ["14"]


# Who may ------------------------------------------------------------------------------------


def refusal(system: ApiClient, **fields: object) -> tuple[int, str, str]:
    with pytest.raises(Refused) as caught:
        send(system, **fields)
    fault = caught.value.faults[0]
    return int(caught.value.status), fault.code, fault.pointer


def limited(indicator: Indicator | None, area: Area | None, *, can_write: bool) -> ApiClient:
    client = ApiClientFactory.create()
    ClientScope.objects.create(client=client, indicator=indicator, area=area, can_write=can_write)
    return client


def test_a_system_that_may_only_read_is_refused(nation: Area, indicator: Indicator) -> None:
    reader = limited(indicator, nation, can_write=False)
    assert refusal(reader) == (403, "not_in_scope", "")


def test_an_indicator_out_of_sight_is_as_unknown_as_one_that_is_not_there(
    nation: Area, indicator: Indicator
) -> None:
    other = limited(IndicatorFactory.create(), None, can_write=True)
    assert (
        refusal(other)
        == refusal(other, indicator="no_such")
        == (
            404,
            "unknown_indicator",
            "/indicator",
        )
    )


def test_an_area_out_of_sight_is_unknown(nation: Area, indicator: Indicator) -> None:
    local = limited(indicator, ProvinceFactory.create(), can_write=True)
    assert refusal(local) == refusal(local, area="99") == (404, "unknown_area", "/area")
    assert send(local, area="40").result == "created"


def test_an_area_reaches_the_units_merged_into_it(nation: Area, indicator: Indicator) -> None:
    heir = ProvinceFactory.create(code="15", merged_on=date(2025, 7, 1))
    ProvinceFactory.create(code="63-yen-bai", official_code="15", is_active=False, successor=heir)
    local = limited(indicator, heir, can_write=True)
    assert send(local, area="15", period="2024", base=63).result == "created"


def test_whoever_sees_everything_is_told_of_a_bad_request(system: ApiClient) -> None:
    assert refusal(system, indicator="no_such") == (400, "unknown_indicator", "/indicator")


def test_an_officer_records_what_their_agency_owns(nation: Area, indicator: Indicator) -> None:
    indicator.owner = AgencyFactory.create()
    indicator.save()
    officer = member(UserFactory.create(), "officer", indicator.owner)
    document = {"indicator": "share", "area": "VN", "period": "2025", "value": "1"}
    assert record_reading(document, by=officer).reading.recorded_by_user == officer
    with pytest.raises(Refused, match="not_in_scope"):
        record_reading(document, by=UserFactory.create())


def test_a_disabled_system_records_nothing(system: ApiClient) -> None:
    system.is_active = False
    assert refusal(system) == (403, "not_in_scope", "")
    assert not Reading.objects.exists()
