"""One task given to all agencies of a kind at once."""

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from core.calendar import clock
from provinces.models import Area
from tasks.forms_planning import FanOutForm
from tasks.models import Task
from tasks.services import fanout
from tasks.services.fanout import FannedOut
from tasks.views.planning.found import manager, planned

_NAMED = 5


@require_http_methods(["GET", "HEAD", "POST"])
def fan_out(request: HttpRequest, pk: int) -> HttpResponse:
    user = manager(request)
    task = planned(Task, user, pk, "group")
    initial = {"assigned_on": clock.today(), "due_on": task.due_on, "within": task.plan.area_id}
    form = FanOutForm(request.POST or None, areas=_choices(task), initial=initial)
    if form.saved(lambda: fanout.fan_out(task, by=user, **form.cleaned_data)):
        _tell(request, form.outcome)
        return redirect("planned_task", pk=pk)
    context = {"task": task, "form": form, "given": task.assignments.count()}
    return render(request, "tasks/fan_out.html", context, status=form.status)


def _choices(task: Task) -> QuerySet[Area]:
    """The document's area and the provinces in it."""
    here = Area.objects.active().within(task.plan.area)
    wide = here.filter(~Q(level=Area.Level.COMMUNE) | Q(pk=task.plan.area_id))
    return wide.order_by("level", "name_key")


def _tell(request: HttpRequest, done: FannedOut) -> None:
    words = ngettext(
        "The task was given to %(n)d agency.", "The task was given to %(n)d agencies.", done.given
    )
    messages.success(request, words % {"n": done.given})
    if done.had_it:
        words = ngettext(
            "%(n)d agency had it already.", "%(n)d agencies had it already.", done.had_it
        )
        messages.info(request, words % {"n": done.had_it})
    if done.without_body:
        words = _("%(n)d areas have no agency on record: %(names)s")
        names = ", ".join(done.without_body[:_NAMED])
        more = " …" if len(done.without_body) > _NAMED else ""
        messages.warning(request, words % {"n": len(done.without_body), "names": names + more})
