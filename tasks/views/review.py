"""Reports that wait for the standing agency, oldest first."""

import re
from collections.abc import Sequence
from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from core.errors import Refused
from core.models import User
from core.requests import user_of
from provinces.models import Role
from provinces.permissions import (
    Permission,
    has_permission,
    holds_anywhere,
    require,
    sees_everything,
)
from tasks import services
from tasks.forms import ReviewForm
from tasks.models import Assignment, ExtensionRequest, Review, StatusReport
from tasks.services import Verdict

PAGE_SIZE = 20
_TICK = re.compile(r"[0-9]{1,18}")
_READERS = (Role.REVIEWER, Role.COORDINATOR, Role.ADMINISTRATOR)


@require_safe
def review_list(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    _require_reader(user)
    return _page(request, user)


@require_POST
def review_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept or return one report."""
    user = user_of(request)
    rows = StatusReport.objects.visible_to(user).select_related("assignment__area")
    report = get_object_or_404(rows, pk=pk)
    require(user, Permission.REVIEW_REPORT, report.assignment)
    form = ReviewForm(request.POST, auto_id=f"r{pk}_%s")
    if form.is_valid():
        try:
            review = services.review_report(report, by=user, **form.cleaned_data)
        except Refused as refused:
            form.add_faults(refused)
            if refused.status != HTTPStatus.BAD_REQUEST:
                # There is nothing left to correct in the form.
                messages.error(request, str(refused.faults[0].detail))
                return redirect("review")
        else:
            accepted = review.decision == Review.Decision.ACCEPTED
            messages.success(
                request,
                _("The report was accepted.") if accepted else _("The report was returned."),
            )
            return redirect("review")
    return _page(request, user, wrong=form, wrong_id=pk)


@require_POST
def review_many(request: HttpRequest) -> HttpResponse:
    """Accept or return all that were ticked; what could not be decided is named with its reason."""
    user = user_of(request)
    _require_reader(user)
    ticks = {int(text) for text in request.POST.getlist("chosen") if _TICK.fullmatch(text)}
    rows = StatusReport.objects.visible_to(user).filter(pk__in=sorted(ticks)[:PAGE_SIZE])
    reports = list(rows.select_related("assignment__task", "assignment__agency"))
    form = ReviewForm(request.POST, auto_id="many_%s")
    if not reports:
        messages.error(request, _("Nothing was ticked. Tick the reports you mean, then try again."))
        return redirect("review")
    if not form.is_valid():
        return _page(request, user, wrong=form, many=form)
    verdicts = services.review_many(reports, by=user, **form.cleaned_data)
    refused = [verdict for verdict in verdicts if verdict.faults]
    done = len(verdicts) - len(refused)
    if done:
        words = ngettext("%(n)d report was decided.", "%(n)d reports were decided.", done)
        messages.success(request, words % {"n": done})
    return _page(request, user, many=form, refused=refused) if refused else redirect("review")


def _require_reader(user: User) -> None:
    if not (holds_anywhere(user, _READERS) or sees_everything(user)):
        raise PermissionDenied


def _page(
    request: HttpRequest,
    user: User,
    *,
    wrong: ReviewForm | None = None,
    wrong_id: int = 0,
    many: ReviewForm | None = None,
    refused: Sequence[Verdict] = (),
) -> HttpResponse:
    waiting = (
        StatusReport.objects.visible_to(user)
        .waiting_for_review()
        .select_related(
            "assignment__task__plan", "assignment__agency__area", "assignment__area",
            "reported_by_user", "reported_by_client",
        )
        .prefetch_related("evidence")
        .order_by("recorded_at", "id")
    )  # fmt: skip
    page = Paginator(waiting, PAGE_SIZE).get_page(request.GET.get("page"))
    items = [
        {
            "report": report,
            "may_review": has_permission(user, Permission.REVIEW_REPORT, report.assignment),
            "is_own": report.reported_by_user_id == user.pk,
            "form": wrong if report.pk == wrong_id else ReviewForm(auto_id=f"r{report.pk}_%s"),
        }
        for report in page
    ]
    context = {
        "page": page,
        "items": items,
        "wrong": wrong,
        "asked": _asked(user),
        "many": many or ReviewForm(auto_id="many_%s"),
        "refused": refused,
        "ticked": set(request.POST.getlist("chosen")),
        "may_tick": any(item["may_review"] and not item["is_own"] for item in items),
        "all_ticked": request.GET.get("ticked") == "all",
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refused else wrong.status if wrong else None
    return render(request, "tasks/review.html", context, status=status)


def _asked(user: User) -> list[ExtensionRequest]:
    """Requests for more time that wait for a decision."""
    rows = ExtensionRequest.objects.filter(
        decision=ExtensionRequest.Decision.PENDING,
        assignment__in=Assignment.objects.visible_to(user),
    )
    return list(rows.select_related("assignment__task", "assignment__agency")[:PAGE_SIZE])
