from reports.models.period import Letterhead, PeriodLength, ReportingPeriod, ReportingSchedule
from reports.models.report import FrozenPicture, FrozenReport, ReportDraft, TypedText
from reports.models.sent import ReportMail, SignedCopy

__all__ = [
    "FrozenPicture",
    "FrozenReport",
    "Letterhead",
    "PeriodLength",
    "ReportDraft",
    "ReportMail",
    "ReportingPeriod",
    "ReportingSchedule",
    "SignedCopy",
    "TypedText",
]
