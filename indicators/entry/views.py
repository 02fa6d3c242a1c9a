"""The grid of an indicator: the whole page, or the cells that a script sent."""

from collections.abc import Collection
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from core.web.requests import user_of
from indicators.entry.cells import Cell, Place
from indicators.entry.forms import CommonForm
from indicators.entry.selectors import grid_of, typed_cells
from indicators.entry.services import refuse_cells, save_cells
from indicators.scope import areas_to_record, visible_indicators

_NAMED = 10
"""So many cells that were not saved are named on top; every one says so itself."""


@require_http_methods(["GET", "HEAD", "POST"])
def grid_page(request: HttpRequest, code: str) -> HttpResponse:
    """A script sends the cells that were left and gets those back; the form sends all of them."""
    user = user_of(request)
    indicators = visible_indicators(user).select_related("owner__area")
    indicator = get_object_or_404(indicators, code=code)
    areas = areas_to_record(user, indicator)
    form = CommonForm(request.POST or None, initial=CommonForm.usual())
    answered: dict[Place, Cell] = {}
    if request.method == "POST":
        by_code = {area.code: area for area in areas}
        sent = [(name, request.POST[name]) for name in request.POST]
        typed = typed_cells(sent, indicator, by_code)
        if form.is_valid():
            confirmed = request.POST.getlist("yes")
            answered = save_cells(
                typed, indicator, common=form.common(), confirmed=confirmed, by=user
            )
        else:
            answered = refuse_cells(typed, indicator, form.wrong())
        if request.headers.get("HX-Request") == "true":
            cells = {"cells": answered.values(), "news": _news(answered.values())}
            return render(
                request, "indicators/entry/grid_cells.html", {"indicator": indicator, **cells}
            )
    unsaved = [cell for cell in answered.values() if not cell.is_saved]
    if len(unsaved) < len(answered):
        messages.success(request, _news(answered.values()))
    context = {
        "indicator": indicator,
        "grid": grid_of(indicator, areas, request.GET, answered),
        "form": form,
        "unsaved": unsaved[:_NAMED],
        "more": max(0, len(unsaved) - _NAMED),
        "marked": request.GET.get("area", ""),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if unsaved else form.status
    return render(request, "indicators/entry/grid.html", context, status=status)


def _news(cells: Collection[Cell]) -> str:
    """How many were saved, and how many were not."""
    unsaved = [cell for cell in cells if not cell.is_saved]
    saved = len(cells) - len(unsaved)
    told = [ngettext("%d cell was saved.", "%d cells were saved.", saved) % saved] if saved else []
    if unsaved:
        n = len(unsaved)
        told.append(ngettext("%d cell was not saved.", "%d cells were not saved.", n) % n)
    return " ".join(told)
