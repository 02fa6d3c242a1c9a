"""How a verdict was reached: the formula, and the numbers put into it."""

from collections.abc import Callable, Mapping
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
    """A number that went in, under the letter the formula calls it."""

    symbol: str
    meaning: str | Promise
    value: str


@dataclass(frozen=True)
class ReasoningStep:
    """``formula`` in letters, ``filled`` with the numbers put in, ``result``."""

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


def of_target(page: TargetDetail) -> Reasoning:
    numbers, method = page.working, str(page.found.get("method", "none"))
    by_speed = method in {"pace", "growth"} and "pace" in numbers
    return Reasoning(
        method=_method(method),
        reason=reason_in_words(str(page.found.get("reason", ""))),
        inputs=tuple(
            Input(symbol, meaning, _written(symbol, numbers[symbol]))
            for symbol, meaning in _MEANINGS.items()
            if symbol in numbers
        ),
        steps=tuple(_steps(numbers)),
        cut_points=tuple(_cut_points(page.verdict if by_speed else "")),
        second=tuple(_second(numbers)),
    )


def _method(method: str) -> str:
    """What decided."""
    words: Mapping[str, Callable[[], str]] = {
        "comparator": lambda: _("The reading is compared with the target value."),
        "pace": lambda: _("Pace: the share of the way gone, divided by the share of time gone."),
        "growth": lambda: _("The mean annual growth is compared with the growth asked for."),
        "people": lambda: _("A coordinator judges it; no number measures it."),
    }
    return words.get(method, lambda: "")()


def _written(symbol: str, value: str) -> str:
    if symbol in _DAYS:
        return figures.day(date.fromisoformat(value))
    return figures.number(figures.trimmed_to(Decimal(value), 4))


def _steps(numbers: Mapping[str, str]) -> list[ReasoningStep]:
    """Only the steps whose numbers are known."""
    text = {symbol: _written(symbol, numbers[symbol]) for symbol in _MEANINGS if symbol in numbers}
    steps = []
    if "a" in numbers:
        filled = "({v} − {v0}) ÷ ({T} − {v0})".format(**text)
        a = figures.share(numbers["a"])
        steps.append(
            ReasoningStep(_("share of the way gone"), "a = (v − v0) ÷ (T − v0)", filled, a)
        )
    if "e" in numbers:
        filled = "({t} − {t0}) ÷ ({tT} − {t0}) = ".format(**text) + _days(numbers)
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


def _days(numbers: Mapping[str, str]) -> str:
    first, now, last = (date.fromisoformat(numbers[symbol]) for symbol in ("t0", "t", "tT"))
    words = {
        "gone": figures.number((now - first).days),
        "whole": figures.number((last - first).days),
    }
    return _("%(gone)s ÷ %(whole)s days") % words


def _cut_points(verdict: str) -> list[CutPoint]:
    upper, middle = figures.number(ON_TRACK_FROM), figures.number(AT_RISK_FROM)
    lower = figures.number(OFF_TRACK_FROM)
    between = _("from %(x)s to less than %(y)s")
    words = {
        "on_track": _("%(x)s or more") % {"x": upper},
        "at_risk": between % {"x": middle, "y": upper},
        "off_track": between % {"x": lower, "y": middle},
        "moving_away": _("less than %(x)s") % {"x": lower},
    }
    return [CutPoint(text, VERDICTS[key], key == verdict) for key, text in words.items()]


def _second(numbers: Mapping[str, str]) -> list[ReasoningStep]:
    """Eurostat's ratio of actual to required annual growth, shown beside and never mixed in."""
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
