"""Coordinators hand over the work of people of their areas."""

from datetime import timedelta

from django.contrib import messages
from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.calendar import clock
from core.errors import Refused
from core.models import User
from core.web.requests import user_of
from provinces.models import Membership
from provinces.permissions import Permission, require
from provinces.scope import people_within, scope_of
from tasks.models import HandOver
from tasks.planning.at_once import is_in_time
from tasks.staffing import handover
from tasks.staffing.choosing import offer
from tasks.staffing.forms import HandOverForm
from tasks.staffing.handover import OFFICES, offices_of, work_of

_MOST_SHOWN = 100
_A_MONTH = timedelta(days=30)


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Shows what there is to hand over, and to whom; a POST hands it over."""
    user = user_of(request)
    require(user, Permission.MANAGE_MEMBERS)
    people = people_within(scope_of(user))
    person = get_object_or_404(people, pk=pk)
    work = work_of(person, by=user)
    form = HandOverForm(request.POST or None, initial={"disable": True})
    if form.saved(lambda: handover.hand_over(person, by=user, **form.cleaned_data)):
        words = _("All work of %(person)s was handed over to %(successor)s.")
        named = {"person": person, "successor": form.cleaned_data["successor"]}
        messages.success(request, words % named)
        return redirect("hand_overs")
    search = request.GET.get("q", "").strip()[:100]
    others = people.filter(is_active=True).exclude(pk=pk).prefetch_related(OFFICES)
    near = Membership.objects.filter(user=OuterRef("pk")).filter(
        Q(agency__in=[role.agency_id for role in work.roles if role.agency_id])
        | Q(area__in=[role.area_id for role in work.roles if role.area_id])
    )
    context = {
        "person": person,
        "work": work,
        "shown": work.assignments[:_MOST_SHOWN],
        "form": form,
        "search": search,
        "offer": offer(
            others,
            search,
            [request.POST.get("successor", "")],
            "username",
            # Whoever is of the same office comes first.
            Case(When(Exists(near), then=Value(0)), default=Value(1)),
            "name_key",
            "pk",
            place=lambda one: (one.office, offices_of(one)),
        ),
        "asks_again": "confirmed" in form.errors or bool(request.POST.get("confirmed")),
    }
    return render(request, "tasks/staffing/handover.html", context, status=form.status)


@require_safe
def hand_overs(request: HttpRequest) -> HttpResponse:
    """Those of the last month, of people whose roles are the caller's to give."""
    user = _manager(request)
    since = clock.now() - _A_MONTH
    rows = HandOver.objects.filter(at__gt=since).select_related("person", "successor", "by")
    lines = [(row, is_in_time(row)) for row in rows if handover.may_take_back(row, user)]
    return render(request, "tasks/staffing/handovers.html", {"lines": lines})


@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    user = _manager(request)
    row = get_object_or_404(HandOver, pk=pk)
    if not handover.may_take_back(row, user):
        raise Http404
    try:
        handover.take_back(row, by=user)
    except Refused as refused:
        messages.error(request, str(refused.faults[0].detail))
    else:
        words = _("All work is with %(person)s again.")
        messages.success(request, words % {"person": row.person})
    return redirect("hand_overs")


def _manager(request: HttpRequest) -> User:
    """The signed-in coordinator. Raises PermissionDenied for anybody else."""
    user = user_of(request)
    require(user, Permission.MANAGE_MEMBERS)
    return user
