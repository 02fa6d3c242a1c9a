"""What stands in the way, by category, and what was proposed about it."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Case, CharField, Count, F, Q, Value, When
from django.db.models.functions import Concat

from core.named import in_language
from dashboards.figures import is_web_address
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
    text: str
    addressee: str
    letter: str
    sent_on: date | None
    answer: str
    answered_on: date | None
    source_url: str
    is_illustrative: bool

    @property
    def has_link(self) -> bool:
        return is_web_address(self.source_url)


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
    """Proposals of the area and below, sent by the day; unanswered ones first (one SQL query)."""
    rows = (
        Proposal.objects.filter(area__path__startswith=area_path)
        .filter(sent_on__lte=day)
        .select_related("addressee")
        .order_by(F("answered_on").asc(nulls_first=True), "sent_on", "pk")[:20]
    )
    return [_proposal(row, day) for row in rows]


def _proposal(row: Proposal, day: date) -> ProposalLine:
    is_answered = row.answered_on is not None and row.answered_on <= day
    return ProposalLine(
        text=in_language(row.text_vi, row.text_en),
        addressee=row.addressee.short_name if row.addressee else row.addressee_text,
        letter=row.letter_number,
        sent_on=row.sent_on,
        answer=row.answer if is_answered else "",
        answered_on=row.answered_on if is_answered else None,
        source_url=row.source_url,
        is_illustrative=row.is_illustrative,
    )
