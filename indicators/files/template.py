"""An Excel form made for figures that are to be sent; filled in it is taken without a question."""

from collections.abc import Iterable, Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.calendar.periods import Period
from core.models import User
from core.tables.columns import Column
from core.tables.writer import Value, write_columns
from indicators.models import Indicator, ObsStatus, Reading
from indicators.recording.rules import NEW_BASE
from indicators.scope import areas_to_record
from provinces.models import Area

COLUMNS = (
    Column("indicator", _("Code of the indicator"), 26, is_ours=True, note=_("Leave it as it is.")),
    Column("name", _("Indicator in words"), 50, is_ours=True, note=_("Leave it as it is.")),
    Column("unit", _("Unit"), 12, is_ours=True, note=_("The figure is in this unit.")),
    Column("area", _("Code of the area"), 14, is_ours=True, note=_("Leave it as it is.")),
    Column("area_name", _("Area in words"), 26, is_ours=True, note=_("Leave it as it is.")),
    Column("period", _("Period"), 14, is_ours=True, note=_("Leave it as it is.")),
    Column(
        "base",
        _("How many provinces"),
        12,
        is_ours=True,
        note=_("34 where the area had other borders before; leave it as it is."),
    ),
    Column(
        "value",
        _("Value"),
        16,
        note=_("A number, such as 41,2. A row that is left empty is passed over."),
    ),
    Column(
        "obs_status",
        _("Status"),
        12,
        words=ObsStatus.values,
        note=_(
            "Empty: final. E estimated, P provisional, F forecast, B break in series, O missing."
        ),
    ),
    Column(
        "published_on", _("Published on"), 16, note=_("A day, such as 15/01/2026; empty: today.")
    ),
    Column("source", _("Source"), 40, note=_("Who published it, and where.")),
    Column("note", _("Note"), 40, note=_("Anything that readers should know.")),
)
MOST_ROWS = 10_000


def awaited_figures(
    user: User, indicators: "QuerySet[Indicator]", period: Period
) -> Iterator[list[Value]]:
    """A row for each area the person may record that has no figure of that period yet, of the
    indicators that take such a period (1 query and 2 for each indicator)."""
    # The index goes by the last day.
    known = Reading.objects.filter(period=period.text, last_day=period.last_day).order_by()
    for one in indicators:
        if period.kind not in one.lengths:
            continue
        taken = set(known.filter(indicator=one).values_list("area", flat=True))
        for area in areas_to_record(user, one):
            if area.is_active and area.pk not in taken:
                yield line_of(one, area, period)


def line_of(indicator: Indicator, area: Area, period: Period) -> list[Value]:
    """A row to fill in."""
    is_redrawn = area.merged_on is not None and period.first_day < area.merged_on
    what: list[Value] = [indicator.code, indicator.name_vi, indicator.unit_vi]
    where: list[Value] = [area.code, area.name_vi, period.text, NEW_BASE if is_redrawn else None]
    return [*what, *where, *[None] * (len(COLUMNS) - len(what) - len(where))]


def form_of(rows: Iterable[list[Value]]) -> bytes:
    return write_columns("Số liệu", COLUMNS, rows, is_form=True)
