"""The rows ticked on a list: ``chosen=12:3`` is assignment 12 as it was at version 3."""

import re
from collections.abc import Iterable

from django.http import HttpRequest, QueryDict
from django.urls import reverse

from core.models import User
from core.text.numbers import whole
from tasks.models import Assignment
from tasks.reporting.bulk import BulkOutcome
from tasks.worklist.query import PAGE_SIZES

Chosen = list[tuple[Assignment, int]]
_TICK = re.compile(r"([0-9]{1,18}):([0-9]{1,9})")
_MOST = PAGE_SIZES[-1]


def chosen_rows(request: HttpRequest, user: User) -> Chosen:
    """Those among the ticked that the user sees, in the order of the ticks (1 query)."""
    ticks = [_TICK.fullmatch(text) for text in request.POST.getlist("chosen")[:_MOST]]
    versions = {int(tick[1]): int(tick[2]) for tick in ticks if tick}
    rows = Assignment.objects.visible_to(user).select_related(
        "task__plan", "task__group", "agency__area", "area"
    )
    found = rows.in_bulk(list(versions))
    return [(found[pk], version) for pk, version in versions.items() if pk in found]


def ticked(sent: QueryDict, name: str = "chosen", most: int | None = None) -> set[int]:
    """The numbers among the first ``most`` that were sent."""
    return {number for text in sent.getlist(name)[:most] if (number := whole(text)) is not None}


def chosen_again(refused: Iterable[BulkOutcome]) -> Chosen:
    """The refused rows as they are now: a second try knows what a colleague wrote."""
    rows = [outcome.assignment for outcome in refused]
    for row in rows:
        row.refresh_from_db(fields=["version", "state", "percent", "due_on"])
    return [(row, row.version) for row in rows]


def back_to_list(request: HttpRequest) -> str:
    """The address of the list as it was filtered; never another page."""
    query = QueryDict(request.POST.get("back", "")).urlencode()
    return f"{reverse('tasks')}?{query}" if query else reverse("tasks")
