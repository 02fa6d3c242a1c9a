"""People and roles, for the coordinators of their places."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import Refused
from core.models import User
from core.web.forms import PlainForm
from core.web.requests import user_of
from provinces.lookup import Lookup
from provinces.members import selectors, services
from provinces.members.forms import PersonForm, RoleForm
from provinces.members.selectors import slips_page
from provinces.permissions import Permission, require
from provinces.roles import Role
from provinces.scope import accounts_within, people_within, roles_within, scope_of


def manager(request: HttpRequest) -> User:
    """Raises PermissionDenied for whoever coordinates nothing."""
    user = user_of(request)
    require(user, Permission.MANAGE_MEMBERS)
    return user


def _person_for(user: User, pk: int) -> User:
    """Raises Http404 for a person without a role in the user's places."""
    return get_object_or_404(people_within(scope_of(user)), pk=pk)


@require_safe
def member_list(request: HttpRequest) -> HttpResponse:
    user = manager(request)
    wanted = selectors.read_member_query(request.GET.dict())
    found = selectors.members(scope_of(user), wanted, request.GET.get("page", ""))
    context = {
        "wanted": wanted,
        "found": found,
        "roles": Role.choices,
        "states": selectors.STATES.items(),
    }
    return render(request, "provinces/members/members.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def member_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A person, their roles and account. A POST changes name, office and contact."""
    user = manager(request)
    person = _person_for(user, pk)
    if request.method != "POST":
        return _page(request, person)
    form = PersonForm(request.POST)
    if form.is_valid():
        services.change_details(person, given=form.cleaned_data, by=user)
        messages.success(request, _("The details were saved."))
        return redirect("member", pk=pk)
    services.must_own(person, user)
    return _page(request, person, details=form)


@require_POST
def give_role(request: HttpRequest, pk: int) -> HttpResponse:
    user = manager(request)
    person, reach = _person_for(user, pk), scope_of(user)
    form = RoleForm(request.POST, reach=reach)

    def save() -> None:
        role = form.cleaned_data["role"]
        unit = Lookup(reach).find(form.cleaned_data["place"], role)
        services.give_role(person, role=role, unit=unit, by=user)

    if form.saved(save):
        messages.success(request, _("The role was given."))
        return redirect("member", pk=pk)
    return _page(request, person, role=form)


@require_POST
def take_role(request: HttpRequest, pk: int, role_pk: int) -> HttpResponse:
    user = manager(request)
    person, reach = _person_for(user, pk), scope_of(user)
    rows = roles_within(reach).filter(user=person).select_related("user", "area", "agency__area")
    try:
        services.take_role(get_object_or_404(rows, pk=role_pk), by=user)
    except Refused as refused:
        messages.error(request, str(refused.faults[0].detail))
    else:
        messages.success(request, _("The role was taken away; it opens nothing any more."))
    if people_within(reach).filter(pk=pk).exists():
        return redirect("member", pk=pk)
    return redirect("members")


@require_POST
def shut_account(request: HttpRequest, pk: int) -> HttpResponse:
    done = _("The account is disabled; whoever used it is signed out.")
    return _account(request, pk, services.shut_account, done)


@require_POST
def open_account(request: HttpRequest, pk: int) -> HttpResponse:
    return _account(request, pk, services.open_account, _("The account is enabled again."))


@never_cache
@require_POST
def new_code(request: HttpRequest, pk: int) -> HttpResponse:
    """The code is shown in this answer only."""
    user = manager(request)
    person = _person_for(user, pk)
    try:
        given = services.make_code(person, by=user)
    except Refused as refused:
        messages.error(request, str(refused.faults[0].detail))
        return redirect("member", pk=pk)
    return slips_page(request, [given], scope_of(user))


def _account(request: HttpRequest, pk: int, change: Callable[..., None], done: str) -> HttpResponse:
    user = manager(request)
    try:
        change(_person_for(user, pk), by=user)
    except Refused as refused:
        messages.error(request, str(refused.faults[0].detail))
    else:
        messages.success(request, done)
    return redirect("member", pk=pk)


def _page(
    request: HttpRequest,
    person: User,
    *,
    details: PersonForm | None = None,
    role: RoleForm | None = None,
) -> HttpResponse:
    user = user_of(request)
    reach = scope_of(user)
    [line] = selectors.lines_of(reach, [person])
    given = {name: getattr(person, name) for name in services.DETAILS}
    wrong: PlainForm | None = next((form for form in (details, role) if form and form.errors), None)
    context = {
        "line": line,
        "person": person,
        "roles": [(one, reach.may_give(one.role, one.area_path)) for one in line.roles],
        "is_last_role": len(line.roles) == 1 and not reach.finds_people_without_roles,
        "elsewhere": person.memberships.count() - len(line.roles),
        "owns": accounts_within(reach).filter(pk=person.pk).exists(),
        "is_self": person == user,
        "details": details or PersonForm(initial=given),
        "role_form": role or RoleForm(reach=reach),
        "places": selectors.offered_places(reach),
        "wrong": wrong,
    }
    status = wrong.status if wrong else 200
    return render(request, "provinces/members/member.html", context, status=status)
