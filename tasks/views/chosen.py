"""The rows ticked on a list: ``chosen=12:3`` is assignment 12 as it was at version 3."""

import re

from django.http import HttpRequest, QueryDict
from django.urls import reverse

from core.models import User
from tasks.models import Assignment
from tasks.wanted import PAGE_SIZES

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


def back_to_list(request: HttpRequest) -> str:
    """The address of the list as it was filtered; never another page."""
    query = QueryDict(request.POST.get("back", "")).urlencode()
    return f"{reverse('tasks')}?{query}" if query else reverse("tasks")
