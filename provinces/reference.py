"""The areas and documents of ``fixtures/reference``: created where missing, updated otherwise.

What offices set themselves is never touched: review, reporting period, heads, places under an
agency, names of numbered groups.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from core.tables.fixtures import Row, Tally, columns, day, read_table, sync, words
from provinces.models import Agency, Area, Phase, Plan, PlanGroup

_NAMES = ("name_vi", "name_en", "short_name_vi", "short_name_en")
_AREA_COLUMNS = (
    "official_code",
    "level",
    "kind",
    *_NAMES,
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
_AGENCY_COLUMNS = (*_NAMES, "name_key")
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
    merged = [
        Area(
            **columns(row, "code", "official_code", "kind", *_NAMES),
            level=Area.Level.PROVINCE,
            aliases=words(row["aliases"]),
            parent=above["VN"],
            is_active=False,
            successor=above[row["successor"]],
        )
        for row in read_table("reference/old_provinces")
    ]
    communes = [
        Area(
            **columns(row, "code", "kind", "name_vi", "name_en"),
            official_code=row["code"],
            level=Area.Level.COMMUNE,
            short_name_vi=_TYPE_VI.sub("", row["name_vi"]),
            short_name_en=_TYPE_EN.sub("", row["name_en"]),
            parent=above[row["province"]],
            lat=_degrees(row["lat"]),
            lon=_degrees(row["lon"]),
        )
        for row in read_table("reference/communes")
    ]
    return nation + provinces + _sync_areas(merged) + _sync_areas(communes)


def areas_by_code() -> dict[str, Area]:
    """Every area (one query)."""
    return {area.code: area for area in Area.objects.all()}


def load_plans() -> Tally:
    """The four documents with their phases and groups, and the standing agency."""
    areas = areas_by_code()
    # One that was renamed since, or merged, is the office's own.
    own = set(Agency.objects.exclude(former_names=None).values_list("code", flat=True))
    own |= set(Agency.objects.exclude(successor=None).values_list("code", flat=True))
    agencies = [
        Agency(
            **columns(row, "code", "head_title_vi", "head_title_en", *_NAMES),
            area=areas[row["area"]],
            protocol_order=int(row["protocol_order"]),
            aliases=words(row["aliases"]),
        )
        for row in read_table("reference/agencies")
        if row["code"] not in own
    ]
    for agency in agencies:
        agency.derive()
    tally = sync(agencies, key=["code"], update=_AGENCY_COLUMNS)
    for row in read_table("reference/plans"):  # One by one: a plan implements an earlier one.
        tally += sync([_plan(row, areas)], key=["number", "issuer_vi"], update=_PLAN_COLUMNS)
    plans = plans_by_number()
    phases = [
        Phase(
            **columns(row, "name_vi", "name_en"),
            plan=plans[row["plan"]],
            number=int(row["number"]),
            starts_on=day(row["starts_on"]),
            ends_on=day(row["ends_on"]),
        )
        for row in read_table("reference/phases")
    ]
    key, names = ["plan", "number"], ["name_vi", "name_en"]
    tally += sync(phases, key=key, update=names)
    groups: defaultdict[bool, list[PlanGroup]] = defaultdict(list)
    for row in read_table("reference/groups"):
        group = PlanGroup(
            **columns(row, *names), plan=plans[row["plan"]], number=int(row["number"])
        )
        # Those with a note are only numbered; their names are the offices'.
        groups[not row["note"]].append(group)
    tally += sync(groups[True], key=key, update=names)
    return tally + sync(groups[False], key=key, update=[])


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
        **columns(row, "code", "level", "kind", *_NAMES),
        official_code=row["code"],
        aliases=words(row["aliases"]),
        parent=above.get(row["parent"]),
        lat=_degrees(row["lat"]),
        lon=_degrees(row["lon"]),
        merged_on=day(row["merged_on"]),
    )


def _plan(row: Row, areas: Mapping[str, Area]) -> Plan:
    return Plan(
        **columns(row, "number", "kind", "name_vi", "name_en"),
        **columns(row, "issuer_vi", "issuer_en", "source_url"),
        issued_on=date.fromisoformat(row["issued_on"]),
        base_year=int(row["base_year"]) if row["base_year"] else None,
        area=areas[row["area"]],
        implements=plans_by_number().get(row["implements"]),
        requires_review=row["requires_review"] == "true",
        requires_agency_approval=row["requires_agency_approval"] == "true",
        standing_agency=Agency.objects.filter(code=row["standing_agency"]).first(),
    )


def _degrees(cell: str) -> float | None:
    return float(cell) if cell else None
