"""One reading, typed by hand, beside the last ones."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from core.calendar import clock
from core.errors import Refused
from core.web.requests import user_of
from indicators.models import ObsStatus
from indicators.models.indicator import PERIOD_EXAMPLES
from indicators.recording import services
from indicators.recording.forms import ReadingForm
from indicators.recording.outliers import Caution, cautions, last_readings
from indicators.recording.services import Result
from indicators.scope import FigureKey, areas_to_record, visible_indicators
from provinces.models import Area
from provinces.permissions import Permission, require

_DONE = {
    Result.UNCHANGED: _("This figure was already there; nothing changed."),
    Result.REVISED: _("The figure was recorded as a revision; the earlier one stays on record."),
    Result.CREATED: _("The figure was recorded."),
}


@require_http_methods(["GET", "HEAD", "POST"])
def new_reading(request: HttpRequest, code: str) -> HttpResponse:
    """Choose the area, see its last figures, type the new one. A far figure must be confirmed."""
    user = user_of(request)
    indicators = visible_indicators(user).select_related("owner__area")
    indicator = get_object_or_404(indicators, code=code)
    areas = areas_to_record(user, indicator)
    area = _chosen(request, areas)
    require(user, Permission.RECORD_READING, FigureKey(indicator, area))
    initial = {
        "area": area.code,
        "period": request.GET.get("period", ""),
        "published_on": clock.today(),
        "obs_status": ObsStatus.MISSING if "withdraw" in request.GET else ObsStatus.FINAL,
    }
    form = ReadingForm(request.POST or None, initial=initial)
    written = [PERIOD_EXAMPLES[kind] for kind in PERIOD_EXAMPLES if kind in indicator.lengths]
    form.fields["period"].help_text = _("Written as %(examples)s.") % {
        "examples": ", ".join(written)
    }
    if not area.merged_on:  # The base is asked of merged provinces only.
        del form.fields["base"]
    if indicator.is_rank:
        form.needed = {**form.needed, "value": ""}
    else:
        del form.fields["rank"], form.fields["rank_of"]
    asked, doubts = "", list[Caution]()
    if request.method == "POST" and form.is_valid():
        try:
            draft = services.draft_of(form.document(indicator.code), by=user)
            doubts = cautions({0: draft})
            if doubts:  # Names the figure that is confirmed: another one is asked about again.
                asked = f"{draft.period.text} {draft.value_text or draft.rank}"
            if not asked or request.POST.get("confirmed") == asked:
                recorded = services.record_readings([draft], by=user)[0]
                messages.success(request, _DONE[recorded.result])
                return redirect(f"/indicators/{code}/?{urlencode({'area': area.code})}")
        except Refused as refused:
            for fault in refused.faults:
                # The area came from our list, so what it lacks is the base.
                name = "base" if fault.field == "area" else fault.field
                form.add_error(name if name in form.fields else None, str(fault.detail))
    context = {
        "indicator": indicator,
        "areas": areas,
        "area": area,
        "form": form,
        "asked": asked,
        "doubts": doubts,
        "last": last_readings(indicator, area),
    }
    return render(request, "indicators/recording/new.html", context, status=form.status)


def _chosen(request: HttpRequest, areas: list[Area]) -> Area:
    """The area of the form or the address; the first one that is open if none is given.

    Raises PermissionDenied if none is open, Http404.
    """
    code = request.POST.get("area") or request.GET.get("area")
    if not areas:
        raise PermissionDenied
    if code is None:
        return areas[0]
    found = next((area for area in areas if area.code == code), None)
    known = Area.objects.select_related("successor")
    return found or get_object_or_404(known, code=code.replace("\0", " "))
