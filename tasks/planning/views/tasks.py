"""For coordinators: one task, what it says and who has it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.calendar import clock
from provinces.lookup import words_in
from provinces.models import Plan
from tasks.models import Assignment, Task
from tasks.planning import tasks
from tasks.planning.forms import TaskForm
from tasks.planning.table.services import last_act
from tasks.planning.tasks import read_deadline
from tasks.planning.views.lookups import (
    delete_page,
    form_page,
    manager,
    planned,
    saved_redirect,
)
from tasks.worklist.listing import rows_of

_METHODS = ["GET", "HEAD", "POST"]
_PAGE_SIZE = 30
_LONGEST = 120


@require_safe
def task_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The number of queries does not depend on the number of assignments."""
    user = manager(request)
    task = planned(Task, user, pk, "group", "phase")
    assignments = Assignment.objects.filter(task=task).select_related(
        "task__plan",
        "task__group",
        "agency__area",
        "agency__successor__successor",
        "area",
        "responsible",
    )
    search = request.GET.get("q", "")[:_LONGEST]
    assignments = assignments.filter(words_in("agency__search_text", search))
    in_order = assignments.order_by("agency__protocol_order", "agency__name_key", "pk")
    pages = Paginator(in_order.prefetch_related("coordinating"), _PAGE_SIZE)
    page = pages.get_page(request.GET.get("page"))
    context = {
        "task": task,
        "plan": task.plan,
        "targets": task.targets.select_related("plan").order_by("plan", "code"),
        "page": page,
        "rows": rows_of(user, list(page), clock.today()),
        "search": search,
        "all_ticked": request.GET.get("ticked") == "all",
        "last": last_act(task.plan),
    }
    return render(request, "tasks/planning/task.html", context)


@require_http_methods(_METHODS)
def new_task(request: HttpRequest, pk: int) -> HttpResponse:
    user = manager(request)
    plan = planned(Plan, user, pk, "implements", area="area")
    task = Task(plan=plan)
    form = TaskForm(request.POST or None, row=task)
    back = (reverse("planning_document", args=[pk]), plan.number)
    if not plan.groups.exists():
        messages.info(request, _("Add a group first; every task lies in one."))
        return redirect("new_group", pk)
    if "preview" not in request.POST and form.saved(
        lambda: tasks.create_task(task, by=user, given=form.cleaned_data)
    ):
        messages.success(request, _("The task was created. Now give it to its agencies."))
        return redirect("planned_task", task.pk)
    return _form(request, form, _("New task"), back)


@require_http_methods(_METHODS)
def change_task(request: HttpRequest, pk: int) -> HttpResponse:
    user = manager(request)
    task = planned(Task, user, pk, "group", "phase", "plan__implements")
    form = TaskForm(request.POST or None, row=task)

    def save() -> bool:
        given = dict(form.cleaned_data)
        move = given.pop("move_assignments", False)
        return tasks.change_task(task, by=user, given=given, seen=form.seen, move_assignments=move)

    if "preview" not in request.POST and form.saved(save):
        return saved_redirect(request, form, "planned_task", pk)
    return _form(request, form, _("Change the task"), _link(task))


def _form(request: HttpRequest, form: TaskForm, title: str, back: tuple[str, str]) -> HttpResponse:
    """The form with what its deadline means. A preview checks the form and saves nothing."""
    form.fields["due_text"].widget.attrs |= {
        "hx-get": reverse("read_due", args=[form.plan.pk]),
        "hx-target": "#due-read",
        "hx-trigger": "change, keyup changed delay:400ms",
    }
    return form_page(request, form, title, back, can_preview=True)


@require_safe
def read_due(request: HttpRequest, pk: int) -> HttpResponse:
    """What a printed deadline means in this document, as a part of the form's page."""
    plan = planned(Plan, manager(request), pk, area="area")
    words = request.GET.get("due_text", "")[:_LONGEST]
    context = {"words": words, "read": read_deadline(words, plan)}
    return render(request, "tasks/planning/due.html", context)


@require_http_methods(_METHODS)
def delete_task(request: HttpRequest, pk: int) -> HttpResponse:
    user = manager(request)
    task = planned(Task, user, pk)
    return delete_page(
        request,
        lambda: tasks.delete_task(task, by=user),
        f"{task.number}. {task.title}",
        done=reverse("planning_document", args=[task.plan_id]),
        back=_link(task)[0],
    )


def _link(task: Task) -> tuple[str, str]:
    name = f"{task.plan.number} · {_('Task')} {task.number}"
    return reverse("planned_task", args=[task.pk]), name
