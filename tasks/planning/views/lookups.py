"""What a coordinator plans: documents of their areas and what belongs to those.

Others' documents are not there (404).
"""

from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from http import HTTPStatus
from operator import or_
from typing import Any, TypeVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from core.errors import Fault, Refused
from core.models import User
from core.web.forms import EditForm
from core.web.requests import user_of
from provinces.permissions import managed_paths

_Row = TypeVar("_Row", bound=Model)


def manager(request: HttpRequest) -> User:
    """Raises PermissionDenied for whoever coordinates nothing."""
    user = user_of(request)
    if not managed_paths(user):
        raise PermissionDenied
    return user


def in_his_areas(user: User, area: str = "area") -> Q:
    """The filter for rows whose ``area`` lies where they coordinate."""
    return any_of(Q(**{f"{area}__path__startswith": path}) for path in managed_paths(user))


def any_of(conditions: Iterable[Q]) -> Q:
    return reduce(or_, conditions, Q(pk__in=[]))


def planned(
    model: type[_Row], user: User, pk: int, *related: str, area: str = "plan__area"
) -> _Row:
    """A row of their documents. Raises Http404."""
    rows = model._default_manager.filter(in_his_areas(user, area))
    return get_object_or_404(rows.select_related(area, *related), pk=pk)


def form_page(
    request: HttpRequest, form: EditForm, title: str, back: tuple[str, str], **more: Any
) -> HttpResponse:
    """``back``: where it leads when it is left, and what that is called."""
    context = {"form": form, "title": title, "back_url": back[0], "back": back[1], **more}
    return render(request, "tasks/planning_form.html", context, status=form.status)


def told(request: HttpRequest, form: EditForm, where: str, *args: Any) -> HttpResponse:
    """On with the page of what was changed."""
    if form.outcome:
        messages.success(request, _("Saved."))
    else:
        messages.info(request, _("Nothing was changed."))
    return redirect(where, *args)


def delete_page(
    request: HttpRequest, delete: Callable[[], None], what: str, *, done: str, back: str
) -> HttpResponse:
    """Asks first; ``done`` and ``back`` are addresses. What is in use stays, and is told why."""
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
    return render(request, "tasks/planning_delete.html", context, status=status)
