"""For coordinators: a task is given to agencies; assignments are changed, moved and cancelled."""

from collections.abc import Sequence
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from core.calendar import clock
from core.models import User
from core.web import editing
from provinces.models import Agency
from tasks.models import Assignment, Task
from tasks.planning import assigning
from tasks.planning.forms import AssignForm, AssignmentForm, CancelForm, PickForm
from tasks.planning.views.lookups import (
    Picked,
    agencies_of,
    form_page,
    manager,
    pick,
    planned,
    saved_redirect,
)
from tasks.reporting import bulk, contributions
from tasks.reporting.bulk import BulkOutcome, BulkRow, Chosen, chosen_again, chosen_rows
from tasks.reporting.evidence import Proof
from tasks.states import State

_METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(_METHODS)
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """The button ``look`` only searches; what was ticked and typed stays."""
    user = manager(request)
    task = planned(Task, user, pk, "group")
    had = list(task.assignments.values_list("agency_id", flat=True))
    picked = pick(request, agencies_of(task.plan).exclude(pk__in=had))
    initial = {"assigned_on": clock.today(), "due_on": task.due_on}
    form = AssignForm(request.POST or None, initial=initial)

    def save() -> int:
        given = {name: form.cleaned_data[name] for name in form.fields if name != "q"}
        return assigning.assign(task, agencies=picked.ticked, by=user, **given)

    if "save" in request.POST and form.saved(save):
        n = form.outcome
        words = ngettext(
            "The task was given to %(n)d agency.", "The task was given to %(n)d agencies.", n
        )
        messages.success(request, words % {"n": n})
        return redirect("planned_task", pk)
    return _pick_page(request, task, form, picked, title=_("Give the task"), several=True)


@require_http_methods(_METHODS)
def coordinating(request: HttpRequest, pk: int) -> HttpResponse:
    """The agencies that help with every assignment of the task."""
    user = manager(request)
    task = planned(Task, user, pk, "group")
    links = Assignment.coordinating.through.objects.filter(assignment__task=task)
    now = set(links.order_by().values_list("agency_id", flat=True).distinct())
    if request.method == "POST":
        picked = pick(request, agencies_of(task.plan))
    else:
        helping = Agency.objects.filter(pk__in=now).select_related("area__parent")
        free = pick(request, agencies_of(task.plan).exclude(pk__in=now))
        picked = Picked(list(helping.order_by("protocol_order")), free.found, free.has_more)
    form, seen = PickForm(request.POST or None), " ".join(map(str, sorted(now)))
    if "save" in request.POST and form.is_valid():
        if request.POST.get("seen", "") != seen:
            form.add_faults(editing.stale(task))
        elif {agency.pk for agency in picked.ticked} == now:
            messages.info(request, _("Nothing was changed."))
            return redirect("planned_task", pk)
        else:
            contributions.choose_coordinating(task, by=user, agencies=picked.ticked)
            messages.success(request, _("Saved."))
            return redirect("planned_task", pk)
    title = _("Coordinating agencies")
    return _pick_page(request, task, form, picked, title=title, seen=seen, several=True)


@require_http_methods(_METHODS)
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """To another agency, while nothing was reported."""
    user = manager(request)
    assignment = _assignment(user, pk)
    task = assignment.task
    had = list(task.assignments.values_list("agency_id", flat=True))
    picked = pick(request, agencies_of(task.plan).exclude(pk__in=had))
    form = PickForm(request.POST or None)
    seen = request.POST.get("seen", "") if request.POST else assigning.stamp_of(assignment)
    if "save" in request.POST and form.saved(
        lambda: assigning.move(assignment, to=picked.ticked, by=user, seen=seen)
    ):
        messages.success(request, _("Saved."))
        return redirect("planned_task", task.pk)
    if form.refused:
        seen = assigning.stamp_of(_assignment(user, pk))
    title = _("Move it from %(agency)s") % {"agency": assignment.agency.short_name}
    return _pick_page(
        request,
        task,
        form,
        picked,
        title=title,
        seen=seen,
        is_reported=assigning.is_reported(assignment),
    )


def _pick_page(
    request: HttpRequest, task: Task, form: PickForm, picked: Picked, **more: object
) -> HttpResponse:
    context = {"task": task, "form": form, "picked": picked, **more}
    status = form.status if "save" in request.POST else None
    return render(request, "tasks/planning/pick.html", context, status=status)


@require_http_methods(_METHODS)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    user = manager(request)
    assignment = _assignment(user, pk)
    reported = assigning.is_reported(assignment)
    form = AssignmentForm(request.POST or None, row=assignment, is_reported=reported)
    if form.saved(
        lambda: assigning.change_assignment(
            assignment, by=user, given=form.cleaned_data, seen=form.seen
        )
    ):
        return saved_redirect(request, form, "planned_task", assignment.task_id)
    task = assignment.task
    back = (reverse("planned_task", args=[task.pk]), f"{task.plan.number} · {task.number}")
    return form_page(
        request, form, assignment.agency.name, back, assignment=assignment, is_reported=reported
    )


def _assignment(user: User, pk: int) -> Assignment:
    related = ("task__group", "agency__area", "area", "responsible")
    return planned(Assignment, user, pk, *related, area="task__plan__area")


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks for the reason, then reports each ticked assignment as cancelled."""
    user = manager(request)
    task = planned(Task, user, pk, "group")
    rows = [(row, version) for row, version in chosen_rows(request, user) if row.task_id == pk]
    if not rows:
        messages.warning(request, _("Nothing was ticked."))
        return redirect("planned_task", pk)
    if "save" not in request.POST:
        return _cancel_page(
            request, task, rows, CancelForm(initial={"effective_on": clock.today()})
        )
    form = CancelForm(request.POST)
    if not form.is_valid():
        return _cancel_page(request, task, rows, form)
    given = form.cleaned_data
    ask = BulkRow(
        state=State.CANCELLED,
        effective_on=given["effective_on"],
        result=given["reason"],
        proof=Proof(number=given["evidence_number"]),
    )
    outcomes = bulk.report_many(rows, ask, by=user)
    refused = [outcome for outcome in outcomes if outcome.faults]
    done = len(outcomes) - len(refused)
    if done and task.plan.requires_review:
        words = ngettext(
            "%(n)d cancellation waits for the standing agency.",
            "%(n)d cancellations wait for the standing agency.",
            done,
        )
        messages.success(request, words % {"n": done})
    elif done:
        words = ngettext(
            "%(n)d assignment was cancelled.", "%(n)d assignments were cancelled.", done
        )
        messages.success(request, words % {"n": done})
    if not refused:
        return redirect("planned_task", pk)
    return _cancel_page(request, task, chosen_again(refused), form, refused)


def _cancel_page(
    request: HttpRequest,
    task: Task,
    rows: Chosen,
    form: CancelForm,
    refused: Sequence[BulkOutcome] = (),
) -> HttpResponse:
    faults = {outcome.assignment.pk: outcome.faults for outcome in refused}
    context = {
        "task": task,
        "form": form,
        "items": [(row, version, faults.get(row.pk, ())) for row, version in rows],
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refused else form.status
    return render(request, "tasks/planning/cancel.html", context, status=status)
