"""Published figures by the hundred thousand, written by the database itself."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import UTC, date, datetime

from django.db import connection

from provinces.models import Area

_LAST_YEAR = 2025
_ALREADY = 5
_MONTHS = 120
_YEARS = 4
_INSERT = """
INSERT INTO indicators_reading (
    indicator_id, area_id, period, first_day, last_day, published_on, recorded_at, value,
    value_text, base, revision, obs_status, published_is_estimated, period_text, value_qualifier,
    source, source_url, note)
WITH periods (period, first_day, last_day) AS (VALUES {periods})
SELECT i.id, a.id, p.period, p.first_day, p.last_day, p.last_day, %s, '12.5',
    '12.5', 34, 999, 'A', {false}, '', '', 'bench', '', ''
FROM indicators_indicator i CROSS JOIN provinces_area a CROSS JOIN periods p
WHERE a.is_active AND a.level = %s
"""

Period = tuple[str, date, date]


def few() -> None:
    """Five months of every indicator and province: about 10,000."""
    _insert(_months()[:_ALREADY], Area.Level.PROVINCE)


def many() -> None:
    """Ten years of months for the provinces, four years for the communes: about 1,000,000."""
    _insert(_months()[_ALREADY:], Area.Level.PROVINCE)
    _insert(_years(), Area.Level.COMMUNE)


def _months() -> list[Period]:
    """Newest first."""
    found = []
    for back in range(_MONTHS):
        year, month = _LAST_YEAR - back // 12, 12 - back % 12
        days = monthrange(year, month)[1]
        found.append((f"{year}-{month:02}", date(year, month, 1), date(year, month, days)))
    return found


def _years() -> list[Period]:
    years = range(_LAST_YEAR - _YEARS + 1, _LAST_YEAR + 1)
    return [(str(year), date(year, 1, 1), date(year, 12, 31)) for year in years]


def _insert(periods: Sequence[Period], level: str) -> None:
    sql = _INSERT.format(
        periods=", ".join(["(%s, %s, %s)"] * len(periods)),
        false="false" if connection.vendor == "postgresql" else "0",
    )
    values = [value for period in periods for value in period]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, datetime(2026, 1, 1, tzinfo=UTC), level])
