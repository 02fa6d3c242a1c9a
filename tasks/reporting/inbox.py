"""What waits for a reviewer: filtered, counted, and "no change" of many units put together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q

from core.models import User
from core.web.requests import read_key
from provinces.models import Agency
from provinces.permissions import Permission, has_permission
from tasks.models import Review, StatusReport
from tasks.models.assignment import Waiting
from tasks.models.report import StatusReportQuerySet
from tasks.reporting.changes import ReportChanges, changes_of
from tasks.reporting.reviews import queue_of
from tasks.worklist.query import search_condition

PAGE_SIZE = 20
BUNDLE_SIZE = 300
_LONGEST = 100
_READ = (
    "assignment__task__plan",
    "assignment__agency__area",
    "assignment__agency__successor__successor",
    "assignment__area",
    "reported_by_user",
    "reported_by_client",
)


@dataclass(frozen=True)
class InboxQuery:
    """Read from ``?plan=&agency=&q=``; ``agency`` is a row number."""

    plan: str = ""
    agency: int | None = None
    search: str = ""

    @property
    def is_filtered(self) -> bool:
        return bool(self.plan or self.agency or self.search)

    def condition(self, *, leaving_out: str = "") -> Q:
        """For rows of reports; a menu leaves its own choice out to count the others."""
        condition = search_condition(self.search, "assignment__")
        if self.plan and leaving_out != "plan":
            condition &= Q(assignment__task__plan__number=self.plan)
        if self.agency and leaving_out != "agency":
            condition &= Q(assignment__agency=self.agency)
        return condition


def read_inbox_query(query: Mapping[str, str]) -> InboxQuery:
    """Raises Refused naming the parameter that cannot be read."""
    return InboxQuery(
        plan=query.get("plan", "").strip()[:_LONGEST],
        agency=read_key(query, "agency"),
        search=query.get("q", "").strip()[:_LONGEST],
    )


@dataclass(frozen=True)
class Item:
    """A waiting report; ``yes`` is the decision that it needs next."""

    report: StatusReport
    yes: Review.Decision
    is_permitted: bool
    is_own: bool
    changes: ReportChanges

    @property
    def may_decide(self) -> bool:
        return self.is_permitted and not self.is_own


@dataclass(frozen=True)
class Bundle:
    """Reports of "no change" that need the same decision of this person."""

    yes: Review.Decision
    items: Sequence[Item]

    @property
    def units(self) -> int:
        return len({item.report.assignment.agency_id for item in self.items})


@dataclass(frozen=True)
class InboxChoice:
    """An entry of a menu, and how many reports it has."""

    key: str
    label: str
    count: int


@dataclass(frozen=True)
class Inbox:
    """``found`` counts the reports that pass the filter, ``total`` all that wait."""

    page: "Page[StatusReport]"
    items: Sequence[Item]
    bundles: Sequence[Bundle]
    plans: Sequence[InboxChoice]
    agencies: Sequence[InboxChoice]
    found: int
    total: int


def inbox(user: User, wanted: InboxQuery, page: str) -> Inbox:
    """About 15 SQL queries, however many wait."""
    queue = queue_of(user)
    rows = queue.filter(wanted.condition())
    whole = rows.select_related(*_READ).prefetch_related("evidence", "reviews__by")
    # A bundle for each decision that is asked for; a single report is none.
    unchanged = items_of(user, list(whole.filter(unchanged=True)[:BUNDLE_SIZE]))
    bundles = []
    for yes in (Review.Decision.APPROVED, Review.Decision.ACCEPTED):
        alike = [item for item in unchanged if item.may_decide and item.yes == yes]
        if len(alike) > 1:
            bundles.append(Bundle(yes, alike))
    together = [item.report.pk for bundle in bundles for item in bundle.items]
    # A list of numbers, since a bundle is of those that this person may decide.
    paginator = Paginator(whole.exclude(pk__in=together), PAGE_SIZE)
    shown = paginator.get_page(page)
    found = paginator.count + len(together)
    plans = _counts(
        queue.filter(wanted.condition(leaving_out="plan")), "assignment__task__plan__number"
    )
    of_agency = _counts(queue.filter(wanted.condition(leaving_out="agency")), "assignment__agency")
    agencies = Agency.objects.filter(pk__in=of_agency).order_by("name_key")
    return Inbox(
        page=shown,
        items=items_of(user, list(shown)),
        bundles=bundles,
        plans=[InboxChoice(number, number, count) for number, count in sorted(plans.items())],
        agencies=[InboxChoice(str(one.pk), one.short_name, of_agency[one.pk]) for one in agencies],
        found=found,
        total=queue.count() if wanted.is_filtered else found,
    )


def items_of(user: User, reports: Sequence[StatusReport]) -> list[Item]:
    """Of waiting reports that carry their assignment, agency, area and evidence."""
    changes = changes_of(reports) if reports else {}
    items = []
    for report in reports:
        for_head = report.assignment.waiting == Waiting.AGENCY
        permission = Permission.APPROVE_REPORT if for_head else Permission.REVIEW_REPORT
        item = Item(
            report=report,
            yes=Review.Decision.APPROVED if for_head else Review.Decision.ACCEPTED,
            is_permitted=has_permission(user, permission, report.assignment),
            is_own=report.reported_by_user_id == user.pk,
            changes=changes[report.pk],
        )
        items.append(item)
    return items


def _counts(rows: StatusReportQuerySet, column: str) -> dict[Any, int]:
    return dict(rows.order_by().values_list(column).annotate(Count("pk")))
