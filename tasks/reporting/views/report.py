"""The form of a status report, used by the page of an assignment and by a line of the list."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.calendar import clock
from core.errors import Refused
from core.models import User
from core.text.numbers import whole
from core.web.requests import user_of
from core.web.typed import given_back, picked
from provinces.permissions import Permission, has_permission, require
from tasks.lookups import assignment_for
from tasks.models import Assignment, StatusReport
from tasks.models.assignment import IN_REVIEW, Waiting
from tasks.reporting import drafts, reports
from tasks.reporting.checks import check_version
from tasks.reporting.forms import StatusForm
from tasks.states import State


def status_form(assignment: Assignment, user: User, edit: str = "") -> StatusForm:
    """The form, filled with what holds now, for a report from today on.

    A report that waits or was returned comes first: a form filled with the published figures would
    put them in its place unseen. Overdue work begins with the reasons given last. What the user
    typed and did not save comes back (``draft_at``). Whoever came to say that the work is done
    (``edit`` is "completed") finds that state chosen and begins with the result.
    """
    newest = assignment.reports.order_by("-recorded_at", "-id").first()
    latest = newest if assignment.waiting and newest else assignment
    now: dict[str, Any] = {
        "state": latest.state,
        "percent": latest.percent,
        "effective_on": clock.today(),
        "result": newest.result if newest and assignment.waiting else "",
    }
    if assignment.is_overdue(clock.today()):
        explained = assignment.reports.last_explained()
        now |= {name: getattr(explained, name, None) for name in StatusForm.OVERDUE_FIELDS}
    draft = drafts.draft_of(assignment, user)
    form = StatusForm(
        initial={**now, **(draft.content if draft else {})}, auto_id=f"a{assignment.pk}_%s"
    )
    if edit == State.COMPLETED:
        form.initial["state"] = State.COMPLETED
        form.fields["result"].widget.attrs["autofocus"] = True
    form.draft_at = draft.saved_at if draft else None
    form.replaces = newest if assignment.waiting in IN_REVIEW else None
    form.may_cancel = has_permission(user, Permission.END_OR_REOPEN, assignment)
    return form


def take_report(request: HttpRequest, user: User, assignment: Assignment) -> StatusForm | None:
    """Report what was sent; None when it was taken, else the form with what was typed and why not.

    When it was taken, ``assignment.waiting`` says what the report waits for. Raises
    PermissionDenied.
    """
    version, auto_id = sent_version(request), f"a{assignment.pk}_%s"
    if "unchanged" in request.POST:
        try:
            report = reports.report_unchanged(
                assignment, by=user, effective_on=clock.today(), if_version=version
            )
        except Refused as refused:
            form = StatusForm(request.POST, auto_id=auto_id)
            form.full_clean()
            form.add_faults(refused)
            return form
        assignment.waiting = report.assignment.waiting
        return None
    form = StatusForm(request.POST, request.FILES, auto_id=auto_id)
    form.may_cancel = has_permission(user, Permission.END_OR_REOPEN, assignment)

    def save() -> StatusReport:
        proof = form.proof()
        return reports.report_status(
            assignment, by=user, proof=proof, if_version=version, **form.cleaned_data
        )

    if not form.saved(save):
        return form
    assignment.waiting = form.outcome.assignment.waiting
    return None


def sent_version(request: HttpRequest) -> int | None:
    """The version that the form was made from; None for a form that carries none."""
    return whole(request.POST.get("version", ""))


def thanks(assignment: Assignment) -> str:
    """What the officer reads after a report: that it was saved, and what it waits for."""
    if assignment.waiting == Waiting.AGENCY:
        return _("Your report was saved. It waits for the approval of the head of your agency.")
    if assignment.waiting == Waiting.REVIEW:
        return _("Your report was saved. It counts once the standing agency has accepted it.")
    return _("Your report was saved and counts.")


@require_POST
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Store what was typed (204); with ``discard``, delete it."""
    user = user_of(request)
    assignment = assignment_for(user, pk)
    if "discard" in request.POST:
        require(user, Permission.REPORT_STATUS, assignment)
        drafts.drop_draft(assignment, by=user)
        return redirect(assignment)
    content = picked(request.POST, drafts.FIELDS)
    drafts.keep_draft(assignment, by=user, content=content, if_version=sent_version(request))
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def take_back(request: HttpRequest, user: User, assignment: Assignment) -> None:
    """What they sent after their session had ended becomes their draft, if they may report."""
    typed = given_back(request, user)
    if typed is None:
        return
    version = whole(typed.pop("version", ""))
    try:
        drafts.keep_draft(assignment, by=user, content=typed, if_version=assignment.version)
        check_version(assignment, version)
    except PermissionDenied:
        return
    except Refused as refused:
        messages.warning(request, str(refused.faults[0].detail))
