"""The text of a report, and freezing it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import Refused
from core.web.requests import user_of
from provinces.permissions import Permission, require
from reports.forms import TextForm
from reports.frozen.services import draft_of, freeze, write
from reports.models import FrozenReport
from reports.views.found import period_and_area


@require_http_methods(["GET", "HEAD", "POST"])
def draft_page(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """The text of the report; a POST changes it."""
    period, area = period_and_area(request, pk, code)
    user = user_of(request)
    require(user, Permission.FREEZE_REPORT, area)
    draft = draft_of(period, area)
    form = TextForm(request.POST or None, row=draft)
    if form.saved(lambda: write(draft, given=form.cleaned_data, seen=form.seen, by=user)):
        messages.success(request, _("Saved.") if form.outcome else _("Nothing was changed."))
        return redirect(draft)
    frozen = FrozenReport.objects.filter(period=period, area=area).defer("figures")
    context = {
        "period": period,
        "area": area,
        "form": form,
        "frozen": frozen.order_by("-version").first(),
    }
    return render(request, "reports/draft.html", context, status=form.status)


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
