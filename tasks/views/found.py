"""Finding what a page is about, for this user: what he may not see is not there (404)."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django_htmx.middleware import HtmxDetails

from core.models import User
from tasks.models import Assignment


class Request(HttpRequest):
    htmx: HtmxDetails


def assignment_for(user: User, pk: int) -> Assignment:
    rows = Assignment.objects.visible_to(user).select_related(
        "task__plan__standing_agency", "task__group", "agency__area", "area", "responsible"
    )
    return get_object_or_404(rows, pk=pk)
