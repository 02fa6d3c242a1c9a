"""A document's list of tasks from a file: sent, its columns named, looked through, applied."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, override
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from openpyxl.utils import get_column_letter

from core.errors import Refused
from core.tables.importing import NEW, REFUSED, UNCHANGED
from core.tables.reader import TAKEN
from core.tables.writer import write_sheet
from core.web.forms import PlainForm, SheetForm, day_field
from core.web.requests import download, user_of
from provinces.models import Plan
from provinces.permissions import Permission, require
from tasks.imports.status_sheet.sheet import REASON
from tasks.imports.task_list import services
from tasks.imports.task_list.columns import FIELDS, guess
from tasks.imports.task_list.preview import List, MissingGroup, look_through
from tasks.models import TaskListImport

_PAGE_SIZE = 100
_LAST = 10
_EXAMPLES = 3
_CELL_WIDTH = 30
_SHOWN = 60
_KINDS = (NEW, UNCHANGED, REFUSED)


class ListFileForm(SheetForm):
    file = forms.FileField(
        label=gettext_lazy("List of tasks"),
        allow_empty_file=True,
        help_text=gettext_lazy(
            "Excel (.xlsx, .xls), OpenDocument (.ods) or CSV in UTF-8, up to 5 MB."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": TAKEN}),
    )


class ColumnsForm(PlainForm):
    """One choice per field: a column of the file, by its place."""

    def __init__(self, *args: Any, header: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # As Excel names the columns, from A to BL.
        choices = [("", "–")] + [
            (str(at), f"{get_column_letter(at + 1)}: {head[:_SHOWN]}")
            for at, head in enumerate(header)
        ]
        for field in FIELDS:
            self.fields[field.key] = forms.TypedChoiceField(
                label=str(field.label),
                choices=choices,
                required=False,
                coerce=int,
                empty_value=None,
                widget=forms.Select(attrs={"class": "form-select"}),
            )

    def columns(self) -> dict[str, int]:
        return {key: at for key, at in self.cleaned_data.items() if at is not None}


class ChoicesForm(PlainForm):
    new_groups = forms.MultipleChoiceField(
        label=gettext_lazy("Groups to be made"), required=False, widget=forms.CheckboxSelectMultiple
    )
    assign = forms.BooleanField(
        label=gettext_lazy("Give each task to its lead agency, where that was found"),
        required=False,
    )
    assigned_on = day_field(gettext_lazy("Assigned on"))

    def __init__(self, *args: Any, missing: Sequence[MissingGroup], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_groups"] = forms.MultipleChoiceField(
            label=gettext_lazy("Groups to be made"),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            choices=[(one.key, f"{one.text[:_SHOWN]} ({one.rows})") for one in missing],
        )


@require_http_methods(["GET", "HEAD", "POST"])
def import_tasks(request: HttpRequest, pk: int) -> HttpResponse:
    """Step 1: send the file of a document's tasks."""
    user = user_of(request)
    plan = get_object_or_404(Plan.objects.select_related("area"), pk=pk)
    require(user, Permission.MANAGE_PLAN, plan)
    form = ListFileForm(request.POST or None, request.FILES or None)
    if form.saved(lambda: services.send_list(plan, *form.sent(), by=user)):
        return redirect("task_list_columns", pk=form.outcome.pk)
    last = TaskListImport.objects.filter(plan=plan, user=user).defer("rows", "refused")[:_LAST]
    context = {"plan": plan, "form": form, "last": last}
    return render(request, "tasks/tasklist/send.html", context, status=form.status)


@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Step 2: which column holds what, as guessed from the heads."""
    user = user_of(request)
    started = _own(request, pk)
    if started.applied_at:
        return redirect(started)
    initial = guess(started.header) if started.columns is None else started.columns
    form = ColumnsForm(request.POST or None, header=started.header, initial=initial)
    if form.saved(lambda: services.name_columns(started, form.columns(), by=user)):
        return redirect(form.outcome)
    context = {
        "started": started,
        "form": form,
        "examples": [row["cells"] for row in started.rows[:_EXAMPLES]],
    }
    return render(request, "tasks/tasklist/columns.html", context, status=form.status)


@require_http_methods(["GET", "HEAD", "POST"])
def task_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Step 3: what would become of each row; a POST changes what is made besides the tasks."""
    started = _own(request, pk)
    if started.applied_at:
        return render(request, "tasks/tasklist/result.html", {"started": started})
    if started.columns is None:
        return redirect("task_list_columns", pk=pk)
    found = look_through(started)
    form = _choices(request, started, found)
    if form.saved(lambda: services.choose(started, by=user_of(request), **form.cleaned_data)):
        return redirect(form.outcome)
    return _preview(request, started, found, form)


def _choices(request: HttpRequest, started: TaskListImport, found: List) -> ChoicesForm:
    return ChoicesForm(
        request.POST or None,
        missing=found.missing_groups,
        initial={
            "new_groups": started.new_groups,
            "assign": started.assign,
            "assigned_on": started.assigned_on,
        },
    )


def _preview(
    request: HttpRequest, started: TaskListImport, found: List, form: ChoicesForm
) -> HttpResponse:
    show = request.GET.get("show", "")
    rows = [one for one in found.rows if one.kind == show or show not in _KINDS]
    context = {
        "started": started,
        "form": form,
        "found": found,
        "show": show if show in _KINDS else "",
        "page": Paginator(rows, _PAGE_SIZE).get_page(request.GET.get("page")),
        "can_apply": bool(found.counts[NEW] or found.counts["given"] or found.missing_groups),
    }
    return render(request, "tasks/tasklist/preview.html", context, status=form.status)


@require_POST
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the tasks of the good rows, with what was chosen in the same form; a second click finds
    them made."""
    started, user = _own(request, pk), user_of(request)
    if "assigned_on" in request.POST and started.applied_at is None and started.columns:
        found = look_through(started)
        form = _choices(request, started, found)
        if not form.saved(lambda: services.choose(started, by=user, **form.cleaned_data)):
            return _preview(request, started, found, form)
    try:
        done = services.apply_list(started, by=user)
    except Refused as refused:
        for fault in refused.faults:
            messages.info(request, str(fault.detail))
    else:
        words = ngettext("%(n)d task was made.", "%(n)d tasks were made.", done.made)
        messages.success(request, words % {"n": done.made})
    return redirect(started)


@require_safe
def refused(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The rows that were not taken, as they were sent, with the reason in the last column."""
    started = _own(request, pk)
    if not started.refused:
        raise Http404
    with override("vi"):
        header = [*started.header, str(REASON.label)]
    rows = [[*line["cells"], line["reason"]] for line in started.refused]
    widths = [*[_CELL_WIDTH] * len(started.header), REASON.width]
    data = write_sheet(_("Not taken"), header, rows, widths)
    return download(data, f"chua-nhan-{started.pk}.xlsx")


def _own(request: HttpRequest, pk: int) -> TaskListImport:
    """Raises Http404 for another person's list, PermissionDenied without the right to plan."""
    user = user_of(request)
    rows = TaskListImport.objects.filter(user=user).select_related("plan__area")
    started = get_object_or_404(rows, pk=pk)
    require(user, Permission.MANAGE_PLAN, started.plan)
    return started
