"""The officer's list, and one line of it changed in place."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from core import clock
from core.requests import user_of
from provinces.permissions import Permission, require
from tasks.forms import StatusForm
from tasks.listing import listing, read_wanted, rows_of
from tasks.models import Assignment
from tasks.views.found import Request, assignment_for
from tasks.views.reporting import status_form, take_report, thanks


@require_safe
def task_list(request: HttpRequest) -> HttpResponse:
    """Assignments the user may see, the most urgent first."""
    wanted = read_wanted(request.GET)
    found = listing(user_of(request), wanted, request.GET.get("page", ""))
    return render(request, "tasks/list.html", {"listing": found, "wanted": wanted})


@require_http_methods(["GET", "POST"])
def task_line(request: Request, pk: int) -> HttpResponse:
    """One line: as it is, with its form (``?edit``), or after the form was sent.

    Without htmx the assignment's own page does the same.
    """
    user = user_of(request)
    assignment = assignment_for(user, pk)
    if not request.htmx:
        return redirect(f"{assignment.get_absolute_url()}#report")
    if request.method == "GET":
        form = status_form(assignment) if "edit" in request.GET else None
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
        "tasks/list.html#line",
        {"row": row, "form": form if row.can_report else None, "done": done},
        status=form.status if form and form.is_bound else None,
    )
