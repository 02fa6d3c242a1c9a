"""Figures are what Plotly takes, and show what they should."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation
from plotly import graph_objects as go

from dashboards.charts import base, completion, paths
from dashboards.charts.base import Figure, empty
from dashboards.pages.indicators import DrawnSeries, SeriesPoint
from dashboards.pages.target import Path, PathPoint
from dashboards.sums.series import SeriesStep
from tasks.completion.counts import Counts

STEPS = (
    SeriesStep(date(2025, 3, 1), completed=0, overdue=0, total=3, due=0),
    SeriesStep(date(2025, 6, 1), completed=1, overdue=1, total=3, due=2),
)
PARTS = [
    ("Sở Nội vụ", Counts(completed_on_time=2, in_progress_overdue=1)),
    ("Sở KH&CN", Counts(completed_on_time=1, not_started_overdue=3, in_progress_on_schedule=1)),
]


def _path(**fields: Any) -> Path:
    given = {
        "required": (
            PathPoint(date(2020, 12, 31), Decimal("12.66")),
            PathPoint(date(2030, 12, 31), Decimal(30)),
        ),
        "readings": (
            PathPoint(date(2020, 12, 31), Decimal("12.66"), "2020"),
            PathPoint(date(2025, 12, 31), Decimal("14.02"), "2025", is_provisional=True),
        ),
        "goal": Decimal(30),
        "goal_far": None,
        "goal_words": "tối thiểu 30% GDP",
        "horizon": date(2030, 12, 31),
        "projected": Decimal("15.38"),
        "unit": "% GDP",
        "is_rank": False,
    }
    return Path(**{**given, **fields})


def _series(base: int = 0) -> DrawnSeries:
    point = SeriesPoint(date(2024, 12, 31), Decimal("1.5"), "2024", is_provisional=False)
    return DrawnSeries("Việt Nam", "VN", base, (point,))


FIGURES = [
    completion.completion_over_time(STEPS),
    completion.completion_over_time(()),
    completion.completion_by_group(PARTS),
    completion.completion_by_agency(PARTS),
    completion.completion_by_agency([]),
    paths.target_path(_path()),
    paths.target_path(_path(required=(), goal=None, projected=None)),
    paths.target_path(_path(goal_far=Decimal(40), is_rank=True)),
    paths.indicator_series([_series(63), _series(34)], "%", is_rank=False),
    paths.indicator_series([], "%", is_rank=True),
    empty(),
]


@pytest.mark.parametrize("figure", FIGURES)
def test_plotly_takes_every_figure(figure: Figure) -> None:
    go.Figure(figure)


@pytest.mark.parametrize("figure", FIGURES)
def test_no_label_carries_markup_that_becomes_an_inline_style(figure: Figure) -> None:
    assert not any(tag in json.dumps(figure) for tag in ("<b>", "<i>", "<span", "<a "))


def test_completed_and_fallen_due_are_steps_with_the_gap_filled() -> None:
    due, completed, overdue = completion.completion_over_time(STEPS)["data"]
    assert (due["y"], completed["y"]) == ([0, 2], [0, 1])
    assert {due["line"]["shape"], completed["line"]["shape"]} == {"hv"}
    assert completed["fill"] == "tonexty"
    assert overdue["y"] == [-step.overdue for step in STEPS]


def test_overdue_lies_left_of_zero_and_the_latest_agency_on_top() -> None:
    figure = completion.completion_by_agency(PARTS)
    overdue = figure["data"][0]
    assert overdue["y"] == ["Sở KH&amp;CN", "Sở Nội vụ"]
    assert overdue["x"] == [-3, -1]
    assert overdue["text"] == ["3", "1"]


@pytest.mark.parametrize("draw", [completion.completion_by_group, completion.completion_by_agency])
def test_the_squares_of_the_key_have_the_colours_of_the_bars(draw: Any) -> None:
    figure = draw(PARTS)
    notes = figure["layout"]["annotations"]
    squares = {note["font"]["color"] for note in notes if note["text"] == "■"}
    assert squares == {trace["marker"]["color"] for trace in figure["data"]}


def test_a_provisional_reading_is_hollow_and_the_projection_dashed() -> None:
    traces = {trace["name"]: trace for trace in paths.target_path(_path())["data"]}
    assert traces["Số liệu"]["marker"]["color"] == ["#1b5e9e", "#ffffff"]
    assert traces["Dự báo theo xu thế"]["line"]["dash"] == "dash"
    assert traces["Dự báo theo xu thế"]["y"] == [14.02, 15.38]


def test_the_goal_is_a_line_or_a_band_with_its_words() -> None:
    line, band = paths.target_path(_path()), paths.target_path(_path(goal_far=Decimal(40)))
    assert line["layout"]["shapes"][0]["type"] == "line"
    assert (band["layout"]["shapes"][0]["y0"], band["layout"]["shapes"][0]["y1"]) == (30, 40)
    assert "tối thiểu 30% GDP" in {note["text"] for note in line["layout"]["annotations"]}


def test_a_better_rank_is_drawn_higher() -> None:
    first, last = paths.target_path(_path(is_rank=True))["layout"]["yaxis"]["range"]
    assert first > last


def test_bases_are_never_joined_in_one_line() -> None:
    figure = paths.indicator_series([_series(63), _series(34)], "%", is_rank=False)
    assert len(figure["data"]) == 2
    notes = [note["text"] for note in figure["layout"]["annotations"]]
    assert notes == ["1,5 (trên 63 tỉnh, thành phố)", "1,5 (trên 34 tỉnh, thành phố)"]


def test_figures_are_written_as_the_reader_writes_them() -> None:
    assert empty()["layout"]["separators"] == ",."
    with translation.override("en"):
        assert empty()["layout"]["separators"] == ".,"


def test_names_from_outside_reach_plotly_as_text() -> None:
    figure = completion.completion_by_group([('<a href="javascript:x">Sở</a>', Counts(ongoing=1))])
    assert figure["data"][0]["y"] == ["&lt;a href=&quot;javascript:x&quot;&gt;Sở&lt;/a&gt;"]


def test_ranks_and_counts_have_whole_numbers_at_their_axis() -> None:
    for least, most in ((61, 64), (1, 3), (0, 0), (1, 63), (0, 53_136)):
        step = base.whole_axis(least, most)["dtick"]
        assert isinstance(step, int)
        assert step >= 1
        assert (most - least) / step <= 6
    assert isinstance(paths.target_path(_path(is_rank=True))["layout"]["yaxis"]["dtick"], int)
    ranks = paths.indicator_series([_series(63)], "", is_rank=True)
    assert isinstance(ranks["layout"]["yaxis"]["dtick"], int)
    assert isinstance(completion.completion_over_time(STEPS)["layout"]["yaxis"]["dtick"], int)


def test_large_counts_are_grouped() -> None:
    bars = completion.completion_by_group([("1. Thể chế", Counts(completed_on_time=3540))])
    assert bars["data"][0]["text"] == ["3.540"]
