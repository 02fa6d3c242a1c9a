"""Coordinators hand over the work of people and merge agencies of their areas."""

from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.calendar import clock
from core.errors import Refused
from core.models import User
from core.web.requests import user_of
from provinces.abbreviations import search_terms
from provinces.models import Agency, Membership
from provinces.permissions import Permission, require
from provinces.scope import people_within, scope_of
from tasks.models import Assignment, HandOver
from tasks.planning.views.lookups import any_of
from tasks.staffing import handover, merging
from tasks.staffing.forms import HandOverForm, MergeForm
from tasks.staffing.handover import WorkOfPerson, offices_of, work_of

_MOST_NAMED, _MOST_SHOWN = 20, 100
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
    others = people.filter(is_active=True).exclude(pk=pk)
    context = {
        "person": person,
        "work": work,
        "shown": work.assignments[:_MOST_SHOWN],
        "form": form,
        "search": search,
        "people": _candidates(others, work, search, request.POST.get("successor", "")),
        "asks_again": "confirmed" in form.errors or bool(request.POST.get("confirmed")),
    }
    return render(request, "tasks/handover.html", context, status=form.status)


def _candidates(
    people: QuerySet[User], work: WorkOfPerson, search: str, chosen: str
) -> list[tuple[User, str]]:
    """Who may take over, with where they work: whoever is chosen, then those of the same office,
    then those of the places searched."""
    offices = [role.agency_id for role in work.roles if role.agency_id]
    areas = [role.area_id for role in work.roles if role.area_id]
    near = Membership.objects.filter(user=OuterRef("pk")).filter(
        Q(agency__in=offices) | Q(area__in=areas)
    )
    for spellings in search_terms(search):
        people = people.filter(any_of(Q(search_text__contains=word) for word in spellings))
    rows = people.annotate(
        rank=Case(
            When(username=chosen, then=Value(0)),
            When(Exists(near), then=Value(1)),
            default=Value(2),
        )
    )
    found = rows.order_by("rank", "name_key", "pk")[:_MOST_NAMED]
    return [(person, offices_of(person)) for person in found]


@require_safe
def hand_overs(request: HttpRequest) -> HttpResponse:
    """Those of the last month, of people whose roles are the caller's to give."""
    user = _manager(request)
    since = clock.now() - _A_MONTH
    rows = HandOver.objects.filter(at__gt=since).select_related("person", "successor", "by")
    lines = [
        (row, row.taken_back_at is None and clock.now() - row.at <= handover.UNDO_WITHIN)
        for row in rows
        if handover.may_take_back(row, user)
    ]
    return render(request, "tasks/handovers.html", {"lines": lines})


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


_PAGE_SIZE = 50


def _manager(request: HttpRequest) -> User:
    """The signed-in coordinator. Raises PermissionDenied for anybody else."""
    user = user_of(request)
    require(user, Permission.MANAGE_MEMBERS)
    return user


def _agencies_of(user: User) -> QuerySet[Agency]:
    rows = Agency.objects.filter(scope_of(user).over("area__path"))
    return rows.select_related("area", "successor__successor")


@require_safe
def agency_list(request: HttpRequest) -> HttpResponse:
    """Two queries, whatever the size."""
    rows, search = _agencies_of(_manager(request)), request.GET.get("q", "").strip()[:100]
    for spellings in search_terms(search):
        rows = rows.filter(any_of(Q(search_text__contains=word) for word in spellings))
    people = _number_of(Membership.objects.filter(agency=OuterRef("pk")), "user")
    work = _number_of(Assignment.objects.open().filter(agency=OuterRef("pk")), "pk")
    rows = rows.annotate(people=people, open_work=work)
    in_order = rows.order_by("area__path", "protocol_order", "name_key", "pk")
    page = Paginator(in_order, _PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "tasks/agencies.html", {"page": page, "search": search})


def _number_of(rows: "QuerySet[Membership] | QuerySet[Assignment]", what: str) -> Coalesce:
    counted = rows.order_by().values("agency").annotate(n=Count(what, distinct=True)).values("n")
    return Coalesce(Subquery(counted), Value(0))


@require_http_methods(["GET", "HEAD", "POST"])
def merge_agency(request: HttpRequest, code: str) -> HttpResponse:
    """Shows what the agency has; then what a merger with that successor and day would do; then
    merges."""
    user = _manager(request)
    agency = get_object_or_404(_agencies_of(user), code=code)
    form = MergeForm(
        request.POST or None,
        agencies=merging.candidates(agency),
        initial={"merged_on": clock.today()},
    )
    apply = "save" in request.POST

    def merge() -> None:
        successor, day = form.cleaned_data["successor"], form.cleaned_data["merged_on"]
        if apply:
            merging.merge(agency, successor=successor, merged_on=day, by=user)
        else:
            merging.check(agency, successor, day)

    checked = "edit" not in request.POST and form.saved(merge)
    if checked and apply:
        words = _("%(agency)s is merged into %(successor)s.")
        names = {"agency": agency.name, "successor": form.cleaned_data["successor"].name}
        messages.success(request, words % names)
        return redirect("agencies")
    context = {
        "agency": agency,
        "form": form,
        "estate": merging.estate_of(agency),
        "checked": checked,
        "is_today": checked and form.cleaned_data["merged_on"] == clock.today(),
    }
    return render(request, "tasks/merge.html", context, status=form.status)
