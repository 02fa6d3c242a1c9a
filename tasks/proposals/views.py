"""The list of proposals, a new one made of similar obstacles, and the page that changes one."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.db.conditions import under
from core.errors import Refused
from core.models import User
from core.web.requests import user_of
from provinces.models import Area
from provinces.permissions import (
    Permission,
    grants,
    has_permission,
    holds_anywhere,
    require,
    sees_everything,
)
from provinces.roles import REVIEWERS
from tasks.models import Obstacle, ObstacleCategory, Proposal
from tasks.proposals import services
from tasks.proposals.forms import ProposalForm
from tasks.reporting.bulk import ticked

_PAGE_SIZE = 50
_MOST_SHOWN = 500
_STATES = {"waiting": Q(answered_on=None), "answered": Q(answered_on__isnull=False)}


@require_safe
def proposal_list(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    state = request.GET.get("state", "")
    rows = Proposal.objects.visible_to(user).filter(_STATES.get(state, Q()))
    rows = rows.select_related("area", "addressee").annotate(
        gathered=Count("obstacles"),
        still_open=Count("obstacles", filter=Q(obstacles__resolved_on=None)),
    )
    page = Paginator(
        rows.order_by(F("sent_on").desc(nulls_first=True), "-pk"), _PAGE_SIZE
    ).get_page(request.GET.get("page"))
    may_make = holds_anywhere(user, REVIEWERS) or sees_everything(user)
    context = {"page": page, "state": state, "may_make": may_make}
    return render(request, "tasks/proposals/proposals.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_proposal(request: HttpRequest) -> HttpResponse:
    """Choose area and kind of the obstacles, tick the similar ones, and write what is asked."""
    user = user_of(request)
    areas = list(_areas_for_proposals(user))
    if not areas:
        raise PermissionDenied
    asked = request.POST if request.method == "POST" else request.GET
    area = next((one for one in areas if one.code == asked.get("area")), areas[0])
    category = asked.get("category", "")
    chosen = ticked(request.POST)
    form = ProposalForm(request.POST or None, row=Proposal(area=area))
    if form.saved(lambda: services.make_proposal(area, chosen, given=form.cleaned_data, by=user)):
        return redirect(form.outcome)
    context = {
        "form": form,
        "areas": areas,
        "area": area,
        "category": category,
        "chosen": chosen,
        "categories": ObstacleCategory.choices,
        "obstacles": _free(user, area, category),
        "tick_all": "all" in request.GET,
    }
    return render(request, "tasks/proposals/proposal_new.html", context, status=form.status)


@require_http_methods(["GET", "HEAD", "POST"])
def proposal_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The proposal, its answer and its obstacles; a POST changes it."""
    user = user_of(request)
    proposal = _found(user, pk)
    if request.method == "POST":
        require(user, Permission.MANAGE_OBSTACLES, proposal)
    form = ProposalForm(request.POST or None, row=proposal)
    if form.saved(
        lambda: services.change_proposal(proposal, given=form.cleaned_data, seen=form.seen, by=user)
    ):
        done = _("Saved.") if form.outcome else _("Nothing was changed.")
        messages.success(request, done)
        return redirect(proposal)
    gathered = list(
        Obstacle.objects.visible_to(user)
        .filter(proposal=proposal)
        .select_related("area", "assignment__agency")
        .order_by(F("resolved_on").asc(nulls_first=True), "area__name_key", "pk")
    )
    may_change = has_permission(user, Permission.MANAGE_OBSTACLES, proposal)
    kinds = {one.category for one in gathered}
    category = request.GET.get("category") or (kinds.pop() if len(kinds) == 1 else "")
    context = {
        "proposal": _found(user, pk),
        "form": form,
        "may_change": may_change,
        "obstacles": gathered,
        "still_open": sum(one.resolved_on is None for one in gathered),
        "others": proposal.obstacles.count() - len(gathered),
        "category": category,
        "categories": ObstacleCategory.choices,
        "free": _free(user, proposal.area, category) if may_change else [],
    }
    return render(request, "tasks/proposals/proposal.html", context, status=form.status)


@require_POST
def add(request: HttpRequest, pk: int) -> HttpResponse:
    proposal, user = _for_change(request, pk)
    with _refusals_shown(request):
        n = services.add_obstacles(proposal, ticked(request.POST), by=user)
        words = ngettext("%(n)d obstacle was added.", "%(n)d obstacles were added.", n)
        messages.success(request, words % {"n": n})
    return redirect(proposal)


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    proposal, user = _for_change(request, pk)
    with _refusals_shown(request):
        n = services.remove_obstacles(proposal, ticked(request.POST), by=user)
        words = ngettext("%(n)d obstacle was taken out.", "%(n)d obstacles were taken out.", n)
        messages.success(request, words % {"n": n})
    return redirect(proposal)


@require_POST
def resolve(request: HttpRequest, pk: int) -> HttpResponse:
    """Resolve all its open obstacles with its answer."""
    proposal, user = _for_change(request, pk)
    with _refusals_shown(request):
        n = services.resolve_with_answer(proposal, seen=request.POST.get("seen", ""), by=user)
        words = ngettext("%(n)d obstacle was resolved.", "%(n)d obstacles were resolved.", n)
        messages.success(request, words % {"n": n})
    return redirect(proposal)


def _for_change(request: HttpRequest, pk: int) -> tuple[Proposal, User]:
    """Raises Http404, PermissionDenied."""
    user = user_of(request)
    proposal = _found(user, pk)
    require(user, Permission.MANAGE_OBSTACLES, proposal)
    return proposal, user


@contextmanager
def _refusals_shown(request: HttpRequest) -> Iterator[None]:
    """Refusals become messages on the page that follows."""
    try:
        yield
    except Refused as refused:
        for fault in refused.faults:
            messages.error(request, str(fault.detail))


def _found(user: User, pk: int) -> Proposal:
    rows = Proposal.objects.visible_to(user).select_related("area", "addressee")
    return get_object_or_404(rows, pk=pk)


def _free(user: User, area: Area, category: str) -> QuerySet[Obstacle]:
    rows = Obstacle.objects.visible_to(user).within(area).free()
    if category in ObstacleCategory.values:
        rows = rows.filter(category=category)
    rows = rows.select_related("area", "assignment__agency")
    return rows.order_by("category", "area__name_key", "pk")[:_MOST_SHOWN]


def _areas_for_proposals(user: User) -> QuerySet[Area]:
    """The areas that the user reviews for, and the provinces in them."""
    rows = Area.objects.active().order_by("level", "name_key")
    places = [grant.area_path for grant in grants(user) if grant.role in REVIEWERS]
    if sees_everything(user):
        return rows.exclude(level=Area.Level.COMMUNE)
    below = rows.filter(under(places, "path"))
    return below.filter(~Q(level=Area.Level.COMMUNE) | Q(path__in=places))
