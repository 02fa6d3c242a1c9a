"""For coordinators: one task is given to all of a kind, but for those that are left out."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from core.calendar import clock
from core.errors import Refused
from provinces.models import Agency, Area
from tasks.models import Task
from tasks.planning import fan_out as services
from tasks.planning.assigning import name_some
from tasks.planning.fan_out import answerable, weigh_fan_out
from tasks.planning.forms import FanOutForm
from tasks.planning.views.lookups import manager, pick, planned


@require_http_methods(["GET", "HEAD", "POST"])
def fan_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Says its number, then does it with ``save``; any other button tells the number anew."""
    user = manager(request)
    task = planned(Task, user, pk, "group")
    # The document's area and the provinces in it.
    areas = Area.objects.active().within(task.plan.area)
    areas = areas.filter(~Q(level=Area.Level.COMMUNE) | Q(pk=task.plan.area_id))
    initial = {
        "level": FanOutForm.usual,
        "assigned_on": clock.today(),
        "due_on": task.due_on,
        "within": task.plan.area_id,
    }
    form = FanOutForm(
        request.POST or None, areas=areas.order_by("level", "name_key"), initial=initial
    )
    wanted: dict[str, Any] = {"level": FanOutForm.usual, "within": task.plan.area}
    if form.is_valid():
        wanted = {name: form.cleaned_data[name] for name in wanted}
    bodies = answerable(wanted["within"], wanted["level"]).values()
    had = task.assignments.values("agency")
    picked = pick(request, Agency.objects.filter(pk__in=bodies).exclude(pk__in=had))
    leave_out = {agency.pk for agency in picked.ticked}
    if "save" in request.POST and form.saved(
        lambda: services.fan_out(
            task,
            by=user,
            leave_out=leave_out,
            seen=request.POST.get("seen", ""),
            **{name: value for name, value in form.cleaned_data.items() if name != "q"},
        )
    ):
        n = form.outcome.given
        words = ngettext(
            "The task was given to %(n)d agency.", "The task was given to %(n)d agencies.", n
        )
        messages.success(request, words % {"n": n})
        return redirect("planned_task", pk=pk)
    told = None
    try:
        told = weigh_fan_out(task, leave_out=leave_out, **wanted)
    except Refused as refused:
        form.add_faults(refused)
    without = told.result.without_body if told else ()
    words = _("%(n)d areas have no agency on record: %(names)s")
    context = {
        "task": task,
        "form": form,
        "picked": picked,
        "told": told,
        "missing": without and words % {"n": len(without), "names": name_some(without)},
    }
    return render(request, "tasks/planning/fan_out.html", context, status=form.status)
