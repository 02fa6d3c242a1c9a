"""Every write of this floor that touches more than one row."""

from tasks.services.evidence import Proof
from tasks.services.extensions import decide_extension, request_extension
from tasks.services.many import Ask, Outcome, report_many
from tasks.services.obstacles import open_obstacle, resolve_obstacle
from tasks.services.planning import after_replanning, before_replanning, on_plans
from tasks.services.reports import report_status, report_unchanged, review_report
from tasks.services.state import refresh

__all__ = [
    "Ask",
    "Outcome",
    "Proof",
    "after_replanning",
    "before_replanning",
    "decide_extension",
    "on_plans",
    "open_obstacle",
    "refresh",
    "report_many",
    "report_status",
    "report_unchanged",
    "request_extension",
    "resolve_obstacle",
    "review_report",
]
