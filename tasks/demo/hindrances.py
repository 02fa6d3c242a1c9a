"""Obstacles, proposals and judgements; those of seed document 003 are not marked illustrative."""

from collections.abc import Mapping
from datetime import date

from core.tables.fixtures import day, read_table
from indicators.models import Indicator
from provinces.models import Agency, Area
from provinces.reference import areas_by_code
from targets.models import Judgement, Target
from tasks.demo.people import People
from tasks.models import Assignment, Obstacle, Proposal

_PUBLISHED = "published"


def load_hindrances(people: People, assignments: Mapping[str, Assignment]) -> None:
    """Proposals and their obstacles. ``assignments`` by number of their task in Plan 305-KH/TU."""
    areas = areas_by_code()
    proposals = {
        row["key"]: Proposal(
            text_vi=row["text_vi"],
            text_en=row["text_en"],
            area=areas[row["area"]],
            addressee_text=row["addressee"],
            letter_number=row["letter_number"],
            sent_on=day(row["sent_on"]),
            answer=row["answer"],
            answered_on=day(row["answered_on"]),
            source_url=row["source"],
            is_illustrative=row["provenance"] != _PUBLISHED,
        )
        for row in read_table("demo/proposals")
    }
    Proposal.objects.bulk_create(proposals.values())
    obstacles = []
    for row in read_table("demo/obstacles"):
        area = areas[row["area"]]
        in_commune = area.level == Area.Level.COMMUNE
        obstacles.append(
            Obstacle(
                area=area,
                assignment=assignments[row["task"]] if row["task"] else None,
                category=row["category"],
                text_vi=row["text_vi"],
                text_en=row["text_en"],
                opened_on=date.fromisoformat(row["opened_on"]),
                opened_by=people.communes if in_commune else people.coordinator,
                resolved_on=day(row["resolved_on"]),
                resolution=row["resolution"],
                proposal=proposals[row["proposal"]] if row["proposal"] else None,
                is_illustrative=row["provenance"] != _PUBLISHED,
            )
        )
    Obstacle.objects.bulk_create(obstacles)


def load_judgements(people: People) -> None:
    targets = {target.code: target for target in Target.objects.all()}
    for row in read_table("demo/judgements"):
        Judgement.objects.create(
            target=targets[row["target"]],
            day=date.fromisoformat(row["day"]),
            verdict=row["verdict"],
            reason=row["reason"],
            by=people.coordinator,
        )


def load_owners(agencies: Mapping[str, Agency]) -> None:
    """Gives indicators without an owner the agency that answers for them."""
    for row in read_table("demo/indicator_owners"):
        Indicator.objects.filter(code=row["indicator"], owner=None).update(
            owner=agencies[row["agency"]]
        )
