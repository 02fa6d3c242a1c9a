"""The areas and documents of ``fixtures/reference``: created where missing, updated otherwise.

What offices set themselves is never touched: review, reporting period, heads, places under an
agency, names of numbered groups.
"""

import re
from collections.abc import Mapping
from datetime import date

from core.tables.fixtures import Row, Tally, day, read_table, sync, words
from provinces.models import Agency, Area, Phase, Plan, PlanGroup

_AREA_COLUMNS = (
    "official_code",
    "level",
    "kind",
    "name_vi",
    "name_en",
    "short_name_vi",
    "short_name_en",
    "aliases",
    "parent",
    "path",
    "name_key",
    "search_text",
    "lat",
    "lon",
    "is_active",
    "merged_on",
    "successor",
)
_AGENCY_COLUMNS = ("name_vi", "name_en", "short_name_vi", "short_name_en", "name_key")
_PLAN_COLUMNS = (
    "kind",
    "name_vi",
    "name_en",
    "issuer_en",
    "issued_on",
    "base_year",
    "area",
    "implements",
    "source_url",
)
_TYPE_VI = re.compile(r"^(Xã|Phường|Đặc khu) ")
_TYPE_EN = re.compile(r" (Commune|Ward|Special Zone)$")


def load_areas() -> Tally:
    """The nation, 34 provinces, 3,321 communes, and the 52 provinces merged in July 2025."""
    rows = read_table("reference/areas")
    nation = _sync_areas([_area(row, {}) for row in rows if row["level"] == "nation"])
    above = areas_by_code()
    provinces = _sync_areas([_area(row, above) for row in rows if row["level"] == "province"])
    above = areas_by_code()
    merged = _sync_areas([_merged(row, above) for row in read_table("reference/old_provinces")])
    communes = _sync_areas([_commune(row, above) for row in read_table("reference/communes")])
    return nation + provinces + merged + communes


def areas_by_code() -> dict[str, Area]:
    """Every area (one query)."""
    return {area.code: area for area in Area.objects.all()}


def load_plans() -> Tally:
    """The four documents with their phases and groups, and the standing agency."""
    areas = areas_by_code()
    # One that was renamed since, or merged, is the office's own.
    own = set(Agency.objects.exclude(former_names=None).values_list("code", flat=True))
    own |= set(Agency.objects.exclude(successor=None).values_list("code", flat=True))
    rows = [row for row in read_table("reference/agencies") if row["code"] not in own]
    agencies = sync(
        [_agency(row, areas) for row in rows],
        key=["code"],
        update=_AGENCY_COLUMNS,
    )
    plans = Tally()
    for row in read_table("reference/plans"):  # One by one: a plan implements an earlier one.
        plans += sync([_plan(row, areas)], key=["number", "issuer_vi"], update=_PLAN_COLUMNS)
    return agencies + plans + _load_phases() + _load_groups()


def plans_by_number() -> dict[str, Plan]:
    """The reference documents by number and symbol (one query)."""
    issuers = {row["number"]: row["issuer_vi"] for row in read_table("reference/plans")}
    found = Plan.objects.filter(number__in=issuers)
    return {plan.number: plan for plan in found if plan.issuer_vi == issuers[plan.number]}


def _sync_areas(wanted: list[Area]) -> Tally:
    """Communes that were merged since stay merged, with the names their successors inherited."""
    communes = Area.objects.exclude(ended_on=None)
    merged = set(communes.values_list("code", flat=True))
    merged |= set(communes.values_list("successor__code", flat=True))
    wanted = [area for area in wanted if area.code not in merged]
    for area in wanted:
        area.derive()
    return sync(wanted, key=["code"], update=_AREA_COLUMNS)


def _area(row: Row, above: Mapping[str, Area]) -> Area:
    return Area(
        code=row["code"],
        official_code=row["code"],
        level=row["level"],
        kind=row["kind"],
        name_vi=row["name_vi"],
        name_en=row["name_en"],
        short_name_vi=row["short_name_vi"],
        short_name_en=row["short_name_en"],
        aliases=words(row["aliases"]),
        parent=above.get(row["parent"]),
        lat=_degrees(row["lat"]),
        lon=_degrees(row["lon"]),
        merged_on=day(row["merged_on"]),
    )


def _merged(row: Row, above: Mapping[str, Area]) -> Area:
    return Area(
        code=row["code"],
        official_code=row["official_code"],
        level=Area.Level.PROVINCE,
        kind=row["kind"],
        name_vi=row["name_vi"],
        name_en=row["name_en"],
        short_name_vi=row["short_name_vi"],
        short_name_en=row["short_name_en"],
        aliases=words(row["aliases"]),
        parent=above["VN"],
        is_active=False,
        successor=above[row["successor"]],
    )


def _commune(row: Row, above: Mapping[str, Area]) -> Area:
    return Area(
        code=row["code"],
        official_code=row["code"],
        level=Area.Level.COMMUNE,
        kind=row["kind"],
        name_vi=row["name_vi"],
        name_en=row["name_en"],
        short_name_vi=_TYPE_VI.sub("", row["name_vi"]),
        short_name_en=_TYPE_EN.sub("", row["name_en"]),
        parent=above[row["province"]],
        lat=_degrees(row["lat"]),
        lon=_degrees(row["lon"]),
    )


def _agency(row: Row, areas: Mapping[str, Area]) -> Agency:
    agency = Agency(
        code=row["code"],
        area=areas[row["area"]],
        name_vi=row["name_vi"],
        name_en=row["name_en"],
        short_name_vi=row["short_name_vi"],
        short_name_en=row["short_name_en"],
        head_title_vi=row["head_title_vi"],
        head_title_en=row["head_title_en"],
        protocol_order=int(row["protocol_order"]),
        aliases=words(row["aliases"]),
    )
    agency.derive()
    return agency


def _plan(row: Row, areas: Mapping[str, Area]) -> Plan:
    return Plan(
        number=row["number"],
        kind=row["kind"],
        name_vi=row["name_vi"],
        name_en=row["name_en"],
        issuer_vi=row["issuer_vi"],
        issuer_en=row["issuer_en"],
        issued_on=date.fromisoformat(row["issued_on"]),
        base_year=int(row["base_year"]) if row["base_year"] else None,
        area=areas[row["area"]],
        implements=plans_by_number().get(row["implements"]),
        requires_review=row["requires_review"] == "true",
        requires_agency_approval=row["requires_agency_approval"] == "true",
        standing_agency=Agency.objects.filter(code=row["standing_agency"]).first(),
        source_url=row["source_url"],
    )


def _load_phases() -> Tally:
    plans = plans_by_number()
    wanted = [
        Phase(
            plan=plans[row["plan"]],
            number=int(row["number"]),
            name_vi=row["name_vi"],
            name_en=row["name_en"],
            starts_on=day(row["starts_on"]),
            ends_on=day(row["ends_on"]),
        )
        for row in read_table("reference/phases")
    ]
    return sync(wanted, key=["plan", "number"], update=["name_vi", "name_en"])


def _load_groups() -> Tally:
    plans = plans_by_number()
    named: list[PlanGroup] = []
    numbered: list[PlanGroup] = []
    for row in read_table("reference/groups"):
        group = PlanGroup(
            plan=plans[row["plan"]],
            number=int(row["number"]),
            name_vi=row["name_vi"],
            name_en=row["name_en"],
        )
        (numbered if row["note"] else named).append(group)
    key = ["plan", "number"]
    return sync(named, key=key, update=["name_vi", "name_en"]) + sync(numbered, key=key, update=[])


def _degrees(cell: str) -> float | None:
    return float(cell) if cell else None
