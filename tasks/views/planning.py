"""For coordinators: the tasks of their documents, and one task given to all at once."""

from functools import reduce
from operator import or_

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from core import clock
from core.errors import Refused
from core.models import User
from core.requests import user_of
from provinces.models import Area, Role
from provinces.permissions import Permission, grants, holds_anywhere, require, sees_everything
from tasks.forms_planning import FanOutForm
from tasks.models import Task
from tasks.services import fanout
from tasks.services.fanout import FannedOut

_PAGE_SIZE = 50
_MANAGERS = (Role.COORDINATOR, Role.ADMINISTRATOR)
_NAMED = 5


@require_safe
def planning_list(request: HttpRequest) -> HttpResponse:
    """The tasks of the coordinator's documents, each with how many agencies have it."""
    user = _manager(request)
    rows = _tasks(user).filter(_of_his_documents(user)).annotate(given=Count("assignments"))
    page = Paginator(rows.order_by("plan__issued_on", "plan", "number_key"), _PAGE_SIZE)
    found = page.get_page(request.GET.get("page"))
    return render(request, "tasks/planning.html", {"page": found})


@require_http_methods(["GET", "HEAD", "POST"])
def fan_out(request: HttpRequest, pk: int) -> HttpResponse:
    user = _manager(request)
    task = get_object_or_404(_tasks(user), pk=pk)
    require(user, Permission.MANAGE_PLAN, task.plan)
    initial = {"assigned_on": clock.today(), "due_on": task.due_on, "within": task.plan.area_id}
    form = FanOutForm(request.POST or None, areas=_choices(task), initial=initial)
    if form.is_valid():
        try:
            done = fanout.fan_out(task, by=user, **form.cleaned_data)
        except Refused as refused:
            form.add_faults(refused)
        else:
            _tell(request, done)
            return redirect("fan_out", pk=pk)
    context = {"task": task, "form": form, "given": task.assignments.count()}
    status = form.status if form.errors else None
    return render(request, "tasks/fan_out.html", context, status=status)


def _manager(request: HttpRequest) -> User:
    """Raises PermissionDenied for whoever coordinates nothing."""
    user = user_of(request)
    if not (holds_anywhere(user, _MANAGERS) or sees_everything(user)):
        raise PermissionDenied
    return user


def _of_his_documents(user: User) -> Q:
    if sees_everything(user):
        return Q()
    paths = [grant.area_path for grant in grants(user) if grant.role in _MANAGERS]
    return reduce(or_, (Q(plan__area__path__startswith=path) for path in paths), Q(pk__in=[]))


def _tasks(user: User) -> QuerySet[Task]:
    return Task.objects.visible_to(user).select_related("plan__area", "group")


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
