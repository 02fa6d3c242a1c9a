"""Drafts of reports: kept while somebody types, or thrown away."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from core.web.http import user_of
from provinces.permissions import Permission, require
from tasks.services import drafts
from tasks.views.found import assignment_for
from tasks.views.reporting import sent_version


@require_POST
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what was typed (204), or with ``discard`` forget it."""
    user = user_of(request)
    assignment = assignment_for(user, pk)
    if "discard" in request.POST:
        require(user, Permission.REPORT_STATUS, assignment)
        drafts.drop_draft(assignment, by=user)
        return redirect(assignment)
    content = {name: str(value) for name, value in request.POST.items()}
    drafts.keep_draft(assignment, by=user, content=content, if_version=sent_version(request))
    return HttpResponse(status=HTTPStatus.NO_CONTENT)
