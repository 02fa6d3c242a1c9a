"""``GET /changes/``: whoever follows the cursor sees each change once, in order."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.calendar import clock
from core.queue import feed, recalculation
from indicators.models import Indicator, Reading
from provinces.models import Area
from tests.api.conftest import Post, problem
from tests.api.follower import CHANGES, Follower, Row
from tests.factories import ProvinceFactory, TargetFactory, api_key, bearer, reading

pytestmark = pytest.mark.django_db


@pytest.fixture
def system(client: Client, key: str) -> Follower:
    return Follower(client, headers=bearer(key))


def test_a_reading_comes_as_its_own_address_shows_it(
    system: Follower, post: Post, document: Row
) -> None:
    sent = post(document).json()["reading"]
    [change] = system.news()
    assert (change["kind"], change["object"]) == ("reading", sent)
    assert system.news() == []


def test_every_vintage_comes_once_in_the_order_in_which_they_were_settled(
    system: Follower, post: Post, document: Row
) -> None:
    for value in ("14.02", "14.5", "15"):
        post({**document, "value": value})
        recalculation.drain()
    post({**document, "value": "15"})  # Says nothing new.
    post({**document, "period": "2024"})
    values = [(row["object"]["period"], row["object"]["value"]) for row in system.news()]
    assert values == [("2025", "14.02"), ("2025", "14.5"), ("2025", "15"), ("2024", "14.02")]


def test_an_assessment_comes_when_it_becomes_another_and_only_then(
    system: Follower, post: Post, document: Row
) -> None:
    sent = post(document).json()["reading"]
    made = Reading.objects.get()
    target = TargetFactory.create(indicator=made.indicator, area=made.area)
    recalculation.mark("target", [target.pk], since=clock.today())
    system.news()
    recalculation.mark("target", [target.pk], since=clock.today())
    assert system.news() == []
    post({**document, "value": "99"})
    kinds = {row["kind"]: row["object"] for row in system.news()}
    assert kinds.keys() == {"reading", "assessment"}
    assert kinds["assessment"]["target"] == target.code
    assert sent["value"] != kinds["assessment"]["reading"]["value"] == "99"


def test_what_a_caller_does_not_see_is_passed_over_and_the_cursor_goes_on(
    client: Client, key: str, post: Post, document: Row
) -> None:
    elsewhere = Follower(client, headers=bearer(api_key(area=ProvinceFactory.create())))
    everything = Follower(client, headers=bearer(key))
    post(document)
    assert elsewhere.news() == []
    assert len(everything.news()) == 1
    assert elsewhere.cursor == everything.cursor


def test_a_recalculation_of_everything_loses_no_row_and_repeats_none(
    system: Follower, post: Post, document: Row
) -> None:
    post(document)
    call_command("recalculate", "--all")
    assert [row["kind"] for row in system.news()] == ["reading"]
    call_command("recalculate", "--all")
    assert [row["kind"] for row in system.news()] == []


def test_a_cursor_that_was_never_given_is_refused(system: Follower) -> None:
    for sent in ("999999", "x", "-1"):
        answer = system.client.get(CHANGES, {"since": sent}, **system.headers)
        assert problem(answer)["errors"][0]["pointer"] == "/since"
        assert answer.status_code == 400


def test_who_was_away_too_long_is_told_to_read_the_lists_again(
    system: Follower, post: Post, document: Row, monkeypatch: pytest.MonkeyPatch
) -> None:
    for period in ("2020", "2021", "2022"):
        post({**document, "period": period})
    first = system.cursor
    system.news()
    later = clock.now() + feed.KEPT + timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert feed.forget_old() == 2
    answer = system.client.get(CHANGES, {"since": first}, **system.headers)
    assert answer.status_code == 410
    assert problem(answer)["errors"][0]["code"] == "cursor_expired"
    post({**document, "period": "2023"})
    assert [row["object"]["period"] for row in system.news()] == ["2023"]


def test_a_long_page_takes_as_many_queries_as_a_short_one(
    system: Follower, indicator: Indicator, nation: Area
) -> None:
    counts = []
    for many in (1, 40):
        for n in range(many):
            reading(indicator, nation, f"{1960 + many + n}", "1")
        recalculation.mark("reading", [f"{indicator.pk}:{nation.pk}"], since=clock.today())
        recalculation.drain()
        with CaptureQueriesContext(connection) as queries:
            page = system.page(since=system.cursor, page_size=100)
        assert len(page["results"]) == many
        system.cursor = page["cursor"]
        counts.append(len(queries))
    assert counts[0] == counts[1]
