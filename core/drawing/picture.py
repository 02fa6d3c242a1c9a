"""The picture of a figure: its frame, axes, words and marks on a canvas of pixels."""

import io
from collections.abc import Mapping
from textwrap import wrap
from threading import Lock
from typing import Any

from core.drawing.marks import axes_of, draw_marks
from core.drawing.words import font_of, write_notes, write_ticks

Figure = Mapping[str, Any]
Margins = dict[str, float]

WIDTH = 640
"""Pixels; a picture has twice as many, to be sharp on paper."""
_PIXELS = 72
"""An inch: a pixel is then a point, in which the library measures letters and lines."""
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
        renderer = canvas.get_renderer()
        boxes = [text.get_window_extent(renderer) for text in texts if text.get_text()]
        # Wider where words reach over the edge.
        margins["l"] += max([0, *(_EDGE - box.x0 for box in boxes)])
        margins["r"] += max([0, *(box.x1 - WIDTH + _EDGE for box in boxes)])
        canvas, _texts = _drawn(figure, margins, title, foot)
        canvas.figure.set_dpi(2 * _PIXELS)
        canvas.draw()
        size, pixels = canvas.get_width_height(physical=True), bytes(canvas.buffer_rgba())
    # Few colours make it a third as large.
    drawn, file = frombuffer("RGBA", size, pixels, "raw", "RGBA", 0, 1), io.BytesIO()
    drawn.convert("RGB").quantize(_COLOURS).save(file, format="png", optimize=True)
    return file.getvalue()


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
        sheet.text(_EDGE / WIDTH, top / height, line, va="top", color=_INK, **font_of(_HEAD, 700))
    for place, line in enumerate(reversed(feet)):
        base = (_EDGE + place * _FOOT * 1.4) / height
        sheet.text(_EDGE / WIDTH, base, line, va="bottom", color=_SOFT, **font_of(_FOOT))
    wide = max(WIDTH - margins["l"] - margins["r"], 40)
    high = inner - margins["t"] - margins["b"]
    box = [margins["l"], margins["b"] + below, wide, high]
    frame = [value / whole for value, whole in zip(box, (WIDTH, height) * 2, strict=True)]
    paper = sheet.add_axes(frame, frameon=False, xticks=[], yticks=[], zorder=0)
    texts = []
    panels: dict[str, list[Mapping[str, Any]]] = {"": []}
    for trace in figure["data"]:
        panels.setdefault(trace.get("xaxis", "x")[1:], []).append(trace)
    for name, traces in panels.items():
        first, last = layout.get(f"xaxis{name}", {}).get("domain", (0, 1))
        part = [frame[0] + first * frame[2], frame[1], (last - first) * frame[2], frame[3]]
        plot = sheet.add_axes(part, frameon=False, zorder=1)
        x, y = axes_of(figure, traces, name)
        draw_marks(plot, traces, x, y, layout)
        texts += write_ticks(plot, layout, name, x, y)
        if not name:
            texts += write_notes(plot, paper, layout, x, y)
    return canvas, texts
