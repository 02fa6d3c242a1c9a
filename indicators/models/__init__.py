from indicators.models.coverage import Coverage
from indicators.models.indicator import Indicator
from indicators.models.intake import ClientScope, ImportJob, RejectedRow, scopes_of, seen_by
from indicators.models.reading import ObsStatus, Reading

__all__ = [
    "ClientScope",
    "Coverage",
    "ImportJob",
    "Indicator",
    "ObsStatus",
    "Reading",
    "RejectedRow",
    "scopes_of",
    "seen_by",
]
