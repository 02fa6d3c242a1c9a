from indicators.models.indicator import Indicator
from indicators.models.intake import ClientScope, ImportJob, scopes_of
from indicators.models.reading import ObsStatus, Reading

__all__ = ["ClientScope", "ImportJob", "Indicator", "ObsStatus", "Reading", "scopes_of"]
