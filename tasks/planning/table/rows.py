"""What the address of a document's table asks for, and its rows.

The words are those of the officer's list. Tasks that nobody has yet are a shelf of their own; on
every other shelf a row is an assignment.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.calendar import clock
from core.web.requests import read_choice
from provinces.lookup import words_in
from provinces.models import Plan
from tasks.completion.as_of import state_on
from tasks.models import Assignment, CancelRequest, ExtensionRequest, StatusReport, Task
from tasks.models.obstacle import DecidedRequest
from tasks.worklist.listing import count_by, in_order
from tasks.worklist.query import (
    SHELVES,
    ListQuery,
    due_condition,
    filter_condition,
    level_conditions,
    read_list_query,
    shelf_conditions,
)

UNASSIGNED, GIVEN = "unassigned", "given"
OWN_SHELVES: Mapping[str, str | Promise] = {
    UNASSIGNED: gettext_lazy("Not yet given"),
    GIVEN: gettext_lazy("Given"),
}
_LISTED = {shelf.key for shelf in SHELVES}
_MOST_LEADS, _LONGEST_LEAD = 200, 300


@dataclass(frozen=True)
class TableQuery:
    """Read from ``?status=&level=&group=&lead=&agency=&due=&q=&sort=&rows=``.

    ``shelf`` is one of ``OWN_SHELVES`` or of the list's; ``lead`` is the lead agency as printed.
    """

    words: ListQuery
    shelf: str
    lead: str = ""

    @property
    def of_tasks(self) -> bool:
        return self.shelf == UNASSIGNED

    @property
    def in_menu(self) -> int:
        """How many filters are on that only the menu shows."""
        words = self.words
        return sum(map(bool, [words.group, words.agency, words.due, words.level, self.lead]))

    @property
    def is_filtered(self) -> bool:
        return bool(self.in_menu or self.words.search)

    @property
    def kept(self) -> str:
        """The same again as a query string, without the page."""
        query = QueryDict(self.words.kept, mutable=True)
        query["status"] = self.shelf
        for name, value in (("q", self.words.search), ("lead", self.lead)):
            if value:
                query[name] = value
        return query.urlencode()


@dataclass(frozen=True)
class Selection:
    """What an act is for: the chosen rows, and the tasks they belong to.

    Each assignment knows ``reported`` (somebody reported or asked for more time), ``asks`` (a
    request waits for its decision) and ``last_said_on`` (the last day that a report holds from).
    """

    plan: Plan
    tasks: Sequence[Task]
    assignments: Sequence[Any]

    def __len__(self) -> int:
        return len(self.assignments) or len(self.tasks)


def read_table_query(query: Mapping[str, str], plan: Plan) -> TableQuery:
    """What an address asks for. Raises Refused naming the parameter that cannot be read.

    Without ``status`` it is the tasks that nobody has, if there are any.
    """
    words = {name: value for name, value in query.items() if name not in {"as_of", "plan"}}
    unknown = _("There is no such status.")
    shelf = read_choice(words, "status", {*OWN_SHELVES, *_LISTED}, unknown=unknown)
    if not shelf:
        has_free = Task.objects.filter(plan=plan, assignments=None).exists()
        shelf = UNASSIGNED if has_free else GIVEN
    words["status"] = shelf if shelf in _LISTED else ""
    return TableQuery(read_list_query(words), shelf, query.get("lead", "").strip()[:_LONGEST_LEAD])


def free_tasks(plan: Plan, asked: TableQuery) -> "QuerySet[Task]":
    """Tasks that nobody has and that pass the filters, in the order of the document."""
    words = asked.words
    rows = Task.objects.filter(plan=plan, assignments=None).annotate(due_then=F("due_on"))
    if words.group:
        rows = rows.filter(group=words.group)
    if asked.lead:
        rows = rows.filter(lead_text=asked.lead)
    if words.due:
        rows = rows.filter(due_condition(words.due, words.day))
    rows = rows.filter(words_in("search_text", words.search))
    in_document = (F("phase__number").asc(nulls_first=True), "number_key", "pk")
    dues = {"due": F("due_on").asc(nulls_last=True), "-due": F("due_on").desc(nulls_last=True)}
    order = (dues[words.sort], *in_document) if words.sort in dues else in_document
    return rows.select_related("group", "phase").order_by(*order)


def assignments_of(plan: Plan, asked: TableQuery) -> "QuerySet[Assignment]":
    """The assignments on the shelf asked for, in the order asked for; those of coming days too."""
    return in_order(_matching(plan, asked), asked.words)


def _all_of(plan: Plan) -> "QuerySet[Assignment]":
    return state_on(
        Assignment.objects.filter(task__plan=plan).within(plan.area, clock.today()), date.max
    )


def _matching(plan: Plan, asked: TableQuery) -> "QuerySet[Assignment]":
    """All that pass the filters, on every shelf."""
    rows = _all_of(plan).filter(filter_condition(asked.words))
    if asked.lead:
        rows = rows.filter(task__lead_text=asked.lead)
    if asked.words.level:
        rows = rows.filter(level_conditions()[asked.words.level])
    return rows


def shelves_of(plan: Plan, asked: TableQuery) -> dict[str, int]:
    """Shelf → how many rows it has (2 SQL queries)."""
    conditions = {GIVEN: Q(), **shelf_conditions(asked.words.day)}
    return {
        UNASSIGNED: free_tasks(plan, asked).count(),
        **count_by(_matching(plan, asked), conditions),
    }


def leads_of(plan: Plan) -> list[tuple[str, int]]:
    """Lead agencies as the document prints them, and how many tasks nobody has of each."""
    rows = Task.objects.filter(plan=plan).exclude(lead_text="").order_by("lead_text")
    free = Count("pk", filter=Q(assignments=None))
    return list(rows.values_list("lead_text").annotate(free=free)[:_MOST_LEADS])


def select(
    plan: Plan, asked: TableQuery, ticked: Collection[int] | None, *, lock: bool = False
) -> Selection:
    """The rows that were ticked, or all that match where ``ticked`` is None (1 SQL query).

    With ``lock`` they stay as they are until the transaction ends.
    """
    if asked.of_tasks:
        tasks = free_tasks(plan, asked)
        if ticked is not None:
            tasks = Task.objects.filter(plan=plan, pk__in=ticked).order_by("number_key", "pk")
        if lock:
            tasks = tasks.select_for_update(of=("self",))
        return Selection(plan, list(tasks), [])
    given = assignments_of(plan, asked)
    if ticked is not None:
        # Ticked rows are meant, whatever shelf they lie on by now.
        given = in_order(_all_of(plan).filter(pk__in=ticked), ListQuery(asked.words.day))
    of_row = OuterRef("pk")
    reports = StatusReport.objects.filter(assignment=of_row)
    extensions = ExtensionRequest.objects.filter(assignment=of_row)
    waiting = DecidedRequest.Decision.PENDING
    given = given.annotate(
        reported=Exists(reports) | Exists(extensions),
        asks=Exists(extensions.filter(decision=waiting))
        | Exists(CancelRequest.objects.filter(assignment=of_row, decision=waiting)),
        last_said_on=Subquery(reports.order_by("-effective_on").values("effective_on")[:1]),
    )
    if lock:
        given = given.select_for_update(of=("self",))
    rows = list(given)
    tasks_of_rows = {row.task_id: row.task for row in rows}
    return Selection(plan, list(tasks_of_rows.values()), rows)
