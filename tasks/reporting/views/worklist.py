"""The officer's list, and one line of it changed in place."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from core.calendar import clock
from core.web.requests import user_of
from provinces.permissions import Permission, require
from tasks.lookups import Request, assignment_for
from tasks.models import Assignment, ListFilter
from tasks.reporting.forms import StatusForm
from tasks.reporting.views.report import status_form, take_report, thanks
from tasks.worklist.listing import listing, rows_of
from tasks.worklist.query import DUES, PAGE_SIZES, SORTS, read_list_query


@require_safe
def task_list(request: HttpRequest) -> HttpResponse:
    """Show the assignments that the user sees, with the filters of their last visit."""
    user = user_of(request)
    saved = ListFilter.objects.filter(user=user).first()
    last = saved.query if saved else ""
    if last and not request.GET:
        return redirect(f"{request.path}?{last}")
    wanted = read_list_query(request.GET)
    if request.GET and not wanted.is_of_figure and wanted.kept != last:
        # Not audited: it is a convenience of one person and no act of office.
        ListFilter.objects.update_or_create(user=user, defaults={"query": wanted.kept})
    found = listing(user, wanted, request.GET.get("page", ""))
    context = {
        "listing": found,
        "wanted": wanted,
        "shown_day": wanted.day,
        "dues": DUES,
        "sorts": SORTS,
        "page_sizes": PAGE_SIZES,
        "may_tick": wanted.day == clock.today() and any(row.can_report for row in found.rows),
        "all_ticked": request.GET.get("ticked") == "all",
        "all_illustrative": all(row.assignment.task.is_illustrative for row in found.rows),
    }
    return render(request, "tasks/reporting/list.html", context)


@require_http_methods(["GET", "POST"])
def task_line(request: Request, pk: int) -> HttpResponse:
    """Show one line, with its form where ``?edit`` asks for it, or take the form that was sent.

    Without htmx, redirects to the page of the assignment, which does the same.
    """
    user = user_of(request)
    assignment = assignment_for(user, pk)
    if not request.htmx:
        return redirect(f"{assignment.get_absolute_url()}#report")
    if request.method == "GET":
        edit = request.GET.get("edit")
        form = None if edit is None else status_form(assignment, user, edit)
        return _line(request, assignment, form)
    require(user, Permission.REPORT_STATUS, assignment)
    form = take_report(request, user, assignment)
    now = assignment_for(user, pk)
    return _line(request, now, form, done="" if form else thanks(now))


def _line(
    request: Request, assignment: Assignment, form: StatusForm | None, done: str = ""
) -> HttpResponse:
    [row] = rows_of(user_of(request), [assignment], clock.today())
    return render(
        request,
        "tasks/reporting/row.html",
        {"row": row, "form": form if row.can_report else None, "done": done, "may_tick": True},
        status=form.status if form else None,
    )
