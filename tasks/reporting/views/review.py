"""Deciding on reports: the inbox of what waits, one report on its own page, and the way back."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Manager, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from core.errors import Refused
from core.models import User
from core.web.requests import user_of
from tasks.lookups import assignment_for
from tasks.models import Assignment, CancelRequest, ExtensionRequest, Review, StatusReport
from tasks.reporting import bulk, reviews, undoing
from tasks.reporting.bulk import BulkReview, ticked
from tasks.reporting.forms import ReviewForm
from tasks.reporting.inbox import BUNDLE_SIZE, InboxQuery, inbox, read_inbox_query
from tasks.reporting.reviews import EITHER, follows_reviews, has_one_of, has_queue
from tasks.reporting.views.assignment import show_assignment

_MOST_ASKED = 20
_DONE = {
    Review.Decision.APPROVED: gettext_lazy("The report was approved."),
    Review.Decision.ACCEPTED: gettext_lazy("The report was accepted."),
    Review.Decision.RETURNED: gettext_lazy("The report was returned."),
}
_UNDONE = gettext_lazy("The decision was taken back; the report waits again.")


@require_safe
def review_list(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    _require_queue(user)
    return _page(request, user)


@require_POST
def review_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve, accept or return one report, from the inbox or (``page``) that of its assignment."""
    user = user_of(request)
    rows = StatusReport.objects.visible_to(user).select_related("assignment__area")
    report = get_object_or_404(rows, pk=pk)
    if not has_one_of(user, EITHER, report.assignment):
        raise PermissionDenied
    back = _back(request, report.assignment)
    form = ReviewForm(request.POST, auto_id=f"r{pk}_%s")
    if form.saved(lambda: reviews.review_report(report, by=user, **form.cleaned_data)):
        messages.success(request, _DONE[Review.Decision(form.outcome.decision)])
        return redirect(back)
    if form.refused and form.refused.status != HTTPStatus.BAD_REQUEST:
        # Nothing in the form can be corrected.
        messages.error(request, str(form.refused.faults[0].detail))
        return redirect(back)
    if "page" in request.POST:
        assignment = assignment_for(user, report.assignment_id)
        return show_assignment(request, assignment, review_form=form)
    return _page(request, user, wrong=form, wrong_id=pk)


@require_POST
def review_many(request: HttpRequest) -> HttpResponse:
    """Decide on the ticked reports; those that are refused are shown with the reason."""
    user = user_of(request)
    _require_queue(user)
    rows = StatusReport.objects.visible_to(user).filter(pk__in=_ticks(request))
    reports = list(rows.select_related("assignment__task", "assignment__agency"))
    form = ReviewForm(request.POST, auto_id="many_%s")
    if not reports:
        messages.error(request, _("Nothing was ticked. Tick the reports you mean, then try again."))
        return redirect(_back(request))
    if not form.is_valid():
        return _page(request, user, wrong=form, many=form)
    outcomes = bulk.review_many(reports, by=user, **form.cleaned_data)
    refused = [outcome for outcome in outcomes if outcome.faults]
    done = len(outcomes) - len(refused)
    if done:
        words = ngettext("%(n)d report was decided.", "%(n)d reports were decided.", done)
        messages.success(request, words % {"n": done})
    return _page(request, user, many=form, refused=refused) if refused else redirect(_back(request))


@require_POST
def undo_review(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one decision back, from the page of its assignment."""
    user = user_of(request)
    rows = Review.objects.filter(report__in=StatusReport.objects.visible_to(user))
    review = get_object_or_404(rows.select_related("report__assignment"), pk=pk)
    try:
        undoing.undo_review(review, by=user)
    except Refused as refused:
        messages.error(request, str(refused.faults[0].detail))
    else:
        messages.success(request, _UNDONE)
    return redirect(review.report.assignment)


@require_POST
def undo_many(request: HttpRequest) -> HttpResponse:
    """Take the ticked decisions back; those that stay are shown with the reason."""
    user = user_of(request)
    _require_queue(user)
    visible = StatusReport.objects.visible_to(user)
    rows = Review.objects.filter(pk__in=_ticks(request), report__in=visible)
    chosen = rows.select_related("report__assignment__task", "report__assignment__agency")
    outcomes = bulk.undo_many(chosen, by=user)
    refused = [outcome for outcome in outcomes if outcome.faults]
    done = len(outcomes) - len(refused)
    if done:
        words = ngettext(
            "%(n)d decision was taken back; the report waits again.",
            "%(n)d decisions were taken back; the reports wait again.",
            done,
        )
        messages.success(request, words % {"n": done})
    elif not refused:
        messages.error(request, _("Nothing was ticked. Tick the reports you mean, then try again."))
    return _page(request, user, refused=refused) if refused else redirect(_back(request))


def _ticks(request: HttpRequest) -> list[int]:
    return sorted(ticked(request.POST))[:BUNDLE_SIZE]


def _require_queue(user: User) -> None:
    if not has_queue(user):
        raise PermissionDenied


def _back(request: HttpRequest, assignment: Assignment | None = None) -> str:
    """The page that was decided on: of the assignment, or the inbox with the filter that was on."""
    if assignment and "page" in request.POST:
        return assignment.get_absolute_url()
    query = QueryDict(request.POST.get("back", "")).urlencode()
    return f"{reverse('review')}?{query}" if query else reverse("review")


def _page(
    request: HttpRequest,
    user: User,
    *,
    wrong: ReviewForm | None = None,
    wrong_id: int = 0,
    many: ReviewForm | None = None,
    refused: Sequence[BulkReview] = (),
) -> HttpResponse:
    # After a POST the filter is what the form carries.
    address = QueryDict(request.POST.get("back", "")) if request.method == "POST" else request.GET
    wanted = read_inbox_query(address)
    found = inbox(user, wanted, address.get("page", ""))
    forms = [
        wrong
        if wrong and item.report.pk == wrong_id
        else ReviewForm(auto_id=f"r{item.report.pk}_%s")
        for item in found.items
    ]
    yeses = {item.yes for item in found.items if item.may_decide}
    context = {
        "found": found,
        "wanted": wanted,
        "all_illustrative": all(i.report.assignment.task.is_illustrative for i in found.items),
        "items": list(zip(found.items, forms, strict=True)),
        "wrong": wrong,
        "back": address.urlencode(),
        "acts": undoing.last_acts(user),
        "asked": _asked(user, ExtensionRequest, wanted) if follows_reviews(user) else [],
        "ends_asked": _asked(user, CancelRequest, wanted) if follows_reviews(user) else [],
        "many": many or ReviewForm(auto_id="many_%s"),
        "refused": refused,
        "ticked": set(request.POST.getlist("chosen")),
        "yeses": yeses,
        "all_ticked": address.get("ticked") == "all",
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refused else wrong.status if wrong else None
    return render(request, "tasks/reporting/review.html", context, status=status)


def _asked(
    user: User, kind: type[ExtensionRequest | CancelRequest], wanted: InboxQuery
) -> "QuerySet[Any]":
    """Requests of this kind that wait for a decision."""
    requests: Manager[Any] = kind._default_manager
    rows = requests.filter(
        wanted.condition(),
        decision=kind.Decision.PENDING,
        assignment__in=Assignment.objects.visible_to(user),
    )
    return rows.select_related("assignment__task", "assignment__agency")[:_MOST_ASKED]
