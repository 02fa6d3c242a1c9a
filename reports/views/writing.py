"""The text of a report, and freezing it."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import Refused
from core.web.requests import user_of
from core.web.typed import given_back, keeps_typing, picked
from provinces.permissions import Permission, require
from reports.files.blocks import named
from reports.files.parts import blocks_of
from reports.forms import TextForm
from reports.frozen.services import draft_of, freeze, preview, write
from reports.frozen.typed import FIELDS, drop_typed, keep_typed, typed_by
from reports.models import FrozenReport
from reports.views.found import period_and_area


@keeps_typing(FIELDS)
@require_http_methods(["GET", "HEAD", "POST"])
def draft_page(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """The text of the report; a POST changes it. ``?preview=1`` shows the report as of now."""
    period, area = period_and_area(request, pk, code)
    user = user_of(request)
    require(user, Permission.FREEZE_REPORT, area)
    draft = draft_of(period, area)
    if (sent := given_back(request, user)) is not None:
        keep_typed(draft, by=user, content=sent)
    unsaved = typed_by(draft, user)
    # No box that is ticked is sent as nothing at all.
    typed = {"charts": [], **unsaved.content} if unsaved else {}
    form = TextForm(request.POST or None, row=draft, initial=typed)
    form.seen = form.seen if form.is_bound else typed.get("seen", form.seen)
    if form.saved(lambda: write(draft, given=form.cleaned_data, seen=form.seen, by=user)):
        drop_typed(draft, by=user)
        messages.success(request, _("Saved.") if form.outcome else _("Nothing was changed."))
        return redirect(draft)
    frozen = FrozenReport.objects.filter(period=period, area=area).defer("figures")
    context = {
        "period": period,
        "area": area,
        "form": form,
        "typed_at": unsaved.saved_at if unsaved and not form.is_bound else None,
        "frozen": frozen.order_by("-version").first(),
        "blocks": named(blocks_of(preview(draft, user))) if "preview" in request.GET else [],
    }
    return render(request, "reports/draft.html", context, status=form.status)


@require_POST
def typed_text(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Keep what was typed (204); with ``discard``, throw it away."""
    draft = draft_of(*period_and_area(request, pk, code))
    user = user_of(request)
    keep_typed(draft, by=user, content=picked(request.POST, FIELDS))
    if "discard" in request.POST:
        drop_typed(draft, by=user)
        return redirect(draft)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@require_POST
def freeze_report(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Freeze the figures as of the period's day."""
    period, area = period_and_area(request, pk, code)
    try:
        report = freeze(period, area, by=user_of(request), reason=request.POST.get("reason", ""))
    except Refused as refused:
        messages.error(request, str(refused.faults[0].detail))
        return redirect("report_draft", pk, code)
    messages.success(request, _("The report is frozen; it does not change any more."))
    return redirect(report)
