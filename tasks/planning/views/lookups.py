"""What a coordinator may plan, and the pages that every form of planning ends in.

Documents outside their areas do not exist for them (404).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from core.db.conditions import under
from core.errors import Fault, Refused
from core.models import User
from core.web.forms import EditForm
from core.web.requests import user_of
from provinces.lookup import words_in
from provinces.models import Agency, Plan
from provinces.permissions import managed_paths
from tasks.reporting.bulk import ticked

_Row = TypeVar("_Row", bound=Model)
_MOST_FOUND, _MOST_TICKED = 50, 500


def manager(request: HttpRequest) -> User:
    """The signed-in coordinator. Raises PermissionDenied for anybody else."""
    user = user_of(request)
    if not managed_paths(user):
        raise PermissionDenied
    return user


def in_their_areas(user: User, area: str = "area") -> Q:
    """The filter for rows whose ``area`` lies where the user coordinates."""
    return under(managed_paths(user), f"{area}__path")


def planned(
    model: type[_Row], user: User, pk: int, *related: str, area: str = "plan__area"
) -> _Row:
    """A row of the user's documents. Raises Http404."""
    rows = model._default_manager.filter(in_their_areas(user, area))
    return get_object_or_404(rows.select_related(area, *related), pk=pk)


@dataclass(frozen=True)
class Picked:
    """Agencies ticked so far, other agencies found, and whether more were found than are shown."""

    ticked: Sequence[Agency]
    found: Sequence[Agency]
    has_more: bool


def agencies_of(plan: Plan) -> QuerySet[Agency]:
    """Merged agencies get no new work, so they are not offered."""
    return Agency.objects.within(plan.area).filter(successor=None, area__is_active=True)


def pick(request: HttpRequest, rows: QuerySet[Agency]) -> Picked:
    """What was ticked and searched among these agencies."""
    rows = rows.select_related("area__parent")
    ticks = ticked(request.POST, "agency", _MOST_TICKED)
    chosen = list(rows.filter(pk__in=ticks).order_by("protocol_order", "name_key"))
    searched = rows.filter(words_in("search_text", request.POST.get("q", "")[:100]))
    others = searched.exclude(pk__in=[agency.pk for agency in chosen])
    # Agencies of the document's own area come before those below it.
    in_order = others.order_by("area__path", "protocol_order", "name_key")
    found = list(in_order[: _MOST_FOUND + 1])
    return Picked(chosen, found[:_MOST_FOUND], len(found) > _MOST_FOUND)


def form_page(
    request: HttpRequest, form: EditForm, title: str, back: tuple[str, str], **more: Any
) -> HttpResponse:
    """``back``: address and name of the page to return to."""
    context = {"form": form, "title": title, "back_url": back[0], "back": back[1], **more}
    return render(request, "tasks/planning/form.html", context, status=form.status)


def saved_redirect(request: HttpRequest, form: EditForm, where: str, *args: Any) -> HttpResponse:
    """Say whether the form changed anything, and go on to that page."""
    if form.outcome:
        messages.success(request, _("Saved."))
    else:
        messages.info(request, _("Nothing was changed."))
    return redirect(where, *args)


def delete_page(
    request: HttpRequest, delete: Callable[[], None], what: str, *, done: str, back: str
) -> HttpResponse:
    """Asks first; ``done`` and ``back`` are addresses. The page says why a row in use stays."""
    faults: Sequence[Fault] = ()
    if request.method == "POST":
        try:
            delete()
        except Refused as refused:
            faults = refused.faults
        else:
            messages.success(request, _("Deleted: %(what)s") % {"what": what})
            return redirect(done)
    context = {"what": what, "back_url": back, "faults": faults}
    status = HTTPStatus.CONFLICT if faults else None
    return render(request, "tasks/planning/delete.html", context, status=status)
