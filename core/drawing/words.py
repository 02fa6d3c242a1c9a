"""The words of a picture: at its axes, at its marks, on its paper."""

from collections.abc import Mapping
from html import unescape
from pathlib import Path
from typing import Any

from core.drawing.axes import Axis

Layout = Mapping[str, Any]

SMALLER = 0.88
"""Our letters are wider than those of the pages."""
_SOFT = "#565e68"


def font_of(size: float, weight: int = 400) -> dict[str, Any]:
    """Of the library's own letters, which know Vietnamese and are the same on each server."""
    import matplotlib as mpl
    from matplotlib.font_manager import FontProperties

    name = "DejaVuSans-Bold.ttf" if weight > 400 else "DejaVuSans.ttf"  # noqa: PLR2004 - plain
    path = Path(mpl.get_data_path()) / "fonts" / "ttf" / name
    return {"fontproperties": FontProperties(fname=path, size=size)}


def write_ticks(plot: Any, layout: Layout, name: str, x: Axis, y: Axis) -> list[Any]:
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
            label.set(color=font["color"], **font_of(font["size"] * SMALLER))
            texts.append(label)
        if spec.get("showgrid", True) and spec.get("visible", True):
            own.grid(visible=True, color=spec.get("gridcolor", "#eceef1"), linewidth=1)
        if spec.get("zeroline"):
            draw = plot.axvline if letter == "x" else plot.axhline
            draw(0, color=spec["zerolinecolor"], linewidth=spec["zerolinewidth"], zorder=2.5)
        if spec.get("showline"):
            plot.axhline(y.first, color=spec["linecolor"], linewidth=1, zorder=1, clip_on=False)
        if title := spec.get("title"):
            words = font_of(title["font"]["size"] * SMALLER)
            own.set_label_text(unescape(title["text"]), color=title["font"]["color"], **words)
            texts.append(own.label)
    return texts


def write_notes(plot: Any, paper: Any, layout: Layout, x: Axis, y: Axis) -> list[Any]:
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
            **font_of(note["font"]["size"] * SMALLER, note["font"].get("weight", 400)),
        )
        texts.append(text)
    return texts
