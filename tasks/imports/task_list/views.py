"""A document's list of tasks from a file: sent, its columns named, looked through, applied."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import Refused
from core.tables.columns import guess
from core.tables.importing import NEW, REFUSED, UNCHANGED, CheckedRow, Step, steps
from core.tables.pages import own, page_of, refused_rows, sent_before
from core.web.requests import download, user_of
from provinces.models import Plan
from provinces.permissions import Permission, require
from tasks.imports.task_list import services
from tasks.imports.task_list.columns import COLUMNS
from tasks.imports.task_list.forms import ChoicesForm, ColumnsForm, ListFileForm, NamesForm
from tasks.imports.task_list.names import agencies_by_name, offered, spelling
from tasks.imports.task_list.outline import PassedRow
from tasks.imports.task_list.preview import List, look_through
from tasks.imports.task_list.services import IMPORTER
from tasks.imports.task_list.template import form_of
from tasks.models import TaskListImport

_EXAMPLES = 3
_PASSED, _NOTED = "passed", "noted"
_KINDS = (NEW, UNCHANGED, REFUSED, _PASSED, _NOTED)


@require_http_methods(["GET", "HEAD", "POST"])
def import_tasks(request: HttpRequest, pk: int) -> HttpResponse:
    """Step 1: send the file of a document's tasks."""
    user = user_of(request)
    plan = get_object_or_404(Plan.objects.select_related("area"), pk=pk)
    require(user, Permission.MANAGE_PLAN, plan)
    form = ListFileForm(request.POST or None, request.FILES or None)
    if form.saved(lambda: IMPORTER.send(*form.sent(), by=user, plan=plan)):
        return redirect(_next(form.outcome))
    last = sent_before(IMPORTER, user, plan=plan)
    context = {"plan": plan, "form": form, "last": last, "steps": steps("file", {})}
    return render(request, "tasks/imports/task_list/send.html", context, status=form.status)


@require_safe
def form_to_fill_in(request: HttpRequest, pk: int) -> HttpResponseBase:
    """An Excel form for the tasks of a document."""
    plan = get_object_or_404(Plan.objects.select_related("area"), pk=pk)
    require(user_of(request), Permission.MANAGE_PLAN, plan)
    return download(form_of(plan), f"nhiem-vu-{plan.pk}.xlsx")


@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Still step 1: which column holds what, where the heads do not say it or it is to be
    changed."""
    user, started = own(IMPORTER, request, pk)
    if started.applied_at:
        return redirect(started)
    initial = guess(started.header, COLUMNS) if started.columns is None else started.columns
    form = ColumnsForm(request.POST or None, header=started.header, initial=initial)
    if form.saved(lambda: services.name_columns(started, form.columns(), by=user)):
        return redirect(_next(form.outcome))
    context = {
        "started": started,
        "form": form,
        "steps": _steps(started, "file"),
        "examples": [row["cells"] for row in started.rows[:_EXAMPLES]],
    }
    return render(request, "tasks/imports/task_list/columns.html", context, status=form.status)


@require_http_methods(["GET", "HEAD", "POST"])
def names(request: HttpRequest, pk: int) -> HttpResponse:
    """Step 2: which agency each name means that was not recognised."""
    user, started = own(IMPORTER, request, pk)
    if started.applied_at:
        return redirect(started)
    if started.columns is None:
        return redirect("task_list_columns", pk=pk)
    unknown = look_through(started).unknown
    known = {key: agency for key, agency in agencies_by_name(started.plan).items() if agency}
    lines = offered(started.plan)
    known |= {spelling(line): agency for line, agency in lines.items()}
    form = NamesForm(request.POST or None, unknown=unknown, agencies=known)
    if form.saved(
        lambda: services.name_agencies(
            started, form.answers(), keep=form.cleaned_data["keep"], by=user
        )
    ):
        return redirect(form.outcome)
    context = {
        "started": started,
        "form": form,
        "lines": form.lines(unknown),
        "offered": list(lines),
        "steps": _steps(started, "names"),
    }
    return render(request, "tasks/imports/task_list/names.html", context, status=form.status)


def _next(started: TaskListImport) -> str:
    """Where the file goes on: to its columns, to names that were not recognised, or its rows."""
    if started.columns is None:
        return reverse("task_list_columns", args=[started.pk])
    if look_through(started).unknown:
        return reverse("task_list_names", args=[started.pk])
    return started.get_absolute_url()


def _steps(started: TaskListImport, current: str) -> list[Step]:
    urls = {"file": reverse("task_list_columns", args=[started.pk])}
    if started.columns is not None:
        urls["names"] = reverse("task_list_names", args=[started.pk])
        urls["rows"] = started.get_absolute_url()
    return steps(current, urls)


@require_http_methods(["GET", "HEAD", "POST"])
def task_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Step 3: what would become of each row; a POST changes what is made besides the tasks."""
    user, started = own(IMPORTER, request, pk)
    if started.applied_at:
        return render(request, "tasks/imports/task_list/result.html", {"started": started})
    if started.columns is None:
        return redirect("task_list_columns", pk=pk)
    found = look_through(started)
    form = _choices(request, started, found)
    if form.saved(lambda: services.choose(started, by=user, **form.cleaned_data)):
        return redirect(form.outcome)
    return _preview(request, started, found, form)


def _choices(request: HttpRequest, started: TaskListImport, found: List) -> ChoicesForm:
    return ChoicesForm(
        request.POST or None,
        missing=found.missing_groups,
        offers=found.classes,
        initial={
            "new_groups": started.new_groups,
            "classes": started.classes,
            "assign": started.assign,
            "assigned_on": started.assigned_on,
        },
    )


def _preview(
    request: HttpRequest, started: TaskListImport, found: List, form: ChoicesForm
) -> HttpResponse:
    show = request.GET.get("show", "")
    rows: Sequence[CheckedRow | PassedRow] = found.in_order()
    if show == _PASSED:
        rows = found.passed
    elif show == _NOTED:
        rows = [one for one in found.rows if one.notes]
    elif show in _KINDS:
        rows = [one for one in found.rows if one.kind == show]
    context = {
        "steps": _steps(started, "rows"),
        "hidden_sheets": [name for name, is_hidden in started.sheets if is_hidden],
        "other_sheets": [name for name, is_hidden in started.sheets if not is_hidden],
        "hidden_rows": [row["number"] for row in started.rows if row.get("is_hidden")],
        "started": started,
        "form": form,
        "found": found,
        "show": show if show in _KINDS else "",
        "page": page_of(request, rows),
        "can_apply": bool(found.counts[NEW] or found.counts["given"] or found.missing_groups),
    }
    return render(request, "tasks/imports/task_list/preview.html", context, status=form.status)


@require_POST
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the tasks of the good rows, with what was chosen in the same form; a second click finds
    them made."""
    user, started = own(IMPORTER, request, pk)
    if "assigned_on" in request.POST and started.applied_at is None and started.columns:
        found = look_through(started)
        form = _choices(request, started, found)
        if not form.saved(lambda: services.choose(started, by=user, **form.cleaned_data)):
            return _preview(request, started, found, form)
    try:
        done = IMPORTER.apply(started, by=user)
    except Refused as refused:
        for fault in refused.faults:
            messages.info(request, str(fault.detail))
    else:
        words = ngettext("%(n)d task was made.", "%(n)d tasks were made.", done.made)
        messages.success(request, words % {"n": done.made})
    return redirect(started)


refused = refused_rows(IMPORTER)
