from reports.models.period import Letterhead, PeriodLength, ReportingPeriod, ReportingSchedule
from reports.models.report import FrozenReport, ReportDraft

__all__ = [
    "FrozenReport",
    "Letterhead",
    "PeriodLength",
    "ReportDraft",
    "ReportingPeriod",
    "ReportingSchedule",
]
