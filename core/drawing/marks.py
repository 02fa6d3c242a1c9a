"""Bars, lines, points and bands of a Plotly figure, drawn on the axes of a picture."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from html import unescape
from itertools import cycle
from typing import Any, NamedTuple

from core.drawing.axes import Axis, axis_of
from core.drawing.words import SMALLER, font_of

Trace = Mapping[str, Any]
_DASHES = {"dash": (0, (5, 3)), "dot": (0, (1.5, 2))}
_GAP = 4
"""Pixels between the end of a bar and its number."""


class Bars(NamedTuple):
    """``starts`` and ``ends``: along the value, so that stacked ones stand on each other."""

    trace: Trace
    is_lying: bool
    starts: list[float]
    ends: list[float]


def stacked(traces: Sequence[Trace], mode: str) -> list[Bars]:
    """``mode``: of the layout; "" sets every series on zero. Below zero is stacked downward."""
    reached: defaultdict[tuple[str, bool], float] = defaultdict(float)
    found = []
    for trace in (one for one in traces if one["type"] == "bar"):
        is_lying = trace.get("orientation") == "h"
        names, values = (trace["y"], trace["x"]) if is_lying else (trace["x"], trace["y"])
        starts, ends = [], []
        for name, value in zip(names, values, strict=True):
            place = name, value < 0
            start = reached[place] if mode in ("stack", "relative") else 0.0
            reached[place] = start + value
            starts.append(start)
            ends.append(start + value)
        found.append(Bars(trace, is_lying, starts, ends))
    return found


def draw_bars(
    plot: Any, bars: Bars, x: Axis, y: Axis, *, gap: float, words: Mapping[str, Any]
) -> None:
    """``words``: how the numbers at the bars are written."""
    trace = bars.trace
    along, across = (x, y) if bars.is_lying else (y, x)
    names = trace["y"] if bars.is_lying else trace["x"]
    places = [across.at(name) for name in names]
    lengths = [end - start for start, end in zip(bars.starts, bars.ends, strict=True)]
    draw = plot.barh if bars.is_lying else plot.bar
    size = {"left" if bars.is_lying else "bottom": bars.starts}
    draw(places, lengths, 1 - gap, color=trace["marker"]["color"], zorder=2, **size)
    for place, start, end, text in zip(
        places, bars.starts, bars.ends, trace.get("text", ()), strict=False
    ):
        inside = trace.get("textposition") == "inside"
        value = (start + end) / 2 if inside else end
        xy = (value, place) if bars.is_lying else (place, value)
        shift = (0 if inside else _GAP) * (1 if along.last > along.first else -1)
        lying_outside = bars.is_lying and not inside
        plot.annotate(
            unescape(str(text)),
            xy,
            xytext=(shift, 0) if bars.is_lying else (0, shift),
            textcoords="offset points",
            ha="left" if lying_outside else "center",
            va="bottom" if not bars.is_lying and not inside else "center_baseline",
            color=trace["textfont"]["color"],
            annotation_clip=False,
            **words,
        )


def draw_lines(plot: Any, trace: Trace, before: Trace | None, x: Axis, y: Axis) -> None:
    """``before``: the series that its fill reaches to."""
    xs, ys = _points(trace, x, y)
    line, steps = trace.get("line", {}), trace.get("line", {}).get("shape") == "hv"
    style: dict[str, Any] = {"drawstyle": "steps-post" if steps else "default"}
    if fill := trace.get("fill"):
        lower = [y.at(0)] * len(xs)
        if fill == "tonexty" and before:
            known = dict(zip(*_points(before, x, y), strict=True))
            lower = [known[place] for place in xs]
        step = "post" if steps else None
        colour = colour_of(trace["fillcolor"])
        plot.fill_between(xs, ys, lower, step=step, color=colour, linewidth=0, zorder=1.5)
    if "lines" in trace["mode"] and line.get("width", 1):
        look = {"color": line["color"], "linewidth": line.get("width", 1.5)}
        plot.plot(
            xs, ys, linestyle=_DASHES.get(line.get("dash", ""), "-"), zorder=3, **look, **style
        )


def _points(trace: Trace, x: Axis, y: Axis) -> tuple[list[float], list[float]]:
    return [x.at(value) for value in trace["x"]], [y.at(value) for value in trace["y"]]


def draw_points(plot: Any, trace: Trace, x: Axis, y: Axis) -> None:
    if "markers" not in trace["mode"]:
        return
    xs, ys = _points(trace, x, y)
    marker = trace.get("marker", {})
    colour = marker.get("color") or trace["line"]["color"]
    edge = marker.get("line", {})
    colours = colour if isinstance(colour, list) else [colour]
    for px, py, one in zip(xs, ys, cycle(colours), strict=False):
        plot.plot(
            [px],
            [py],
            marker="|" if marker.get("symbol") == "line-ns-open" else "o",
            markersize=marker.get("size", 6),
            color=one,
            markeredgecolor=edge.get("color", one),
            markeredgewidth=edge.get("width", 1.5 if "symbol" in marker else 0),
            zorder=4,
            clip_on=False,
        )


def colour_of(text: str) -> str | tuple[float, ...]:
    """``rgba(27,94,158,0.13)`` in parts of one; other names as they are."""
    if not text.startswith("rgba("):
        return text
    *colours, opacity = map(float, text[5:-1].split(","))
    return (*(colour / 255 for colour in colours), opacity)


def draw_shape(plot: Any, shape: Mapping[str, Any], x: Axis, y: Axis) -> None:
    """A line or a band; across the whole width where it is on paper."""
    low, high = y.at(shape["y0"]), y.at(shape["y1"])
    line = shape["line"]
    if shape["type"] == "rect":
        plot.axhspan(low, high, color=colour_of(shape["fillcolor"]), linewidth=0, zorder=1)
        return
    on_paper = shape.get("xref") == "paper"
    ends = (x.first, x.last) if on_paper else (x.at(shape["x0"]), x.at(shape["x1"]))
    plot.plot(ends, (low, high), color=line["color"], linewidth=line["width"], zorder=1.8)


def axes_of(figure: Trace, traces: Sequence[Trace], name: str) -> tuple[Axis, Axis]:
    layout = figure["layout"]
    separators = layout["separators"]
    bars = stacked(traces, layout.get("barmode", ""))
    lying = bool(bars) and bars[0].is_lying
    along = [value for one in bars for value in (*one.starts, *one.ends)]
    named = "y" if lying else "x"
    # Of all series, or the same name would stand elsewhere in another panel.
    across = [value for one in figure["data"] if one["type"] == "bar" for value in one[named]]
    lines = [one for one in traces if one["type"] == "scatter"]
    xs = [*(along if lying else across), *(value for one in lines for value in one["x"])]
    ys = [*(across if lying else along), *(value for one in lines for value in one["y"])]
    x_spec, y_spec = layout.get(f"xaxis{name}", {}), layout.get("yaxis", {})
    if not lines and bars and not lying:
        x_spec = {**x_spec, "type": "category"}
    return (
        axis_of(x_spec, xs, separators, of_bars=lying),
        axis_of(y_spec, ys, separators, of_bars=bool(bars) and not lying),
    )


def draw_marks(plot: Any, traces: Sequence[Trace], x: Axis, y: Axis, layout: Trace) -> None:
    """All series of a panel, and what lies behind them."""
    plot.set_xlim(x.first, x.last)
    plot.set_ylim(y.first, y.last)
    for shape in layout.get("shapes", ()):
        draw_shape(plot, shape, x, y)
    for bars in stacked(traces, layout.get("barmode", "")):
        size = bars.trace["textfont"]["size"] * SMALLER
        draw_bars(plot, bars, x, y, gap=layout.get("bargap", 0.2), words=font_of(size))
    before = None
    for trace in (one for one in traces if one["type"] == "scatter"):
        draw_lines(plot, trace, before, x, y)
        draw_points(plot, trace, x, y)
        before = trace
