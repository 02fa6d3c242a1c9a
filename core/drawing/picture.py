"""The picture of a figure: its frame, axes, words and marks on a canvas of pixels."""

import io
from collections.abc import Iterator, Mapping
from html import unescape
from pathlib import Path
from textwrap import wrap
from threading import Lock
from typing import Any

from core.drawing.axes import Axis, axis_of
from core.drawing.marks import colour_of, draw_bars, draw_lines, stacked

Figure = Mapping[str, Any]
Margins = dict[str, float]

WIDTH = 640
"""Pixels; a picture has twice as many, to be sharp on paper."""
_PIXELS = 72
"""An inch: a pixel is then a point, in which the library measures letters and lines."""
_LETTERS = 0.88
"""Our letters are wider than those of the pages."""
_HEAD, _LINE, _FOOT, _EDGE = 13.0, 18.0, 9.5, 6.0
_HEIGHT = 320
_INK, _SOFT = "#1d2126", "#565e68"
_COLOURS = 96
_one_at_a_time = Lock()


def picture(figure: Figure, *, title: str = "", foot: str = "") -> bytes:
    """A PNG on white, ``title`` above and ``foot`` below. The same figure is the same bytes.

    The library is loaded with the first picture; a process without pictures spares its memory.
    """
    from PIL.Image import frombuffer

    with _one_at_a_time:
        margins = dict.fromkeys("lrtb", _EDGE) | figure["layout"].get("margin", {})
        canvas, texts = _drawn(figure, margins, title, foot)
        canvas, _texts = _drawn(figure, _with_room(canvas, texts, margins), title, foot)
        canvas.figure.set_dpi(2 * _PIXELS)
        canvas.draw()
        size, pixels = canvas.get_width_height(physical=True), bytes(canvas.buffer_rgba())
    # Few colours make it a third as large.
    drawn, file = frombuffer("RGBA", size, pixels, "raw", "RGBA", 0, 1), io.BytesIO()
    drawn.convert("RGB").quantize(_COLOURS).save(file, format="png", optimize=True)
    return file.getvalue()


def _with_room(canvas: Any, texts: list[Any], margins: Margins) -> Margins:
    """Wider where words reach over the edge of the picture."""
    renderer = canvas.get_renderer()
    boxes = [text.get_window_extent(renderer) for text in texts if text.get_text()]
    left = max((_EDGE - box.x0 for box in boxes), default=0)
    right = max((box.x1 - WIDTH + _EDGE for box in boxes), default=0)
    return margins | {"l": margins["l"] + max(left, 0), "r": margins["r"] + max(right, 0)}


def _drawn(figure: Figure, margins: Margins, title: str, foot: str) -> tuple[Any, list[Any]]:
    """The canvas, and every text that must stay inside it."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as Sheet

    layout = figure["layout"]
    heads, feet = wrap(title, 74), wrap(foot, 104)
    above = _LINE * len(heads) + (_EDGE if heads else 0)
    below = _FOOT * 1.4 * len(feet) + (_EDGE if feet else 0)
    inner = max(layout.get("height", _HEIGHT), margins["t"] + margins["b"] + 20)
    height = inner + above + below
    sheet: Any = Sheet(figsize=(WIDTH / _PIXELS, height / _PIXELS), dpi=_PIXELS, facecolor="white")
    canvas = FigureCanvasAgg(sheet)
    for place, line in enumerate(heads):
        top = height - _EDGE - place * _LINE
        sheet.text(_EDGE / WIDTH, top / height, line, va="top", color=_INK, **_font(_HEAD, 700))
    for place, line in enumerate(reversed(feet)):
        base = (_EDGE + place * _FOOT * 1.4) / height
        sheet.text(_EDGE / WIDTH, base, line, va="bottom", color=_SOFT, **_font(_FOOT))
    wide = max(WIDTH - margins["l"] - margins["r"], 40)
    high = inner - margins["t"] - margins["b"]
    box = [margins["l"], margins["b"] + below, wide, high]
    frame = [value / whole for value, whole in zip(box, (WIDTH, height) * 2, strict=True)]
    paper = sheet.add_axes(frame, frameon=False, xticks=[], yticks=[], zorder=0)
    texts = []
    for name, traces in _panels(figure):
        first, last = layout.get(f"xaxis{name}", {}).get("domain", (0, 1))
        part = [frame[0] + first * frame[2], frame[1], (last - first) * frame[2], frame[3]]
        plot = sheet.add_axes(part, frameon=False, zorder=1)
        x, y = _axes(figure, traces, name)
        _draw(plot, traces, x, y, layout)
        texts += _ticks(plot, layout, name, x, y)
        if not name:
            texts += _words(plot, paper, layout, x, y)
    return canvas, texts


def _font(size: float, weight: int = 400) -> dict[str, Any]:
    """Of the library's own letters, which know Vietnamese and are the same on each server."""
    import matplotlib as mpl
    from matplotlib.font_manager import FontProperties

    name = "DejaVuSans-Bold.ttf" if weight > 400 else "DejaVuSans.ttf"  # noqa: PLR2004 - plain
    path = Path(mpl.get_data_path()) / "fonts" / "ttf" / name
    return {"fontproperties": FontProperties(fname=path, size=size)}


def _panels(figure: Figure) -> Iterator[tuple[str, list[Mapping[str, Any]]]]:
    """The number of each x axis, "" for the first, and the series that are drawn along it."""
    panels: dict[str, list[Mapping[str, Any]]] = {"": []}
    for trace in figure["data"]:
        panels.setdefault(trace.get("xaxis", "x")[1:], []).append(trace)
    yield from panels.items()


def _axes(figure: Figure, traces: list[Mapping[str, Any]], name: str) -> tuple[Axis, Axis]:
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


def _draw(plot: Any, traces: list[Mapping[str, Any]], x: Axis, y: Axis, layout: Figure) -> None:
    plot.set_xlim(x.first, x.last)
    plot.set_ylim(y.first, y.last)
    for shape in layout.get("shapes", ()):
        _shape(plot, shape, x, y)
    for bars in stacked(traces, layout.get("barmode", "")):
        size = bars.trace["textfont"]["size"] * _LETTERS
        draw_bars(plot, bars, x, y, gap=layout.get("bargap", 0.2), words=_font(size))
    before = None
    for trace in (one for one in traces if one["type"] == "scatter"):
        draw_lines(plot, trace, before, x, y)
        before = trace


def _shape(plot: Any, shape: Mapping[str, Any], x: Axis, y: Axis) -> None:
    """A line or a band; across the whole width where it is on paper."""
    low, high = y.at(shape["y0"]), y.at(shape["y1"])
    line = shape["line"]
    if shape["type"] == "rect":
        plot.axhspan(low, high, color=colour_of(shape["fillcolor"]), linewidth=0, zorder=1)
        return
    on_paper = shape.get("xref") == "paper"
    ends = (x.first, x.last) if on_paper else (x.at(shape["x0"]), x.at(shape["x1"]))
    plot.plot(ends, (low, high), color=line["color"], linewidth=line["width"], zorder=1.8)


def _ticks(plot: Any, layout: Figure, name: str, x: Axis, y: Axis) -> list[Any]:
    """Words at the axes and the lines behind; a panel after the first has no words of its own."""
    plot.tick_params(length=0, pad=5)
    plot.set_axisbelow(True)
    texts = []
    for letter, axis in (("x", x), ("y", y)):
        spec = layout.get(f"{letter}axis{name if letter == 'x' else ''}", {})
        if letter == "y" and name:
            plot.set_yticks([])
            continue
        own = plot.xaxis if letter == "x" else plot.yaxis
        own.set_ticks([at for at, _text in axis.ticks], [text for _at, text in axis.ticks])
        font = spec.get("tickfont", {"size": 12, "color": _SOFT})
        for label in own.get_ticklabels():
            label.set(color=font["color"], **_font(font["size"] * _LETTERS))
            texts.append(label)
        if spec.get("showgrid", True) and spec.get("visible", True):
            own.grid(visible=True, color=spec.get("gridcolor", "#eceef1"), linewidth=1)
        if spec.get("zeroline"):
            draw = plot.axvline if letter == "x" else plot.axhline
            draw(0, color=spec["zerolinecolor"], linewidth=spec["zerolinewidth"], zorder=2.5)
        if spec.get("showline"):
            plot.axhline(y.first, color=spec["linecolor"], linewidth=1, zorder=1, clip_on=False)
        if title := spec.get("title"):
            words = _font(title["font"]["size"] * _LETTERS)
            own.set_label_text(unescape(title["text"]), color=title["font"]["color"], **words)
            texts.append(own.label)
    return texts


def _words(plot: Any, paper: Any, layout: Figure, x: Axis, y: Axis) -> list[Any]:
    """The notes of a figure; what it fastens to the paper is measured in parts of the plot."""
    from matplotlib.transforms import blended_transform_factory

    sides = {"bottom": "bottom", "top": "top", "middle": "center_baseline"}
    texts = []
    for note in layout.get("annotations", ()):
        by_x, by_y = note.get("xref") != "paper", note.get("yref") != "paper"
        across = plot.transData if by_x else paper.transAxes
        up = plot.transData if by_y else paper.transAxes
        text = plot.annotate(
            unescape(note["text"]),
            (x.at(note["x"]) if by_x else note["x"], y.at(note["y"]) if by_y else note["y"]),
            xycoords=blended_transform_factory(across, up),
            xytext=(note.get("xshift", 0), note.get("yshift", 0)),
            textcoords="offset points",
            ha=note.get("xanchor", "left"),
            va=sides[note.get("yanchor", "middle")],
            color=note["font"]["color"],
            annotation_clip=False,
            zorder=5,
            **_font(note["font"]["size"] * _LETTERS, note["font"].get("weight", 400)),
        )
        texts.append(text)
    return texts
