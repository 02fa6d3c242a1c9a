"""The list as a file: out, filled in, previewed, taken, and the refused rows back."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from core.tables.forms import SheetForm, file_field
from core.tables.pages import own, page_of, refused_rows, sent_before
from core.web.requests import download, user_of
from tasks.imports.status_sheet.services import IMPORTER, SheetChange
from tasks.imports.status_sheet.sheet import CHOICES, COLUMNS, export
from tasks.worklist.listing import chosen_by
from tasks.worklist.query import read_list_query


class ImportForm(SheetForm):
    file = file_field(
        gettext_lazy("Excel file"), gettext_lazy("The file you took from your list, up to 5 MB.")
    )


@require_safe
def export_list(request: HttpRequest) -> HttpResponseBase:
    """All rows of the filtered list; that of a past day is only to be read."""
    wanted = read_list_query(request.GET)
    data = export(chosen_by(user_of(request), wanted), wanted)
    return download(data, f"nhiem-vu-{wanted.day:%Y-%m-%d}.xlsx")


@require_http_methods(["GET", "HEAD", "POST"])
def new_import(request: HttpRequest) -> HttpResponse:
    """Send a file; its preview comes next, nothing is written yet."""
    user = user_of(request)
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if form.saved(lambda: IMPORTER.send(*form.sent(), by=user)):
        return redirect(form.outcome)
    context = {"form": form, "last": sent_before(IMPORTER, user)}
    return render(
        request, "tasks/imports/status_sheet/new_import.html", context, status=form.status
    )


@require_http_methods(["GET", "HEAD", "POST"])
def one_import(request: HttpRequest, pk: int) -> HttpResponse:
    """The preview, or what became of it; a POST takes the good rows."""
    user, started = own(IMPORTER, request, pk)
    if request.method == "POST":
        done = IMPORTER.apply(started, by=user)
        words = ngettext("%(n)d report was saved.", "%(n)d reports were saved.", done.taken)
        messages.success(request, words % {"n": done.taken})
        return redirect(started)
    context: dict[str, Any] = {"import": started}
    if not started.applied_at:
        previews = IMPORTER.look_through(started, by=user)
        page = page_of(request, previews)
        context |= {
            "counts": Counter(preview.kind for preview in previews),
            "page": page,
            "items": [{"preview": one, "changes": shown_changes(one.changes)} for one in page],
        }
    return render(request, "tasks/imports/status_sheet/import.html", context)


refused_lines = refused_rows(IMPORTER)
_LABELS = {column.key: column.label for column in COLUMNS}


def shown_changes(changes: Iterable[SheetChange]) -> list[tuple[str, str, str]]:
    """(column, before, after) of each."""
    return [
        (str(_LABELS[key]), _shown(key, before), _shown(key, after))
        for key, before, after in changes
    ]


def _shown(key: str, value: object) -> str:
    if value in ("", None, False):
        return "–"
    if isinstance(value, date):
        return date_format(value)
    if value is True:
        return _("yes")
    if key in CHOICES:
        return str(CHOICES[key](str(value)).label)
    return f"{value}%" if key == "percent" else str(value)
