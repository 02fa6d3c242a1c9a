"""Reports and reviews of many assignments at once; each is taken or refused on its own."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from core.calendar import clock
from core.errors import Fault, Refused
from core.models import User
from core.text.numbers import whole
from tasks.models import Assignment, Review, StatusReport
from tasks.reporting.evidence import NO_PROOF, Proof
from tasks.reporting.reports import report_status, report_unchanged
from tasks.reporting.reviews import review_report
from tasks.reporting.undoing import undo_review
from tasks.worklist.query import PAGE_SIZES

UNCHANGED = "unchanged"
PASSED_OVER = ("already_ended", "waits")


@dataclass(frozen=True)
class BulkRow:
    """What is reported on every row.

    ``state`` is a ``State`` or ``UNCHANGED``. Without ``percent`` each row keeps its own.
    """

    state: str
    effective_on: date
    percent: int | None = None
    result: str = ""
    cause_kind: str = ""
    cause: str = ""
    remedy: str = ""
    expected_on: date | None = None
    proof: Proof = NO_PROOF


@dataclass(frozen=True)
class BulkOutcome:
    """A row is done when it has no faults and was not passed over.

    Passed over is what "no change" says nothing of: ended work, and a report that waits.
    """

    assignment: Assignment
    faults: Sequence[Fault] = ()
    passed_over: str = ""


def report_many(
    rows: Iterable[tuple[Assignment, int | None]], ask: BulkRow, *, by: User
) -> list[BulkOutcome]:
    """Report on each row (assignment, version it was read with) in a transaction of its own.

    A document is stored once and serves all rows. A row that is refused raises nothing: its outcome
    holds the faults.
    """
    outcomes, proof = [], ask.proof
    for assignment, version in rows:
        common: dict[str, Any] = {
            "by": by,
            "effective_on": ask.effective_on,
            "cause_kind": ask.cause_kind,
            "cause": ask.cause,
            "remedy": ask.remedy,
            "expected_on": ask.expected_on,
            "if_version": version,
        }
        percent = assignment.percent if ask.percent is None else ask.percent
        try:
            if ask.state == UNCHANGED:
                report = report_unchanged(assignment, **common)
            else:
                report = report_status(
                    assignment,
                    state=ask.state,
                    result=ask.result,
                    percent=percent,
                    proof=proof,
                    **common,
                )
        except Refused as refused:
            code = refused.faults[0].code
            if ask.state == UNCHANGED and code in PASSED_OVER:
                outcomes.append(BulkOutcome(assignment, passed_over=code))
            else:
                outcomes.append(BulkOutcome(assignment, refused.faults))
        except PermissionDenied:
            fault = Fault("forbidden", _("You may not report on this task."))
            outcomes.append(BulkOutcome(assignment, [fault]))
        else:
            outcomes.append(BulkOutcome(assignment))
            if proof and not proof.kept:
                proof = Proof(kept=report.evidence.get())
    return outcomes


@dataclass(frozen=True)
class BulkReview:
    """What became of a report: it was decided when it has no faults."""

    report: StatusReport
    faults: Sequence[Fault] = ()


def review_many(
    reports: Iterable[StatusReport], *, by: User, decision: str, reason: str = ""
) -> list[BulkReview]:
    """Decide each report in a transaction of its own; raises nothing for one that is refused.

    All decisions have one moment, so that they are taken back together.
    """
    decide = partial(review_report, by=by, decision=decision, reason=reason, at=clock.now())
    forbidden = _("You may not review this report.")
    return _one_by_one(((report, partial(decide, report)) for report in reports), forbidden)


def undo_many(reviews: Iterable[Review], *, by: User) -> list[BulkReview]:
    """Take each decision back in a transaction of its own, as ``review_many`` decides."""
    forbidden = _("You may not take this decision back.")
    acts = ((review.report, partial(undo_review, review, by=by)) for review in reviews)
    return _one_by_one(acts, forbidden)


def _one_by_one(
    acts: Iterable[tuple[StatusReport, Callable[[], object]]], forbidden: str
) -> list[BulkReview]:
    outcomes = []
    for report, act in acts:
        faults: Sequence[Fault] = ()
        try:
            act()
        except Refused as refused:
            faults = refused.faults
        except PermissionDenied:
            faults = [Fault("forbidden", forbidden)]
        outcomes.append(BulkReview(report, faults))
    return outcomes


Chosen = list[tuple[Assignment, int]]
_TICK = re.compile(r"([0-9]{1,18}):([0-9]{1,9})")
_MOST = PAGE_SIZES[-1]


def chosen_rows(request: HttpRequest, user: User) -> Chosen:
    """The ticked assignments that the user sees, in the order of the ticks (1 SQL query).

    Each with the version it was read with: a tick is sent as "row number:version".
    """
    ticks = [_TICK.fullmatch(text) for text in request.POST.getlist("chosen")[:_MOST]]
    versions = {int(tick[1]): int(tick[2]) for tick in ticks if tick}
    rows = Assignment.objects.visible_to(user).select_related(
        "task__plan", "task__group", "agency__area", "area"
    )
    found = rows.in_bulk(list(versions))
    return [(found[pk], version) for pk, version in versions.items() if pk in found]


def ticked(sent: QueryDict, name: str = "chosen", most: int | None = None) -> set[int]:
    """The row numbers among the first ``most`` values that were sent."""
    return {number for text in sent.getlist(name)[:most] if (number := whole(text)) is not None}


def chosen_again(refused: Iterable[BulkOutcome]) -> Chosen:
    """The refused rows as they are now, so that a second try is made with the newest version."""
    rows = [outcome.assignment for outcome in refused]
    for row in rows:
        row.refresh_from_db(fields=["version", "state", "percent", "due_on"])
    return [(row, row.version) for row in rows]


def back_to_list(request: HttpRequest) -> str:
    """The address of the list with the filters that were on; never that of another page."""
    query = QueryDict(request.POST.get("back", "")).urlencode()
    return f"{reverse('tasks')}?{query}" if query else reverse("tasks")
