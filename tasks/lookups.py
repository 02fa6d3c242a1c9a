"""Finds the assignment that a page is about; raises Http404 for one the user may not see."""

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
    """With all that its page shows. Raises Http404."""
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
    """With what a report needs, read by a shorter query. Raises Http404.

    Those who may report on it see it, so that visibility is not asked for them.
    """
    try:
        found = read_whole(pk)
    except Assignment.DoesNotExist as missing:
        raise Http404 from missing
    if has_permission(user, Permission.REPORT_STATUS, found):
        return found
    if not Assignment.objects.visible_to(user).filter(pk=pk).exists():
        raise Http404
    return found
