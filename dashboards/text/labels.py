"""What a target asks for, its values and its verdicts, in the words of the glossary."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.text.figures import number
from targets.judging.goal import Goal
from targets.kinds import Verdict
from targets.models import Target
from tasks.labels import STATES, Sign

VERDICTS: Mapping[str, Sign] = {
    "moving_away": Sign(Verdict.MOVING_AWAY.label, "bad", "worst"),
    "off_track": Sign(Verdict.OFF_TRACK.label, "bad", "bad"),
    "missed": Sign(Verdict.MISSED.label, "bad", "missed"),
    "at_risk": Sign(Verdict.AT_RISK.label, "warn", "warn"),
    "on_track": Sign(Verdict.ON_TRACK.label, "good", "good"),
    "achieved": Sign(Verdict.ACHIEVED.label, "done", "done"),
    "not_assessable": Sign(Verdict.NOT_ASSESSABLE.label, "none", "unsure"),
    "no_data": Sign(Verdict.NO_DATA.label, "none", "none"),
    "judged_by_people": Sign(Verdict.JUDGED_BY_PEOPLE.label, "none", "people"),
}
"""Worst first: the order in which a committee reads them."""

COMPLETED = STATES["completed"]
EXCEEDED = Sign(gettext_lazy("Achieved and exceeded"), "done", "done")


def verdict_sign(verdict: str, *, exceeded: bool = False) -> Sign:
    return EXCEEDED if exceeded and verdict == "achieved" else VERDICTS[verdict]


DEFAULT_TOLERANCE = Goal.tolerance
"""% of the bound within which "about" holds, unless the target says otherwise."""


def with_unit(value: Decimal | str | None, unit: str) -> str:
    """ "30% GDP", "12 người/vạn dân": no space before a percent sign."""
    text = number(value)
    if not unit or value is None:
        return text
    return f"{text}{unit}" if unit.startswith("%") else f"{text} {unit}"


def value_of(target: Target, value: Decimal | str | None) -> str:
    """A value of the target's indicator, or its rank: "14,02% GDP", "hạng 44"."""
    if value is not None and target.comparator == "rank_top":
        return _("rank %(n)s") % {"n": number(value)}
    return with_unit(value, target.unit)


def against_goal(target: Target, value: str | None, goal: str | None) -> str:
    """ "14,02% → cần 30%", "hạng 44 (cần 30)"; the value alone where there is no bound."""
    if value is None or goal is None:
        return value_of(target, value) if value is not None else ""
    if target.comparator == "rank_top":
        return _("rank %(n)s (needed: %(goal)s)") % {"n": number(value), "goal": number(goal)}
    # Of a share of something the list says once what it is a share of: in the name.
    unit = "%" if target.unit.startswith("%") else ""
    words = {"value": number(value) + unit, "goal": with_unit(goal, unit or target.unit)}
    return _("%(value)s → needed %(goal)s") % words


def phrase(target: Target) -> str:
    """ "tối thiểu 30% GDP"; the document's own words for a qualitative target."""
    build = _PHRASES.get(target.comparator)
    return build(target) if build else target.phrase


def _low(target: Target) -> str:
    return with_unit(target.minimum, target.unit)


def _high(target: Target) -> str:
    return with_unit(target.maximum, target.unit)


_PHRASES: Mapping[str, Callable[[Target], str]] = {
    ">": lambda target: _("more than %(x)s") % {"x": _low(target)},
    ">=": lambda target: _("at least %(x)s") % {"x": _low(target)},
    "<": lambda target: _("less than %(x)s") % {"x": _high(target)},
    "<=": lambda target: _("at most %(x)s") % {"x": _high(target)},
    "=": lambda target: _("reach %(x)s") % {"x": _low(target)},
    "about": lambda target: (
        _("about %(x)s (give or take %(tolerance)s%%)")
        % {
            "x": _low(target),
            "tolerance": number(
                DEFAULT_TOLERANCE if target.tolerance is None else target.tolerance
            ),
        }
    ),
    "range": lambda target: (
        _("from %(x)s to %(y)s") % {"x": number(target.minimum), "y": _high(target)}
    ),
    "rank_top": lambda target: (
        _("among the top %(n)s %(scope)s") % {"n": number(target.maximum), "scope": target.scope}
    ),
    "growth_avg": lambda target: (
        _("average growth of %(x)s%% a year") % {"x": number(target.minimum)}
        if target.maximum is None
        else _("average growth of %(x)s to %(y)s%% a year")
        % {"x": number(target.minimum), "y": number(target.maximum)}
    ),
    "multiple_of": lambda target: (
        _("%(x)s times the value of %(year)s")
        % {"x": number(target.minimum), "year": target.plan.base_year or ""}
    ),
}
