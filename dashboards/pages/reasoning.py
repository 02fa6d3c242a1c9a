"""How a verdict was reached: the formulas, and the numbers in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.pages.target import TargetDetail
from dashboards.text import figures
from dashboards.text.labels import VERDICTS
from targets.judging.verdict import AT_RISK_FROM, OFF_TRACK_FROM, ON_TRACK_FROM
from targets.labels import reason_in_words
from tasks.labels import Sign

_PERCENT_PLACES = 2


@dataclass(frozen=True)
class Input:
    """A number in the formula, under the symbol that the formula gives it."""

    symbol: str
    meaning: str | Promise
    value: str


@dataclass(frozen=True)
class ReasoningStep:
    """``formula`` is in symbols; ``filled`` is the formula with its numbers."""

    name: str
    formula: str
    filled: str
    result: str


@dataclass(frozen=True)
class CutPoint:
    words: str
    sign: Sign
    is_hit: bool


@dataclass(frozen=True)
class Reasoning:
    method: str
    reason: str
    inputs: tuple[Input, ...]
    steps: tuple[ReasoningStep, ...]
    cut_points: tuple[CutPoint, ...]
    second: tuple[ReasoningStep, ...]


_MEANINGS: Mapping[str, str | Promise] = {
    "v0": gettext_lazy("baseline"),
    "t0": gettext_lazy("last day of the baseline's period"),
    "v": gettext_lazy("current reading"),
    "t": gettext_lazy("last day of the reading's period"),
    "T": gettext_lazy("value to be reached"),
    "tT": gettext_lazy("last day of the target"),
    "multiple": gettext_lazy("multiple of the base-year value"),
    "tolerance": gettext_lazy("tolerance in percent of the target value"),
    "threshold": gettext_lazy("value from which “about” holds"),
    "growth": gettext_lazy("mean annual growth since the baseline in percent"),
    "bound": gettext_lazy("growth to be reached in percent a year"),
}
_DAYS = {"t0", "t", "tT"}
_OF_BASELINE = {"v0", "t0"}
_METHODS: Mapping[str, str | Promise] = {
    "comparator": gettext_lazy("The reading is compared with the target value."),
    "pace": gettext_lazy("Pace: the share of the way gone, divided by the share of time gone."),
    "growth": gettext_lazy("The mean annual growth is compared with the growth asked for."),
    "people": gettext_lazy("A coordinator judges it; no number measures it."),
}


def of_target(page: TargetDetail) -> Reasoning:
    numbers, method = page.working, str(page.found.get("method", "none"))
    by_pace = method in {"pace", "growth"} and "pace" in numbers
    upper, middle, lower = map(figures.number, (ON_TRACK_FROM, AT_RISK_FROM, OFF_TRACK_FROM))
    between = _("from %(x)s to less than %(y)s")
    cut_points = {
        "on_track": _("%(x)s or more") % {"x": upper},
        "at_risk": between % {"x": middle, "y": upper},
        "off_track": between % {"x": lower, "y": middle},
        "moving_away": _("less than %(x)s") % {"x": lower},
    }
    return Reasoning(
        method=str(_METHODS.get(method, "")),
        reason=reason_in_words(str(page.found.get("reason", ""))),
        inputs=tuple(
            Input(symbol, meaning, _written(symbol, numbers[symbol]))
            for symbol, meaning in _MEANINGS.items()
            if symbol in numbers and (page.baseline or symbol not in _OF_BASELINE)
        ),
        steps=tuple(_steps(numbers)),
        cut_points=tuple(
            CutPoint(words, VERDICTS[verdict], by_pace and verdict == page.verdict)
            for verdict, words in cut_points.items()
        ),
        second=tuple(_annual_growth_steps(numbers)),
    )


def _written(symbol: str, value: str) -> str:
    if symbol in _DAYS:
        return figures.day(date.fromisoformat(value))
    return figures.number(figures.trimmed_to(Decimal(value), 4))


def _steps(numbers: Mapping[str, str]) -> list[ReasoningStep]:
    """From the readings to the pace; only the steps whose numbers are known."""
    text = {symbol: _written(symbol, numbers[symbol]) for symbol in _MEANINGS if symbol in numbers}
    steps = []
    if "a" in numbers:
        filled = "({v} − {v0}) ÷ ({T} − {v0})".format(**text)
        a = figures.share(numbers["a"])
        steps.append(
            ReasoningStep(_("share of the way gone"), "a = (v − v0) ÷ (T − v0)", filled, a)
        )
    if "e" in numbers:
        start, now, end = (date.fromisoformat(numbers[symbol]) for symbol in ("t0", "t", "tT"))
        days = _("%(gone)s ÷ %(whole)s days") % {
            "gone": figures.number((now - start).days),
            "whole": figures.number((end - start).days),
        }
        filled = "({t} − {t0}) ÷ ({tT} − {t0}) = ".format(**text) + days
        e = figures.share(numbers["e"])
        steps.append(ReasoningStep(_("share of time gone"), "e = (t − t0) ÷ (tT − t0)", filled, e))
    if "pace" in numbers and "a" in numbers and "e" in numbers:
        filled = f"{figures.share(numbers['a'])} ÷ {figures.share(numbers['e'])}"
        steps.append(ReasoningStep(_("pace"), "a ÷ e", filled, figures.share(numbers["pace"])))
    elif "pace" in numbers and "growth" in numbers:
        filled = "{growth}% ÷ {bound}%".format(**text)
        formula = _("growth reached ÷ growth asked for")
        steps.append(ReasoningStep(_("pace"), formula, filled, figures.share(numbers["pace"])))
    return steps


def _annual_growth_steps(numbers: Mapping[str, str]) -> list[ReasoningStep]:
    """Eurostat's ratio of actual to required annual growth. It has no part in the verdict."""
    if "cagr_actual" not in numbers or "cagr_required" not in numbers:
        return []
    shown = {
        name: figures.fraction_as_percent(numbers[name], _PERCENT_PLACES)
        for name in ("cagr_actual", "cagr_required")
    }
    actual = _growth(numbers, "v", "years_actual")
    required = _growth(numbers, "T", "years_required")
    steps = [
        ReasoningStep(
            _("actual growth a year"), "(v ÷ v0)^(1 ÷ n) − 1", actual, shown["cagr_actual"]
        ),
        ReasoningStep(
            _("required growth a year"), "(T ÷ v0)^(1 ÷ N) − 1", required, shown["cagr_required"]
        ),
    ]
    if "cagr_ratio" in numbers:
        filled = f"{shown['cagr_actual']} ÷ {shown['cagr_required']}"
        ratio = figures.share(numbers["cagr_ratio"])
        steps.append(ReasoningStep(_("ratio"), _("actual ÷ required"), filled, ratio))
    return steps


def _growth(numbers: Mapping[str, str], end: str, years: str) -> str:
    """ "(14,02 ÷ 12,66)^(1 ÷ 4) − 1"; "" where a number of it is not known."""
    if not {end, "v0", years} <= set(numbers):
        return ""
    value, start, n = (_written(symbol, numbers[symbol]) for symbol in (end, "v0", years))
    return f"({value} ÷ {start})^(1 ÷ {n}) − 1"
