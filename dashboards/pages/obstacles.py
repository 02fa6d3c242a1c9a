"""Open obstacles by category and by assignment, and the proposals made about them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, CharField, Count, F, Q, Value, When
from django.db.models.functions import Concat
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from core.text.language import in_language
from core.web.requests import no_such_filter, read_choice, user_of
from dashboards.frame.day import read_asked
from dashboards.frame.places import provinces
from dashboards.frame.serving import serve
from dashboards.text import figures
from dashboards.text.figures import is_web_address
from dashboards.work.finding import Bar, BarSeries, Counted, Finding, rows_url
from provinces.lookup import as_named_on
from provinces.models.places import province_code
from provinces.permissions import Caller
from tasks.models import Obstacle, ObstacleCategory, Proposal

_UNIT = Case(
    When(
        assignment__isnull=False,
        then=Concat(Value("agency:"), F("assignment__agency__code"), output_field=CharField()),
    ),
    default=Concat(Value("area:"), F("area__code"), output_field=CharField()),
    output_field=CharField(),
)
"""Who has the obstacle: the agency of the assignment, or else the area."""
_PROPOSALS_SHOWN = 20
STATES: Mapping[str, str | Promise] = {
    "open": gettext_lazy("Open"),
    "solved": gettext_lazy("Resolved"),
}


@dataclass(frozen=True)
class CategoryLine:
    """``units``: agencies and communes that report an open obstacle of the category.

    ``solved``: those with one that was resolved by the day; ``illustrative``: how many of the open
    obstacles are not published ones.
    """

    category: str
    label: str
    units: int
    obstacles: int
    illustrative: int
    solved: int = 0

    @property
    def is_illustrative(self) -> bool:
        return self.illustrative == self.obstacles


@dataclass(frozen=True)
class ProposalLine:
    id: int
    text: str
    addressee: str
    letter: str
    sent_on: date | None
    categories: frozenset[str]
    answer: str
    answered_on: date | None
    source_url: str
    is_illustrative: bool

    @property
    def has_link(self) -> bool:
        return is_web_address(self.source_url)


@dataclass(frozen=True)
class ObstacleLine:
    """A category of open obstacles with the proposals about it; None: proposals about no open one.

    A proposal stands with the first of its categories.
    """

    category: CategoryLine | None
    proposals: tuple[ProposalLine, ...]


@dataclass(frozen=True)
class Hindrance:
    """An open obstacle, and the proposal it led to, if any."""

    text: str
    proposal: str
    addressee: str
    letter: str
    is_answered: bool


def _in_state(state: str, day: date) -> Q:
    solved = Q(resolved_on__lte=day)
    return solved if state == "solved" else ~solved | Q(resolved_on__isnull=True)


def by_category(area_path: str, day: date) -> list[CategoryLine]:
    """Obstacles of the area and below (one SQL query); most units with open ones first."""
    is_open = _in_state("open", day)
    rows = (
        Obstacle.objects.filter(area__path__startswith=area_path, opened_on__lte=day)
        .order_by()
        .values("category")
        .annotate(
            units=Count(_UNIT, distinct=True, filter=is_open),
            solved=Count(_UNIT, distinct=True, filter=_in_state("solved", day)),
            obstacles=Count("pk", filter=is_open),
            illustrative=Count("pk", filter=is_open & Q(is_illustrative=True)),
        )
    )
    lines = [
        CategoryLine(
            row["category"],
            str(ObstacleCategory(row["category"]).label),
            row["units"],
            row["obstacles"],
            row["illustrative"],
            row["solved"],
        )
        for row in rows
    ]
    return sorted(lines, key=lambda line: (-line.units, line.label))


def obstacle_finding(lines: Sequence[CategoryLine], area: str) -> Finding:
    """What blocks us? ``area``: the code of what the lines are of."""
    bars = []
    for line in lines:
        counts = (
            Counted(n, rows_url("/obstacles/", area=area, category=line.category, state=state))
            for state, n in (("open", line.units), ("solved", line.solved))
        )
        bars.append(Bar(line.label, tuple(counts)))
    title = _("No open obstacles.")
    if lines and lines[0].units:
        title = _("%(name)s: what blocks most units, %(n)s") % {
            "n": figures.number(lines[0].units),
            "name": lines[0].label,
        }
    return Finding(
        "obstacles",
        _("What blocks us? Units by kind of obstacle"),
        title,
        _("Obstacle"),
        (BarSeries(_("Open"), "warn"), BarSeries(_("Resolved"), "done")),
        tuple(bars),
        {"area": area},
    )


def proposals_of(area_path: str, day: date) -> list[ProposalLine]:
    """Proposals of the area and below, sent by the day; unanswered ones first (1 SQL query)."""
    in_turn = (F("answered_on").asc(nulls_first=True), "sent_on", "pk")
    sent = Proposal.objects.filter(area__path__startswith=area_path, sent_on__lte=day)
    first = sent.order_by(*in_turn).values("pk")[:_PROPOSALS_SHOWN]
    rows = Proposal.objects.filter(pk__in=first).select_related("addressee").order_by(*in_turn)
    # A row for each kind of obstacle.
    rows_of = defaultdict[int, list[Any]](list)
    for row in rows.annotate(category=F("obstacles__category")).distinct():
        rows_of[row.pk].append(row)
    lines = []
    for found in rows_of.values():
        row = found[0]
        is_answered = row.answered_on is not None and row.answered_on <= day
        lines.append(
            ProposalLine(
                id=row.pk,
                categories=frozenset(one.category for one in found if one.category),
                text=in_language(row.text_vi, row.text_en),
                addressee=row.addressee.short_name if row.addressee else row.addressee_text,
                letter=row.letter_number,
                sent_on=row.sent_on,
                answer=row.answer if is_answered else "",
                answered_on=row.answered_on if is_answered else None,
                source_url=row.source_url,
                is_illustrative=row.is_illustrative,
            )
        )
    return lines


def joined(
    lines: Sequence[CategoryLine], proposals: Sequence[ProposalLine]
) -> tuple[ObstacleLine, ...]:
    """Each category with what was proposed about it."""
    found, left = [], list(proposals)
    for line in lines:
        if not line.units:
            continue
        about = tuple(one for one in left if line.category in one.categories)
        left = [one for one in left if one not in about]
        found.append(ObstacleLine(line, about))
    return (*found, ObstacleLine(None, tuple(left))) if left else tuple(found)


def hindrances_of(keys: Sequence[int], day: date) -> defaultdict[int, list[Hindrance]]:
    """The open obstacles of each assignment (one SQL query)."""
    found: defaultdict[int, list[Hindrance]] = defaultdict(list)
    rows = Obstacle.objects.open_on(day).filter(assignment__in=keys)
    for row in rows.select_related("proposal__addressee").order_by("opened_on", "pk"):
        sent = row.proposal
        if sent and (sent.sent_on is None or sent.sent_on > day):
            sent = None
        addressee = sent.addressee.short_name if sent and sent.addressee else ""
        found[row.assignment_id or 0].append(
            Hindrance(
                text=row.text,
                proposal=in_language(sent.text_vi, sent.text_en) if sent else "",
                addressee=addressee or (sent.addressee_text if sent else ""),
                letter=sent.letter_number if sent else "",
                is_answered=bool(sent and sent.answered_on and sent.answered_on <= day),
            )
        )
    return found


@dataclass(frozen=True)
class BlockedUnit:
    """An agency or commune, its province, and its obstacles of the kind and state asked for."""

    name: str
    area: str
    obstacles: tuple[Obstacle, ...]


def blocked_units(
    caller: Caller, day: date, *, area: str, category: str, state: str
) -> list[BlockedUnit]:
    """Those that the caller may see, by name (one SQL query; one more for a past day)."""
    rows = Obstacle.objects.visible_to(caller).filter(_in_state(state, day), opened_on__lte=day)
    rows = rows.filter(area__path__startswith=area)
    if category:
        rows = rows.filter(category=category)
    found: list[Any] = list(
        rows.annotate(whose=_UNIT)
        .select_related("area", "assignment__agency", "assignment__task")
        .order_by("opened_on", "pk")
    )
    as_named_on(day, [row.assignment.agency for row in found if row.assignment])
    units = defaultdict[str, list[Any]](list)
    for row in found:
        units[row.whose].append(row)
    places = provinces()
    lines = [
        BlockedUnit(
            own[0].assignment.agency.short_name if own[0].assignment else own[0].area.short_name,
            places[code].short_name if (code := province_code(own[0].area.path)) in places else "",
            tuple(own),
        )
        for own in units.values()
    ]
    return sorted(lines, key=lambda line: (line.area, line.name))


@require_safe
def obstacles_page(request: HttpRequest) -> HttpResponse:
    """``?area=&category=&state=``: open ones unless solved are asked for."""
    user, asked = user_of(request), read_asked(request.GET)
    category = read_choice(request.GET, "category", ObstacleCategory.values)
    state = read_choice(request.GET, "state", STATES) or "open"
    code = request.GET.get("area", "").strip()
    place = provinces().get(code)
    if code not in {"", "VN"} and place is None:
        raise no_such_filter("area")
    path = place.path if place else ""

    def context() -> dict[str, object]:
        units = blocked_units(user, asked.seen_on, area=path, category=category, state=state)
        return {
            "title": _("Obstacles"),
            "place": place.short_name if place else "",
            "area": code,
            "category": category,
            "state": state,
            "states": STATES,
            "lines": by_category(path, asked.seen_on),
            "units": units,
            "is_illustrative": any(one.is_illustrative for unit in units for one in unit.obstacles),
        }

    variant = (code, category, state)
    return serve(
        request,
        "dashboards/obstacles.html",
        asked,
        context,
        variant=variant,
    )
