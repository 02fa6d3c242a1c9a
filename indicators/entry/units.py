"""Which units fill one grid."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.web.requests import no_such_filter
from indicators.models import Indicator, Reading
from provinces.models import Area


@dataclass(frozen=True)
class UnitGroup:
    """Units that fill one grid: ``code`` is province, former or that of a province."""

    code: str
    label: str
    areas: Sequence[Area]


def groups_of(areas: Sequence[Area]) -> list[UnitGroup]:
    """The provinces with the nation on top, those of before July 2025, the communes of each."""
    found: defaultdict[str, list[Area]] = defaultdict(list)
    for area in areas:
        parents = area.path.split("/")
        is_commune = area.level == Area.Level.COMMUNE
        found[parents[1] if is_commune else "province" if area.is_active else "former"].append(area)
    names = {area.code: area for area in Area.objects.filter(code__in=found)}
    labels = {"province": _("Country and provinces"), "former": _("Provinces until June 2025")}
    communes = _("Communes of %(name)s")
    return [
        UnitGroup(
            code,
            labels[code] if code in labels else communes % {"name": names[code].short_name},
            group,
        )
        for code, group in found.items()
    ]


def chosen_group(
    groups: Sequence[UnitGroup], indicator: Indicator, query: Mapping[str, str]
) -> UnitGroup:
    """The one asked for, or that of the area a link speaks of; else the one most of the indicator's
    figures are of."""
    if code := query.get("units"):
        asked = [group for group in groups if group.code == code]
        if not asked:
            raise no_such_filter("units")
        return asked[0]
    area = query.get("area")
    if around := [group for group in groups if any(one.code == area for one in group.areas)]:
        return around[0]
    readings = Reading.objects.filter(indicator=indicator)
    known = set(readings.values_list("area", flat=True).distinct())
    return max(groups, key=lambda group: sum(area.pk in known for area in group.areas))
