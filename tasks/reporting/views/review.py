"""The page of the reports that wait for the standing agency or the head of their agency."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Manager, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from core.models import User
from core.web.requests import user_of
from provinces.permissions import Permission, has_permission
from tasks.models import Assignment, CancelRequest, ExtensionRequest, Review, StatusReport
from tasks.models.assignment import Waiting
from tasks.reporting import bulk, reviews
from tasks.reporting.bulk import BulkReview, ticked
from tasks.reporting.forms import ReviewForm
from tasks.reporting.reviews import EITHER, follows_reviews, has_one_of, has_queue, queue_of

PAGE_SIZE = 20
_DONE = {
    Review.Decision.APPROVED: gettext_lazy("The report was approved."),
    Review.Decision.ACCEPTED: gettext_lazy("The report was accepted."),
    Review.Decision.RETURNED: gettext_lazy("The report was returned."),
}


@dataclass(frozen=True)
class Item:
    """A waiting report; ``yes`` is the decision that it needs next."""

    report: StatusReport
    yes: Review.Decision
    may_decide: bool
    is_own: bool
    form: ReviewForm


@require_safe
def review_list(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    _require_queue(user)
    return _page(request, user)


@require_POST
def review_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve, accept or return one report."""
    user = user_of(request)
    rows = StatusReport.objects.visible_to(user).select_related("assignment__area")
    report = get_object_or_404(rows, pk=pk)
    if not has_one_of(user, EITHER, report.assignment):
        raise PermissionDenied
    form = ReviewForm(request.POST, auto_id=f"r{pk}_%s")
    if form.saved(lambda: reviews.review_report(report, by=user, **form.cleaned_data)):
        messages.success(request, _DONE[Review.Decision(form.outcome.decision)])
        return redirect("review")
    if form.refused and form.refused.status != HTTPStatus.BAD_REQUEST:
        # Nothing in the form can be corrected.
        messages.error(request, str(form.refused.faults[0].detail))
        return redirect("review")
    return _page(request, user, wrong=form, wrong_id=pk)


@require_POST
def review_many(request: HttpRequest) -> HttpResponse:
    """Decide on the ticked reports; those that are refused are shown with the reason."""
    user = user_of(request)
    _require_queue(user)
    ticks = sorted(ticked(request.POST))[:PAGE_SIZE]
    rows = StatusReport.objects.visible_to(user).filter(pk__in=ticks)
    reports = list(rows.select_related("assignment__task", "assignment__agency"))
    form = ReviewForm(request.POST, auto_id="many_%s")
    if not reports:
        messages.error(request, _("Nothing was ticked. Tick the reports you mean, then try again."))
        return redirect("review")
    if not form.is_valid():
        return _page(request, user, wrong=form, many=form)
    outcomes = bulk.review_many(reports, by=user, **form.cleaned_data)
    refused = [outcome for outcome in outcomes if outcome.faults]
    done = len(outcomes) - len(refused)
    if done:
        words = ngettext("%(n)d report was decided.", "%(n)d reports were decided.", done)
        messages.success(request, words % {"n": done})
    return _page(request, user, many=form, refused=refused) if refused else redirect("review")


def _require_queue(user: User) -> None:
    if not has_queue(user):
        raise PermissionDenied


def _page(
    request: HttpRequest,
    user: User,
    *,
    wrong: ReviewForm | None = None,
    wrong_id: int = 0,
    many: ReviewForm | None = None,
    refused: Sequence[BulkReview] = (),
) -> HttpResponse:
    waiting = (
        queue_of(user)
        .select_related(
            "assignment__task__plan",
            "assignment__agency__area",
            "assignment__agency__successor__successor",
            "assignment__area",
            "reported_by_user",
            "reported_by_client",
        )
        .prefetch_related("evidence", "reviews__by")
    )
    page = Paginator(waiting, PAGE_SIZE).get_page(request.GET.get("page"))
    items = []
    for report in page:
        for_head = report.assignment.waiting == Waiting.AGENCY
        permission = Permission.APPROVE_REPORT if for_head else Permission.REVIEW_REPORT
        form = wrong if report.pk == wrong_id else None
        item = Item(
            report=report,
            yes=Review.Decision.APPROVED if for_head else Review.Decision.ACCEPTED,
            may_decide=has_permission(user, permission, report.assignment),
            is_own=report.reported_by_user_id == user.pk,
            form=form or ReviewForm(auto_id=f"r{report.pk}_%s"),
        )
        items.append(item)
    context = {
        "page": page,
        "items": items,
        "wrong": wrong,
        "asked": _asked(user, ExtensionRequest) if follows_reviews(user) else [],
        "ends_asked": _asked(user, CancelRequest) if follows_reviews(user) else [],
        "many": many or ReviewForm(auto_id="many_%s"),
        "refused": refused,
        "ticked": set(request.POST.getlist("chosen")),
        "yeses": {item.yes for item in items if item.may_decide and not item.is_own},
        "all_ticked": request.GET.get("ticked") == "all",
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refused else wrong.status if wrong else None
    return render(request, "tasks/review.html", context, status=status)


def _asked(user: User, kind: type[ExtensionRequest | CancelRequest]) -> "QuerySet[Any]":
    """Requests of this kind that wait for a decision."""
    requests: Manager[Any] = kind._default_manager
    rows = requests.filter(
        decision=kind.Decision.PENDING, assignment__in=Assignment.objects.visible_to(user)
    )
    return rows.select_related("assignment__task", "assignment__agency")[:PAGE_SIZE]
