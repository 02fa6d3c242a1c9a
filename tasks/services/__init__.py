"""Every write of this floor that touches more than one row."""

from tasks.services.contributions import choose_coordinating, contribute, helping_agencies
from tasks.services.documents import attach_document
from tasks.services.drafts import draft_of, drop_draft, keep_draft
from tasks.services.evidence import Proof
from tasks.services.extensions import decide_extension, request_extension
from tasks.services.importing import Preview, apply_import, check_import, start_import
from tasks.services.many import Ask, Outcome, Verdict, report_many, review_many
from tasks.services.obstacles import open_obstacle, resolve_obstacle
from tasks.services.planning import after_replanning, before_replanning, on_plans
from tasks.services.reports import report_status, report_unchanged
from tasks.services.reviews import review_report
from tasks.services.state import refresh

__all__ = [
    "Ask",
    "Outcome",
    "Preview",
    "Proof",
    "Verdict",
    "after_replanning",
    "apply_import",
    "attach_document",
    "before_replanning",
    "check_import",
    "choose_coordinating",
    "contribute",
    "decide_extension",
    "draft_of",
    "drop_draft",
    "helping_agencies",
    "keep_draft",
    "on_plans",
    "open_obstacle",
    "refresh",
    "report_many",
    "report_status",
    "report_unchanged",
    "request_extension",
    "resolve_obstacle",
    "review_many",
    "review_report",
    "start_import",
]
