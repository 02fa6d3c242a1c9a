"""Figures are what Plotly takes, and show what they should."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation
from plotly import graph_objects as go

from dashboards.charts import bars, base, completion, moves, paths
from dashboards.charts.base import Figure, empty
from dashboards.frame.places import Place
from dashboards.pages.indicators import DrawnSeries, SeriesPoint
from dashboards.pages.target import Path, PathPoint
from dashboards.sums.series import SeriesStep
from dashboards.work.finding import Bar, BarSeries, Counted, Finding
from dashboards.work.ranks import RankLine, Ranks
from tasks.completion.counts import Counts
from tasks.completion.forecast import Expectation
from tests.dashboards.conftest import DAY

STEPS = (
    SeriesStep(date(2025, 3, 1), completed=0, overdue=0, total=3, due=0),
    SeriesStep(date(2025, 6, 1), completed=1, overdue=1, total=3, due=2),
)
ROWS = "/tasks/?area=40"
PARTS = [
    ("Sở Nội vụ", Counts(completed_on_time=2, in_progress_overdue=1), ROWS),
    (
        "Sở KH&CN",
        Counts(completed_on_time=1, not_started_overdue=3, in_progress_on_schedule=1),
        ROWS,
    ),
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


def _bar(label: str, *counts: int | Counted) -> Bar:
    return Bar(label, tuple(one if isinstance(one, Counted) else Counted(one) for one in counts))


AHEAD = (Expectation(date(2025, 6, 30), low=1, middle=2, high=3),)
LYING = Finding(
    "obstacles",
    "Vướng ở đâu?",
    "Nhân lực: 26",
    "Vướng mắc",
    (BarSeries("Mở", "warn"), BarSeries("Đã giải quyết", "done")),
    (_bar("Nhân lực", 26, 10), _bar("Hạ tầng", 21, 8)),
)
UPRIGHT = Finding(
    "due-by-week",
    "Sắp tới?",
    "22",
    "Tuần từ",
    (BarSeries("Đến hạn", "warn"),),
    (
        _bar("15/11", Counted(7, "/tasks/?due_from=1")),
        _bar("22/11", Counted(68, "/tasks/?due_from=2", "68,2% (15/22)")),
    ),
    is_upright=True,
)
AGENCIES = Finding(
    "completion-by-agency",
    "Của ai?",
    "Sở KH&CN giữ 3 trong 4",
    "Cơ quan",
    (BarSeries("Quá hạn", "bad"), BarSeries("Hoàn thành", "done"), BarSeries("Trong hạn", "good")),
    (_bar("Sở KH&CN", 3, 1, 1), _bar("Sở Nội vụ", 1, 2, 0)),
)


def _place(code: str, name: str) -> Place:
    return Place(code, f"VN/{code}/", name, name, name, name, name)


RANKS = Ranks(
    (date(2025, 9, 15), date(2025, 10, 15), date(2025, 11, 15)),
    (
        RankLine(_place("40", "Nghệ An"), (2, 2, 1)),
        RankLine(_place("01", "Hà Nội"), (1, 1, 2)),
    ),
)


def _series(base: int = 0) -> DrawnSeries:
    point = SeriesPoint(date(2024, 12, 31), Decimal("1.5"), "2024", is_provisional=False)
    return DrawnSeries("Việt Nam", "VN", base, (point,))


FIGURES = [
    completion.completion_over_time(STEPS),
    completion.completion_over_time(()),
    completion.completion_by_group(PARTS),
    completion.completion_over_time(STEPS, AHEAD),
    bars.bars(LYING, DAY),
    bars.bars(UPRIGHT, DAY),
    bars.bars(replace(LYING, bars=()), DAY),
    bars.overdue_left(AGENCIES, DAY),
    bars.overdue_left(replace(AGENCIES, bars=()), DAY),
    moves.ranks(RANKS),
    moves.ranks(Ranks(RANKS.days, ())),
    paths.target_path(_path(), ROWS),
    paths.target_path(_path(required=(), goal=None, projected=None), ROWS),
    paths.target_path(_path(goal_far=Decimal(40), is_rank=True), ROWS),
    paths.indicator_series([_series(63), _series(34)], "%", ROWS, is_rank=False),
    paths.indicator_series([], "%", ROWS, is_rank=True),
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


def test_what_is_to_come_is_a_band_from_the_last_figure_with_its_two_numbers() -> None:
    figure = completion.completion_over_time(STEPS, AHEAD)
    low, high, median = figure["data"][3:]
    assert (low["y"], high["y"], median["y"]) == ([1, 1], [1, 3], [1, 2])
    assert (high["fill"], median["line"]["dash"]) == ("tonexty", "dash")
    assert "Dự báo 1–3" in {note["text"] for note in figure["layout"]["annotations"]}


def test_labels_that_would_meet_step_down() -> None:
    assert base.spread([80, 81, 20], least=5) == [76, 81, 20]


def test_overdue_lies_left_of_zero_and_the_words_have_the_colours_of_the_bars() -> None:
    figure = bars.overdue_left(AGENCIES, DAY)
    overdue = figure["data"][0]
    assert overdue["y"] == ["Sở KH&amp;CN", "Sở Nội vụ"]
    assert overdue["x"] == [-3, -1]
    assert overdue["text"] == ["3", "1"]
    words = {note["text"]: note["font"]["color"] for note in figure["layout"]["annotations"]}
    assert words == {one["name"]: one["marker"]["color"] for one in figure["data"]}


def test_series_side_by_side_have_one_scale_and_their_words_above() -> None:
    figure = bars.bars(LYING, DAY)
    scales = [figure["layout"][axis]["range"] for axis in ("xaxis", "xaxis2")]
    assert scales[0] == scales[1]
    assert [note["text"] for note in figure["layout"]["annotations"]] == ["Mở", "Đã giải quyết"]


def test_each_bar_leads_to_its_rows_and_the_figure_says_its_finding() -> None:
    figure = bars.bars(UPRIGHT, DAY)
    assert figure["data"][0]["customdata"] == [
        "/tasks/?due_from=1&as_of=2025-11-15",
        "/tasks/?due_from=2&as_of=2025-11-15",
    ]
    assert figure["data"][0]["text"] == ["7", "68,2% (15/22)"]
    assert figure["layout"]["meta"] == {"title": UPRIGHT.title, "question": UPRIGHT.question}


def test_who_moved_is_told_apart_and_everybody_named_at_the_end() -> None:
    figure = moves.ranks(RANKS)
    assert [note["text"] for note in figure["layout"]["annotations"]] == [
        "1 Nghệ An (+1)",
        "2 Hà Nội (−1)",
    ]
    widths = {trace["line"]["width"] for trace in figure["data"]}
    assert widths == {2.5}
    assert figure["data"][0]["customdata"][0].startswith("/provinces/40/")


def test_a_provisional_reading_is_hollow_and_the_projection_dashed() -> None:
    traces = {trace["name"]: trace for trace in paths.target_path(_path(), ROWS)["data"]}
    assert traces["Số liệu"]["marker"]["color"] == ["#1b5e9e", "#ffffff"]
    assert traces["Dự báo theo xu thế"]["line"]["dash"] == "dash"
    assert traces["Dự báo theo xu thế"]["y"] == [14.02, 15.38]


def test_the_goal_is_a_line_or_a_band_with_its_words() -> None:
    line, band = (
        paths.target_path(_path(), ROWS),
        paths.target_path(_path(goal_far=Decimal(40)), ROWS),
    )
    assert line["layout"]["shapes"][0]["type"] == "line"
    assert (band["layout"]["shapes"][0]["y0"], band["layout"]["shapes"][0]["y1"]) == (30, 40)
    assert "tối thiểu 30% GDP" in {note["text"] for note in line["layout"]["annotations"]}


def test_a_better_rank_is_drawn_higher() -> None:
    first, last = paths.target_path(_path(is_rank=True), ROWS)["layout"]["yaxis"]["range"]
    assert first > last


def test_bases_are_never_joined_in_one_line() -> None:
    figure = paths.indicator_series([_series(63), _series(34)], "%", ROWS, is_rank=False)
    assert len(figure["data"]) == 2
    notes = [note["text"] for note in figure["layout"]["annotations"]]
    assert notes == ["1,5 (trên 63 tỉnh, thành phố)", "1,5 (trên 34 tỉnh, thành phố)"]


def test_figures_are_written_as_the_reader_writes_them() -> None:
    assert empty()["layout"]["separators"] == ",."
    with translation.override("en"):
        assert empty()["layout"]["separators"] == ".,"


def test_names_from_outside_reach_plotly_as_text() -> None:
    figure = completion.completion_by_group(
        [('<a href="javascript:x">Sở</a>', Counts(ongoing=1), ROWS)]
    )
    assert figure["data"][0]["y"] == ["&lt;a href=&quot;javascript:x&quot;&gt;Sở&lt;/a&gt;"]


def test_ranks_and_counts_have_whole_numbers_at_their_axis() -> None:
    for least, most in ((61, 64), (1, 3), (0, 0), (1, 63), (0, 53_136)):
        step = base.whole_axis(least, most)["dtick"]
        assert isinstance(step, int)
        assert step >= 1
        assert (most - least) / step <= 6
    assert isinstance(paths.target_path(_path(is_rank=True), ROWS)["layout"]["yaxis"]["dtick"], int)
    ranks = paths.indicator_series([_series(63)], "", ROWS, is_rank=True)
    assert isinstance(ranks["layout"]["yaxis"]["dtick"], int)
    assert isinstance(completion.completion_over_time(STEPS)["layout"]["yaxis"]["dtick"], int)


def test_large_counts_are_grouped() -> None:
    figure = completion.completion_by_group([("1. Thể chế", Counts(completed_on_time=3540), ROWS)])
    assert figure["data"][0]["text"] == ["3.540"]
