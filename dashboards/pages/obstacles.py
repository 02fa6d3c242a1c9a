"""Open obstacles by category and by assignment, and the proposals made about them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, CharField, Count, F, Q, Value, When
from django.db.models.functions import Concat

from core.text.language import in_language
from dashboards.text.figures import is_web_address
from tasks.models import Obstacle, ObstacleCategory, Proposal


@dataclass(frozen=True)
class CategoryLine:
    """``units``: agencies and communes that report an open obstacle of the category.

    ``illustrative``: how many of the obstacles are not published ones.
    """

    category: str
    label: str
    units: int
    obstacles: int
    illustrative: int

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


def by_category(area_path: str, day: date) -> list[CategoryLine]:
    """Open obstacles of the area and below (one SQL query); most units first."""
    unit = Case(
        When(
            assignment__isnull=False,
            then=Concat(Value("agency:"), F("assignment__agency__code"), output_field=CharField()),
        ),
        default=Concat(Value("area:"), F("area__code"), output_field=CharField()),
        output_field=CharField(),
    )
    rows = (
        Obstacle.objects.open_on(day)
        .filter(area__path__startswith=area_path)
        .order_by()
        .values("category")
        .annotate(
            units=Count(unit, distinct=True),
            obstacles=Count("pk"),
            illustrative=Count("pk", filter=Q(is_illustrative=True)),
        )
    )
    lines = [
        CategoryLine(
            row["category"],
            str(ObstacleCategory(row["category"]).label),
            row["units"],
            row["obstacles"],
            row["illustrative"],
        )
        for row in rows
    ]
    return sorted(lines, key=lambda line: (-line.units, line.label))


def proposals_of(area_path: str, day: date) -> list[ProposalLine]:
    """Proposals of the area and below, sent by the day; unanswered ones first (2 SQL queries)."""
    rows = (
        Proposal.objects.filter(area__path__startswith=area_path)
        .filter(sent_on__lte=day)
        .select_related("addressee")
        .prefetch_related("obstacles")
        .order_by(F("answered_on").asc(nulls_first=True), "sent_on", "pk")[:20]
    )
    lines = []
    for row in rows:
        is_answered = row.answered_on is not None and row.answered_on <= day
        lines.append(
            ProposalLine(
                id=row.pk,
                categories=frozenset(obstacle.category for obstacle in row.obstacles.all()),
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
