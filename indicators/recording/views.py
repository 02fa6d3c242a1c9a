"""One reading, typed by hand, beside the last ones."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.calendar import clock
from core.errors import Refused
from core.web.requests import user_of
from indicators.models import Indicator
from indicators.models.indicator import PERIOD_EXAMPLES
from indicators.recording import services
from indicators.recording.forms import ReadingForm
from indicators.recording.outliers import Caution, cautions, last_readings
from indicators.recording.services import Recorded, Result
from indicators.scope import FigureKey, areas_to_record, visible_indicators
from provinces.models import Area
from provinces.permissions import Permission, require


@require_http_methods(["GET", "HEAD", "POST"])
def new_reading(request: HttpRequest, code: str) -> HttpResponse:
    """Choose the area, see what it had last, type the new figure; a far one is asked about."""
    user = user_of(request)
    indicators = visible_indicators(user).select_related("owner__area")
    indicator = get_object_or_404(indicators, code=code)
    areas = areas_to_record(user, indicator)
    area = _chosen(request, areas)
    require(user, Permission.RECORD_READING, FigureKey(indicator, area))
    initial = {"area": area.code, "published_on": clock.today(), "obs_status": "A"}
    form = ReadingForm(request.POST or None, initial=initial)
    _keep_what_is_asked(form, indicator, area)
    asked, doubts = "", list[Caution]()
    if request.method == "POST" and form.is_valid():
        try:
            draft = services.draft_of(form.document(indicator.code), by=user)
            doubts = cautions({0: draft})
            # Names the figure that is confirmed: another one is asked about again.
            asked = f"{draft.period.text} {draft.value_text or draft.rank}" if doubts else ""
            if not asked or request.POST.get("confirmed") == asked:
                recorded = services.record_readings([draft], by=user)[0]
                messages.success(request, _thanks(recorded))
                return redirect(f"/indicators/{code}/?{urlencode({'area': area.code})}")
        except Refused as refused:
            _show(form, refused)
    context = {
        "indicator": indicator,
        "areas": areas,
        "area": area,
        "form": form,
        "asked": asked,
        "doubts": doubts,
        "last": last_readings(indicator, area),
    }
    return render(request, "indicators/new.html", context, status=form.status)


def _chosen(request: HttpRequest, areas: list[Area]) -> Area:
    """The area of the form, or of the address; the first that is open where none is said.

    Raises PermissionDenied where none is open, Http404.
    """
    code = request.POST.get("area") or request.GET.get("area")
    if not areas:
        raise PermissionDenied
    if code is None:
        return areas[0]
    found = next((area for area in areas if area.code == code), None)
    known = Area.objects.select_related("successor")
    return found or get_object_or_404(known, code=code.replace("\0", " "))


def _keep_what_is_asked(form: ReadingForm, indicator: Indicator, area: Area) -> None:
    """The base is asked of a merged province only; ranks where the fact is a rank. The period is
    written as the indicator's are."""
    written = (PERIOD_EXAMPLES[kind] for kind in PERIOD_EXAMPLES if kind in indicator.lengths)
    form.fields["period"].help_text = _("Written as %(examples)s.") % {
        "examples": ", ".join(written)
    }
    if not area.merged_on:
        del form.fields["base"]
    if not indicator.is_rank:
        del form.fields["rank"], form.fields["rank_of"]


def _show(form: ReadingForm, refused: Refused) -> None:
    """A faulty area is one whose base was not said: the area itself came from our list."""
    for fault in refused.faults:
        name = "base" if fault.field == "area" else fault.field
        form.add_error(name if name in form.fields else None, str(fault.detail))


def _thanks(recorded: Recorded) -> str:
    if recorded.result == Result.UNCHANGED:
        return _("This figure was already there; nothing changed.")
    if recorded.result == Result.REVISED:
        return _("The figure was recorded as a revision; the earlier one stays on record.")
    return _("The figure was recorded.")
