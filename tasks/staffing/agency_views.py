"""Coordinators keep the agencies of their areas, and merge agencies and communes."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.calendar import clock
from core.models import User
from core.web.requests import user_of
from provinces.agencies import services
from provinces.agencies.forms import AgencyForm, AgencyNameForm, NewAgencyForm
from provinces.lookup import words_in
from provinces.models import Agency, Area, Membership
from provinces.permissions import Permission, require
from provinces.scope import scope_of
from tasks.models import Assignment
from tasks.planning.views.lookups import saved_redirect
from tasks.staffing import communes, merging
from tasks.staffing.choosing import Offer, offer
from tasks.staffing.forms import MergeCommunesForm, MergeForm

_METHODS = ["GET", "HEAD", "POST"]
_PAGE_SIZE, _MOST_OFFERED = 50, 400
_TYPING = ("find", "edit")
"""The buttons that only search, or go back to the form: what was typed stays, unchecked."""


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
    user, search = _manager(request), request.GET.get("q", "").strip()[:100]
    rows = _agencies_of(user).filter(words_in("search_text", search))
    people = _number_of(Membership.objects.filter(agency=OuterRef("pk")), "user")
    work = _number_of(Assignment.objects.open().filter(agency=OuterRef("pk")), "pk")
    rows = rows.annotate(people=people, open_work=work)
    in_order = rows.order_by("area__path", "protocol_order", "name_key", "pk")
    page = Paginator(in_order, _PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "tasks/staffing/agencies.html", {"page": page, "search": search})


def _number_of(rows: "QuerySet[Membership] | QuerySet[Assignment]", what: str) -> Coalesce:
    counted = rows.order_by().values("agency").annotate(n=Count(what, distinct=True)).values("n")
    return Coalesce(Subquery(counted), Value(0))


@require_http_methods(_METHODS)
def new_agency(request: HttpRequest) -> HttpResponse:
    user = _manager(request)
    reach = scope_of(user)
    places = Area.objects.active().filter(reach.over("path"))
    parents = _agencies_of(user).filter(successor=None).exclude(area__level=Area.Level.COMMUNE)
    home = places.order_by("path").first()
    form = NewAgencyForm(
        request.POST or None,
        row=Agency(),
        reach=reach,
        parents=parents.order_by("area__path", "protocol_order", "name_key"),
        initial={"area": home.name if home else "", "parent": None},
    )
    if form.saved(lambda: services.create_agency(Agency(), by=user, given=form.cleaned_data)):
        messages.success(request, _("%(name)s was added.") % {"name": form.outcome.name})
        return redirect("agency", code=form.outcome.code)
    offered = places.order_by("path").values_list("name_vi", flat=True)[: _MOST_OFFERED + 1]
    context = {"form": form, "places": offered if len(offered) <= _MOST_OFFERED else []}
    return render(request, "tasks/staffing/agency_new.html", context, status=form.status)


@require_http_methods(_METHODS)
def agency_page(request: HttpRequest, code: str) -> HttpResponse:
    """What it is called, its head and people; a POST changes head, other names and order."""
    user = _manager(request)
    agency = get_object_or_404(_agencies_of(user), code=code)
    form = AgencyForm(request.POST or None, row=agency)

    def save() -> bool:
        given = form.cleaned_data
        return services.change_agency(agency, by=user, given=given, seen=form.seen)

    if form.saved(save):
        return saved_redirect(request, form, "agency", code)
    return _agency(request, agency, form=form)


@require_POST
def rename_agency(request: HttpRequest, code: str) -> HttpResponse:
    user = _manager(request)
    agency = get_object_or_404(_agencies_of(user), code=code)
    form = AgencyNameForm(request.POST, row=agency)

    def save() -> bool:
        names = dict(form.cleaned_data)
        day = names.pop("from_day")
        return services.rename_agency(agency, by=user, names=names, from_day=day, seen=form.seen)

    if form.saved(save):
        return saved_redirect(request, form, "agency", code)
    return _agency(request, agency, name_form=form)


def _agency(
    request: HttpRequest,
    agency: Agency,
    form: AgencyForm | None = None,
    name_form: AgencyNameForm | None = None,
) -> HttpResponse:
    wrong = name_form or form or AgencyForm(row=agency)
    roles = agency.memberships.select_related("user").order_by("role", "user__name_key")
    context = {
        # Forms may have put what was typed on the row.
        "agency": _agencies_of(user_of(request)).get(pk=agency.pk),
        "form": form or AgencyForm(row=agency),
        "name_form": name_form or AgencyNameForm(row=agency),
        "wrong": wrong,
        "roles": roles,
        "open_work": Assignment.objects.open().filter(agency=agency).count(),
        "former_names": agency.former_names.all(),
    }
    return render(request, "tasks/staffing/agency.html", context, status=wrong.status)


def _is_typing(request: HttpRequest) -> bool:
    return any(name in request.POST for name in _TYPING)


@require_http_methods(_METHODS)
def merge_agency(request: HttpRequest, code: str) -> HttpResponse:
    """Shows what the agency has; then what a merger with that successor and day would do; then
    merges."""
    user = _manager(request)
    agency = get_object_or_404(_agencies_of(user), code=code)
    agencies = merging.candidates(agency)
    initial: dict[str, object] = {"merged_on": clock.today()}
    data = request.POST or None
    if _is_typing(request):
        data, initial = None, {**request.POST.dict()}
    form = MergeForm(data, agencies=agencies, initial=initial)
    apply = "save" in request.POST

    def merge() -> None:
        successor, day = form.cleaned_data["successor"], form.cleaned_data["merged_on"]
        if apply:
            merging.merge(agency, successor=successor, merged_on=day, by=user)
        else:
            merging.check(agency, successor, day)

    checked = form.is_bound and form.saved(merge)
    if checked and apply:
        words = _("%(agency)s is merged into %(successor)s.")
        names = {"agency": agency.name, "successor": form.cleaned_data["successor"].name}
        messages.success(request, words % names)
        return redirect("agencies")
    context = {
        "agency": agency,
        "form": form,
        "offer": offer(
            agencies.select_related("area"),
            str(form["q"].value() or ""),
            [str(form["successor"].value() or "")],
            "code",
            "protocol_order",
            "name_key",
            "pk",
            place=lambda one: (one.area.name, one.head_with_title),
            shows_code=False,
        ),
        "estate": merging.estate_of(agency),
        "checked": checked,
        "is_today": checked and form.cleaned_data["merged_on"] == clock.today(),
    }
    return render(request, "tasks/staffing/merge.html", context, status=form.status)


@require_http_methods(_METHODS)
def merge_communes(request: HttpRequest) -> HttpResponse:
    """Shows the communes to choose from; then what their merger would do; then merges."""
    user = _manager(request)
    known = Area.objects.active().filter(scope_of(user).over("path"), level=Area.Level.COMMUNE)
    known = known.select_related("parent")
    initial: dict[str, object] = {
        "merged_on": clock.today(),
        "communes": request.GET.getlist("communes"),
    }
    data = request.POST or None
    if _is_typing(request):
        data, initial = None, {**request.POST.dict(), "communes": request.POST.getlist("communes")}
    form = MergeCommunesForm(data, communes=known, initial=initial)
    apply = "save" in request.POST

    def merge() -> communes.CommuneMerger:
        given = {name: form.cleaned_data[name] for name in ("communes", "into", "merged_on")}
        chosen = given.pop("communes")
        if apply:
            return communes.merge_communes(chosen, by=user, **given)
        return communes.prepare(chosen, by=user, **given)

    checked = form.is_bound and form.saved(merge)
    if checked and apply:
        n = len(form.outcome.estates)
        words = ngettext(
            "%(n)d commune is merged into %(into)s.", "%(n)d communes are merged into %(into)s.", n
        )
        messages.success(request, words % {"n": n, "into": form.outcome.into.name})
        return redirect("agencies")
    chosen = [str(code) for code in form["communes"].value() or []]
    into = str(form["into"].value() or "")
    context = {
        "form": form,
        "offer": _communes(known, str(form["q"].value() or ""), chosen),
        "offer_into": _communes(known, str(form["q_into"].value() or ""), [into]),
        "merger": form.outcome if checked else None,
        "is_today": checked and form.cleaned_data["merged_on"] == clock.today(),
    }
    return render(request, "tasks/staffing/merge_communes.html", context, status=form.status)


def _communes(known: QuerySet[Area], search: str, chosen: list[str]) -> Offer:
    return offer(
        known.prefetch_related("agencies"),
        search,
        chosen,
        "code",
        "name_key",
        "pk",
        place=lambda area: (
            area.parent.short_name if area.parent else "",
            *(one.short_name for one in area.agencies.all() if not one.successor_id),
        ),
    )
