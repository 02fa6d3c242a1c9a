"""Readings as lists print them: every vintage, its sender and its source."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F
from django.utils.translation import gettext as _

from dashboards.text import figures, labels
from indicators.models import Indicator, ObsStatus, Reading

NEWEST_FIRST = (F("last_day").desc(nulls_last=True), "-base", "-published_on", "-revision")


@dataclass(frozen=True)
class ReadingLine:
    """One vintage."""

    area: str
    area_code: str
    period: str
    value: str
    status: str
    status_code: str
    base: int
    ranked_among: int
    revision: int
    published_on: date
    published_is_estimated: bool
    recorded_at: datetime
    sender: str
    source: str
    source_url: str
    note: str

    @property
    def revisions_before(self) -> int:
        """0 for the first vintage, 1 for the first revision."""
        return self.revision - 1

    @property
    def has_link(self) -> bool:
        return figures.is_web_address(self.source_url)


def reading_line(row: Reading, indicator: Indicator, area: str = "", code: str = "") -> ReadingLine:
    """``area`` and ``code`` are needed where a list is of several areas."""
    sender = row.recorded_by_client or row.recorded_by_user
    # "14,02%", "<1%" or "hạng 45/193"; both where a value and a rank were published.
    values = []
    if row.value is not None:
        unit = "" if indicator.is_rank else indicator.unit
        number = labels.with_unit(row.value_text or row.value, unit)
        values.append(f"{row.value_qualifier}{number}")
    if row.rank is not None:
        of = f"/{row.rank_of}" if row.rank_of else ""
        values.append(_("rank %(n)s") % {"n": f"{row.rank}{of}"})
    return ReadingLine(
        area=area,
        area_code=code,
        period=row.period_text or figures.period(row.period),
        value=", ".join(values) or figures.NOTHING,
        status=str(ObsStatus(row.obs_status).label),
        status_code=row.obs_status,
        base=row.base,
        ranked_among=row.rank_of or row.base or 0,
        revision=row.revision,
        published_on=row.published_on,
        published_is_estimated=row.published_is_estimated,
        recorded_at=row.recorded_at,
        sender=str(sender) if sender else "",
        source=row.source,
        source_url=row.source_url,
        note=row.note,
    )
