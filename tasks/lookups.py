"""Finding what a page is about, for this user: what they may not see is not there (404)."""

from django.db.models import Prefetch
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django_htmx.middleware import HtmxDetails

from core.models import User
from provinces.models import Agency
from provinces.permissions import Permission, has_permission
from tasks.models import Assignment
from tasks.status.history import read_whole


class Request(HttpRequest):
    htmx: HtmxDetails


def assignment_for(user: User, pk: int) -> Assignment:
    rows = Assignment.objects.visible_to(user).select_related(
        "task__plan__standing_agency",
        "task__group",
        "agency__area",
        "agency__successor__successor",
        "area",
        "responsible",
    )
    helpers = Prefetch("coordinating", Agency.objects.select_related("area"))
    return get_object_or_404(rows.prefetch_related(helpers), pk=pk)


def assignment_to_report(user: User, pk: int) -> Assignment:
    """The same, without what only its page shows. Whoever may report on it sees it."""
    try:
        found = read_whole(pk)
    except Assignment.DoesNotExist as missing:
        raise Http404 from missing
    if has_permission(user, Permission.REPORT_STATUS, found):
        return found
    if not Assignment.objects.visible_to(user).filter(pk=pk).exists():
        raise Http404
    return found
