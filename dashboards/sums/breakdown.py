"""What a province's pages add up: its own tasks by agency and group, communes' each as a whole."""

from collections import defaultdict
from dataclasses import dataclass, replace

from django.db.models import Case, CharField, F, IntegerField, Q, Value, When

from core.text.translated import in_language
from dashboards.frame.day import Asked
from dashboards.frame.places import Place
from dashboards.sums.counts import Compared, added, compared
from provinces.mergers import merged_by
from provinces.models import Agency, Area
from tasks.models import Completion


@dataclass(frozen=True)
class BreakdownRow:
    plan_id: int
    plan_number: str
    plan_name_vi: str
    plan_name_en: str
    plan_provenance_vi: str
    plan_provenance_en: str
    level: str
    area_code: str
    group_number: int
    group_name_vi: str
    group_name_en: str
    agency_code: str
    agency_order: int
    agency_short_vi: str
    agency_short_en: str
    agency_name_vi: str
    agency_name_en: str
    head: str
    head_title_vi: str
    head_title_en: str

    @property
    def provenance(self) -> str:
        return in_language(self.plan_provenance_vi, self.plan_provenance_en)


_PLAIN_KEYS = (
    "plan",
    "plan__number",
    "plan__name_vi",
    "plan__name_en",
    "plan__provenance_vi",
    "plan__provenance_en",
    "area__level",
    "area__code",
)
_OWN_KEYS = (
    "group__number",
    "group__name_vi",
    "group__name_en",
    "agency__code",
    "agency__protocol_order",
    "agency__short_name_vi",
    "agency__short_name_en",
    "agency__name_vi",
    "agency__name_en",
    "agency__head_name",
    "agency__head_title_vi",
    "agency__head_title_en",
)
_NUMBERS = {"group__number", "agency__protocol_order"}


def breakdown_of(place: Place, asked: Asked) -> dict[BreakdownRow, Compared]:
    """Two SQL queries. A commune is one cell: its groups and agencies are not told apart."""
    is_own = Q(area__level=Area.Level.PROVINCE)
    own = {
        f"own_{key}": Case(
            When(is_own, then=F(key)),
            default=Value(0) if key in _NUMBERS else Value(""),
            output_field=IntegerField() if key in _NUMBERS else CharField(),
        )
        for key in _OWN_KEYS
    }
    rows = Completion.objects.filter(area__path__startswith=place.path).annotate(**own)
    found = compared(rows, (*_PLAIN_KEYS, *own), asked.day, asked.compared)
    merged = merged_by(asked.day)
    cells: defaultdict[BreakdownRow, Compared] = defaultdict(_nothing)
    for key, counts in found.items():
        cell = BreakdownRow(*key)
        heir = merged.get(cell.agency_code)
        cells[_under(cell, heir) if heir else cell] += counts
    return cells


def _nothing() -> Compared:
    return added(())


def _under(cell: BreakdownRow, heir: Agency) -> BreakdownRow:
    """Both days under whoever stands for the agency on the day asked for: like with like."""
    return replace(
        cell,
        agency_code=heir.code,
        agency_order=heir.protocol_order,
        agency_short_vi=heir.short_name_vi,
        agency_short_en=heir.short_name_en,
        agency_name_vi=heir.name_vi,
        agency_name_en=heir.name_en,
        head=heir.head_name,
        head_title_vi=heir.head_title_vi,
        head_title_en=heir.head_title_en,
    )
