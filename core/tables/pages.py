"""What the pages of all importers have in common."""

from collections.abc import Callable, Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from core.models import User
from core.tables.importing import Importer, Kept
from core.web.requests import download, user_of

_PAGE_SIZE, _LAST = 100, 10


def own(importer: Importer[Kept, Any], request: HttpRequest, pk: int) -> tuple[User, Kept]:
    """Raises PermissionDenied, and Http404 for another person's."""
    user = user_of(request)
    importer.admit(user)
    rows = importer.kept._default_manager.select_related(*importer.related)
    started = get_object_or_404(rows, pk=pk, user=user)
    importer.allow(started, by=user)
    return user, started


def sent_before(importer: Importer[Kept, Any], user: User, **about: Any) -> list[tuple[Kept, str]]:
    """The last files and what they came to, for ``components/sent_before.html``."""
    rows = importer.kept._default_manager.filter(user=user, **about).defer(*importer.heavy)
    return [(one, importer.result(one) if one.applied_at else "") for one in rows[:_LAST]]


def page_of(request: HttpRequest, rows: Sequence[Any]) -> Page[Any]:
    return Paginator(rows, _PAGE_SIZE).get_page(request.GET.get("page"))


def refused_rows(importer: Importer[Any, Any]) -> Callable[[HttpRequest, int], HttpResponseBase]:
    """The page that gives the refused rows back as a file."""

    @require_safe
    def refused(request: HttpRequest, pk: int) -> HttpResponseBase:
        _user, started = own(importer, request, pk)
        if not started.refused:
            raise Http404
        return download(importer.refused_file(started), f"{importer.returned}-{pk}.xlsx")

    return refused
