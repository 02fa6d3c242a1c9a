"""``/api/v1/charts/``: figures for our pages and for whoever draws them elsewhere."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client, override_settings
from plotly import graph_objects as go

from core.queue.recalculation import touch_generation
from dashboards.charts import registry
from tests.dashboards.conftest import Give, Place, indicator_of
from tests.factories import (
    AgencyFactory,
    CommuneFactory,
    ObstacleFactory,
    ProvinceFactory,
    TargetFactory,
    api_key,
    bearer,
    reading,
)

CHARTS = "/api/v1/charts/"
Get = Callable[..., Any]


@pytest.fixture
def get(client: Client, place: Place) -> Get:
    client.force_login(place.viewer)

    def ask(name: str, headers: dict[str, str] | None = None, **query: str) -> Any:
        return client.get(f"{CHARTS}{name}/", query, headers=headers or {})

    return ask


def _faults(response: Any) -> list[tuple[str, str]]:
    assert response["Content-Type"] == "application/problem+json"
    return [(fault["pointer"], fault["code"]) for fault in response.json()["errors"]]


def test_the_list_names_every_chart_and_its_parameters(get: Get, client: Client) -> None:
    body = client.get(CHARTS).json()
    assert [(chart["name"], chart["parameters"]) for chart in body["results"]] == [
        ("completion-over-time", ["plan", "area", "as_of", "known_at"]),
        ("completion-by-group", ["plan", "area", "as_of", "known_at"]),
        ("completion-by-agency", ["plan", "area", "as_of", "known_at"]),
        ("target-path", ["target", "as_of", "known_at"]),
        ("indicator-series", ["indicator", "area", "as_of", "known_at"]),
        ("targets-lag", ["as_of", "known_at"]),
        ("delay-by-age", ["area", "as_of", "known_at"]),
        ("due-by-week", ["area", "as_of", "known_at"]),
        ("obstacles", ["area", "as_of", "known_at"]),
        ("ranks", ["as_of", "known_at"]),
        ("communes-by-group", ["plan", "area", "phase", "as_of", "known_at"]),
        ("reporting-on-time", ["plan", "area", "as_of", "known_at"]),
    ]


@pytest.mark.parametrize("name", registry.CHARTS)
def test_every_parameter_a_chart_names_is_understood(get: Get, name: str) -> None:
    body = get(name, **dict.fromkeys(registry.CHARTS[name].takes, "1")).content
    assert b"unknown_parameter" not in body


@pytest.mark.parametrize("name", ["over-time", "by-group", "by-agency"])
def test_completion_is_drawn_as_of_a_day(
    get: Get, give: Give, settle: Callable[[], object], name: str
) -> None:
    give(done=date(2025, 9, 1))
    settle()
    figures = [
        get(f"completion-{name}", plan="305-KH/TU", area="40", as_of=day).json()
        for day in ("2025-11-15", "2025-08-01")
    ]
    assert figures[0]["data"] != figures[1]["data"]
    for figure in figures:
        go.Figure(figure)


def test_the_path_of_a_target_and_the_series_of_its_indicator_are_drawn(
    get: Get, place: Place, settle: Callable[[], object]
) -> None:
    target = TargetFactory.create(plan=place.plan, code="305-1")
    for period, value in (("2020", "12"), ("2024", "18.3")):
        reading(indicator_of(target), place.area, period, value)
    settle()
    path = get("target-path", target="305-1").json()
    series = get("indicator-series", indicator=indicator_of(target).code, area="40").json()
    assert path["data"][-1]["y"] == series["data"][-1]["y"] == [12, 18.3]


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("targets-lag", {}),
        ("delay-by-age", {"area": "40"}),
        ("due-by-week", {}),
        ("obstacles", {}),
        ("ranks", {}),
        ("communes-by-group", {"plan": "305-KH/TU"}),
        ("reporting-on-time", {"plan": "305-KH/TU"}),
    ],
)
def test_every_chart_is_drawn_in_the_readers_language_and_kept(
    get: Get, give: Give, settle: Callable[[], object], name: str, query: dict[str, str]
) -> None:
    commune = AgencyFactory.create(area=CommuneFactory.create())
    give(date(2025, 11, 1))
    give(date(2025, 11, 20))
    give(agency=commune)
    ObstacleFactory.create(assignment=give())
    settle()
    day = {"as_of": "2025-11-15", **query}
    vietnamese = get(name, {"Accept-Language": "vi"}, **day)
    english = get(name, {"Accept-Language": "en"}, **day)
    go.Figure(vietnamese.json())
    titles = [one.json()["layout"].get("meta", {}).get("title") for one in (vietnamese, english)]
    assert titles == [None, None] or titles[0] != titles[1]
    again = get(name, {"Accept-Language": "vi", "If-None-Match": vietnamese["ETag"]}, **day)
    assert again.status_code == 304


def test_nothing_changed_is_answered_with_304(get: Get, place: Place) -> None:
    etag = get("completion-by-group", plan="305-KH/TU")["ETag"]
    again = get("completion-by-group", {"If-None-Match": etag}, plan="305-KH/TU")
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)


def test_new_snapshots_make_a_new_answer(
    get: Get, give: Give, settle: Callable[[], object]
) -> None:
    before = get("completion-by-group", plan="305-KH/TU")
    give()
    settle()
    etag = {"If-None-Match": before["ETag"]}
    assert get("completion-by-group", etag, plan="305-KH/TU").status_code == 200


def test_the_answer_is_in_the_readers_language(get: Get, place: Place) -> None:
    english = get("completion-by-group", {"Accept-Language": "en"}, plan="305-KH/TU")
    vietnamese = get("completion-by-group", {"Accept-Language": "vi"}, plan="305-KH/TU")
    assert english.json()["data"][0]["name"] == "Completed"
    assert vietnamese.json()["data"][0]["name"] == "Hoàn thành"
    assert english["ETag"] != vietnamese["ETag"]


@pytest.mark.parametrize(
    ("name", "query", "fault"),
    [
        ("completion-by-group", {}, ("/plan", "required")),
        ("completion-by-group", {"plan": "1/KH"}, ("/plan", "unknown_plan")),
        ("completion-by-group", {"plan": "305-KH/TU", "area": "xx"}, ("/area", "unknown_area")),
        (
            "completion-by-group",
            {"plan": "305-KH/TU", "as_of": "15.11.2025"},
            ("/as_of", "invalid_date"),
        ),
        (
            "completion-by-group",
            {"plan": "305-KH/TU", "as_of": "2999-01-01"},
            ("/as_of", "future_date"),
        ),
        (
            "completion-by-group",
            {"plan": "305-KH/TU", "plann": "1"},
            ("?plann", "unknown_parameter"),
        ),
        ("target-path", {}, ("/target", "required")),
        ("target-path", {"target": "x"}, ("/target", "unknown_target")),
        ("indicator-series", {"indicator": "x"}, ("/indicator", "unknown_indicator")),
    ],
)
def test_a_wrong_parameter_is_named(
    get: Get, name: str, query: dict[str, str], fault: tuple[str, str]
) -> None:
    response = get(name, **query)
    assert response.status_code in {400, 404}
    assert _faults(response) == [fault]


def test_an_unknown_chart_is_a_404_problem(get: Get) -> None:
    response = get("pie")
    assert (response.status_code, _faults(response)) == (404, [("", "not_found")])


def test_nobody_draws_without_signing_in(client: Client, place: Place) -> None:
    assert client.get(CHARTS).status_code == 401
    assert client.get(f"{CHARTS}completion-by-group/?plan=305-KH/TU").status_code == 401


def test_a_key_draws_the_areas_of_its_scope_only(client: Client, place: Place) -> None:
    own = bearer(api_key(area=place.area, can_write=False))
    other = bearer(api_key(area=ProvinceFactory.create(code="01"), can_write=False))
    url = f"{CHARTS}completion-by-group/?plan=305-KH/TU"
    assert client.get(url, headers=own).status_code == 200
    assert client.get(url, headers=other).status_code == 404


def test_a_generation_alone_does_not_change_the_figure(get: Get, place: Place) -> None:
    etag = get("completion-by-group", plan="305-KH/TU")["ETag"]
    touch_generation()
    again = get("completion-by-group", {"If-None-Match": etag}, plan="305-KH/TU")
    assert again.status_code == 304


def test_each_point_leads_to_as_many_rows_on_its_day(
    get: Get, client: Client, give: Give, settle: Callable[[], object]
) -> None:
    give(date(2025, 7, 1), done=date(2025, 9, 1))
    give(date(2025, 7, 1))
    settle()
    traces = get("completion-over-time", plan="305-KH/TU", as_of="2025-11-15").json()["data"]
    assert len(traces) == 3
    for trace in traces:
        for count, url in zip(trace["y"], trace["customdata"], strict=True):
            assert client.get(url).context["listing"].total == abs(count), url


@override_settings(R57_PUBLIC_DASHBOARDS=True)
def test_no_point_leads_a_stranger_to_the_page_of_signing_in(
    give: Give, settle: Callable[[], object]
) -> None:
    give(done=date(2025, 9, 1))
    settle()
    answer = Client().get(f"{CHARTS}completion-over-time/", {"plan": "305-KH/TU"})
    assert not any(url for trace in answer.json()["data"] for url in trace["customdata"])
