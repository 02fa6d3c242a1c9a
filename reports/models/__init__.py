from reports.models.period import FrozenReport, ReportingPeriod

__all__ = ["FrozenReport", "ReportingPeriod"]
