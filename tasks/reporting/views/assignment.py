"""The page of one assignment, the forms on it, and the files of its evidence."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.calendar import clock
from core.calendar.as_of import as_sent, read_as_of, read_known_on
from core.models import User
from core.text.language import in_language
from core.web.forms import PlainForm
from core.web.requests import user_of
from core.web.typed import LINE, keeps_typing
from provinces.permissions import Permission, has_permission, require
from tasks.completion.as_of import statuses_on
from tasks.lookups import assignment_for, assignment_to_report
from tasks.models import Assignment, CancelRequest, Evidence, ExtensionRequest, Obstacle, Review
from tasks.models.assignment import IN_REVIEW
from tasks.reporting import cancelling, contributions, extensions, obstacles, undoing
from tasks.reporting.drafts import FIELDS
from tasks.reporting.evidence import Proof
from tasks.reporting.forms import (
    CancelDecisionForm,
    CancelRequestForm,
    ContributionForm,
    DecisionForm,
    ExtensionForm,
    ObstacleForm,
    ResolutionForm,
    ReviewForm,
)
from tasks.reporting.inbox import items_of
from tasks.reporting.views.past import past_assignment
from tasks.reporting.views.report import status_form, take_back, take_report, thanks
from tasks.six_clears import CLEARS


@require_safe
def evidence_file(request: HttpRequest, pk: int) -> FileResponse:
    """The file as an attachment, with the type found in its content."""
    evidence = get_object_or_404(Evidence.objects.visible_to(user_of(request)), pk=pk)
    if not evidence.file:
        raise Http404
    return FileResponse(
        evidence.file.open("rb"),
        as_attachment=True,
        filename=evidence.file_name,
        content_type=evidence.content_type or "application/octet-stream",
    )


@keeps_typing({**FIELDS, "version": LINE}, "#report")
@require_http_methods(["GET", "HEAD", "POST"])
def assignment_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the assignment as of a day (GET), or report on it (POST)."""
    user = user_of(request)
    if request.method != "POST":
        assignment = assignment_for(user, pk)
        day = read_as_of({"as_of": as_sent(request.GET.get("as_of", ""))})
        known_on = read_known_on({"known_at": as_sent(request.GET.get("known_at", ""))})
        if day < clock.today() or known_on:
            return past_assignment(request, assignment, day, known_on)
        take_back(request, user, assignment)
        return show_assignment(request, assignment)
    assignment = assignment_to_report(user, pk)
    require(user, Permission.REPORT_STATUS, assignment)
    form = take_report(request, user, assignment)
    if form:
        return show_assignment(request, assignment_for(user, pk), report_form=form)
    messages.success(request, thanks(assignment))
    return redirect(assignment)


@require_POST
def open_obstacle(request: HttpRequest, pk: int) -> HttpResponse:
    user = user_of(request)
    assignment = assignment_for(user, pk)
    require(user, Permission.REPORT_STATUS, assignment)
    form = ObstacleForm(request.POST, auto_id="obstacle_%s")
    form.saved(lambda: obstacles.open_obstacle(by=user, assignment=assignment, **form.cleaned_data))
    return _answer(request, assignment, form, "obstacle_form", _("The obstacle was recorded."))


@require_POST
def resolve_obstacle(request: HttpRequest, pk: int) -> HttpResponse:
    user = user_of(request)
    rows = Obstacle.objects.visible_to(user).select_related("area").exclude(assignment=None)
    obstacle = get_object_or_404(rows, pk=pk)
    require(user, Permission.MANAGE_OBSTACLES, obstacle)
    form = _resolution_form(obstacle, request.POST)
    form.saved(lambda: obstacles.resolve_obstacle(obstacle, by=user, **form.cleaned_data))
    assignment = assignment_for(user, obstacle.assignment_id or 0)
    done = _("The obstacle is resolved.")
    return _answer(request, assignment, form, f"resolve_{obstacle.pk}", done)


@require_POST
def contribute(request: HttpRequest, pk: int) -> HttpResponse:
    """Add what a coordinating agency did."""
    user = user_of(request)
    assignment = assignment_for(user, pk)
    require(user, Permission.CONTRIBUTE, assignment)
    form = _contribution_form(assignment, user, request.POST, request.FILES)

    def save() -> None:
        proof = form.proof()
        contributions.contribute(assignment, by=user, proof=proof, **form.cleaned_data)

    form.saved(save)
    done = _("What your agency did was added.")
    return _answer(request, assignment, form, "contribution_form", done)


def _contribution_form(assignment: Assignment, user: User, *sent: Any) -> ContributionForm:
    agencies = contributions.helping_agencies(assignment, user)
    return ContributionForm(*sent, agencies=agencies, auto_id="contribution_%s")


@require_POST
def request_extension(request: HttpRequest, pk: int) -> HttpResponse:
    user = user_of(request)
    assignment = assignment_for(user, pk)
    require(user, Permission.REPORT_STATUS, assignment)
    form = ExtensionForm(request.POST, auto_id="extension_%s")
    form.saved(lambda: extensions.request_extension(assignment, by=user, **form.cleaned_data))
    done = _("Your request was sent to the standing agency.")
    return _answer(request, assignment, form, "extension_form", done)


@require_POST
def decide_extension(request: HttpRequest, pk: int) -> HttpResponse:
    user = user_of(request)
    rows = ExtensionRequest.objects.filter(assignment__in=Assignment.objects.visible_to(user))
    asked = get_object_or_404(rows.select_related("assignment__area"), pk=pk)
    require(user, Permission.DECIDE_REQUEST, asked.assignment)
    form = DecisionForm(request.POST, auto_id="decide_%s")
    form.saved(
        lambda: extensions.decide_extension(
            asked,
            by=user,
            note=form.cleaned_data["note"],
            granted=form.cleaned_data["decision"] == ExtensionRequest.Decision.GRANTED,
        )
    )
    assignment = assignment_for(user, asked.assignment_id)
    return _answer(request, assignment, form, "decision_form", _("The decision was recorded."))


@require_POST
def request_cancelling(request: HttpRequest, pk: int) -> HttpResponse:
    user = user_of(request)
    assignment = assignment_for(user, pk)
    require(user, Permission.REPORT_STATUS, assignment)
    form = CancelRequestForm(request.POST, auto_id="cancel_%s")
    form.saved(lambda: cancelling.request_cancelling(assignment, by=user, **form.cleaned_data))
    done = _("Your request was sent to the standing agency.")
    return _answer(request, assignment, form, "cancel_form", done)


@require_POST
def decide_cancelling(request: HttpRequest, pk: int) -> HttpResponse:
    user = user_of(request)
    rows = CancelRequest.objects.filter(assignment__in=Assignment.objects.visible_to(user))
    asked = get_object_or_404(rows.select_related("assignment__area"), pk=pk)
    require(user, Permission.DECIDE_REQUEST, asked.assignment)
    form = CancelDecisionForm(request.POST, auto_id="end_%s")
    form.saved(
        lambda: cancelling.decide_cancelling(
            asked,
            by=user,
            note=form.cleaned_data["note"],
            granted=form.cleaned_data["decision"] == CancelRequest.Decision.GRANTED,
            proof=Proof(number=form.cleaned_data["evidence_number"]),
        )
    )
    assignment = assignment_for(user, asked.assignment_id)
    return _answer(request, assignment, form, "end_form", _("The decision was recorded."))


def _answer(
    request: HttpRequest, assignment: Assignment, form: PlainForm, name: str, done: str
) -> HttpResponse:
    """Redirect to the page after a success, else show it with the form and its errors."""
    if form.errors:
        return show_assignment(request, assignment, **{name: form})
    messages.success(request, done)
    return redirect(assignment)


def show_assignment(
    request: HttpRequest, assignment: Assignment, **forms: PlainForm
) -> HttpResponse:
    """The page. ``forms`` are those that were sent, by the name that the page gives them."""
    user, today, plan = user_of(request), clock.today(), assignment.task.plan
    wrong = next((form for form in forms.values() if form.errors), None)
    reports = assignment.reports.select_related("reported_by_user", "reported_by_client")
    reports = reports.prefetch_related("reviews__by", "evidence")
    waiting = list(reports.newest()) if assignment.waiting in IN_REVIEW else []
    contributed = assignment.contributions.select_related("agency", "by")
    context = {
        "assignment": assignment,
        "task": assignment.task,
        "plan": plan,
        "status": statuses_on([assignment], today).get(assignment.pk),
        "is_overdue": assignment.is_overdue(today),
        "days_overdue": assignment.days_overdue(today),
        "wrong": wrong,
        "issuer": in_language(plan.issuer_vi, plan.issuer_en),
        "clears": CLEARS[settings.R57_CLEARS],
        "waiting_report": waiting[0].pk if waiting else None,
        "deciding": next((one for one in items_of(user, waiting) if one.is_permitted), None),
        "undoable": undoing.last_decision(assignment, user),
        "returned": Review.objects.returning([assignment]).first(),
        "reports": reports.last_first(),
        "extensions": assignment.extensions.select_related("requested_by", "decided_by"),
        "cancel_requests": assignment.cancel_requests.select_related("requested_by", "decided_by"),
        "evidence": assignment.evidence.all(),
        "helpers": assignment.coordinating.all(),
        "parts": contributed.prefetch_related("evidence"),
        # What the page offers. The services check it again.
        "may_report": has_permission(user, Permission.REPORT_STATUS, assignment),
        "may_review": has_permission(user, Permission.REVIEW_REPORT, assignment),
        "may_decide": has_permission(user, Permission.DECIDE_REQUEST, assignment),
        "may_resolve": has_permission(user, Permission.MANAGE_OBSTACLES, assignment),
        "review_form": ReviewForm(auto_id="review_%s"),
        "report_form": status_form(assignment, user, request.GET.get("edit", "")),
        "obstacle_form": ObstacleForm(auto_id="obstacle_%s"),
        "contribution_form": _contribution_form(assignment, user),
        "extension_form": ExtensionForm(auto_id="extension_%s"),
        "decision_form": DecisionForm(auto_id="decide_%s"),
        "cancel_form": CancelRequestForm(auto_id="cancel_%s"),
        "end_form": CancelDecisionForm(auto_id="end_%s"),
        **forms,
        "obstacles": [
            (obstacle, forms.get(f"resolve_{obstacle.pk}") or _resolution_form(obstacle))
            for obstacle in assignment.obstacles.all()
        ],
    }
    return render(
        request, "tasks/reporting/assignment.html", context, status=wrong.status if wrong else None
    )


def _resolution_form(obstacle: Obstacle, data: QueryDict | None = None) -> ResolutionForm:
    return ResolutionForm(data, auto_id=f"resolve{obstacle.pk}_%s")
