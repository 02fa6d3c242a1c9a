"""The user's own account. New accounts, one or a list from a file, with their slips."""

from collections import Counter
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.accounts.sign_in import GivenCode
from core.tables.columns import in_vietnamese
from core.tables.forms import SheetForm, file_field
from core.tables.importing import NEW
from core.tables.pages import own, page_of, refused_rows, sent_before
from core.web.requests import download, user_of
from provinces.accounts import lists, services
from provinces.accounts.lists import IMPORTER
from provinces.accounts.sheet import BAD_USERNAME, JOINS, form_to_fill_in
from provinces.accounts.usernames import is_good
from provinces.lookup import Lookup
from provinces.members import selectors
from provinces.members.forms import PersonForm, RoleForm
from provinces.members.selectors import slips_page
from provinces.members.views import manager
from provinces.models import Plan
from provinces.models.places import province_code
from provinces.roles import AGENCY_ROLES, Role
from provinces.scope import scope_of


class AccountForm(PersonForm, RoleForm):
    username = forms.CharField(
        label=_("User name"),
        max_length=60,
        required=False,
        help_text=_("Empty: one is made from name and place."),
    )
    field_order = ["full_name", "office", "role", "place", "phone", "email", "username"]

    def clean_username(self) -> str:
        name: str = self.cleaned_data["username"].strip().lower()
        if name and not is_good(name):
            raise forms.ValidationError(BAD_USERNAME)
        return name


class ListForm(SheetForm):
    file = file_field(_("Excel file"), _("The filled-in form, up to 5 MB and 5,000 people."))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_account(request: HttpRequest) -> HttpResponse:
    user = manager(request)
    reach = scope_of(user)
    form = AccountForm(request.POST or None, reach=reach)

    def save() -> GivenCode:
        given = dict(form.cleaned_data)
        unit = Lookup(reach).find(given.pop("place"), given["role"])
        return services.create_account(**given, unit=unit, by=user)

    if form.saved(save):
        return slips_page(request, [form.outcome], reach)
    context = {"form": form, "places": selectors.offered_places(reach)}
    return render(request, "provinces/accounts/account_new.html", context, status=form.status)


@require_http_methods(["GET", "HEAD", "POST"])
def new_list(request: HttpRequest) -> HttpResponse:
    """Send a list; its preview comes next."""
    user = manager(request)
    form = ListForm(request.POST, request.FILES) if request.method == "POST" else ListForm()
    if form.saved(lambda: IMPORTER.send(*form.sent(), by=user)):
        return redirect(form.outcome)
    roles = in_vietnamese(role.label for role in scope_of(user).roles)
    context = {"form": form, "last": sent_before(IMPORTER, user), "roles": roles}
    return render(request, "provinces/accounts/account_list_new.html", context, status=form.status)


@require_safe
def list_form(request: HttpRequest) -> HttpResponseBase:
    """The file to fill in: one line for each agency that has no officer yet."""
    user = manager(request)
    units = selectors.agencies_without_officer(scope_of(user))
    return download(form_to_fill_in(units[: IMPORTER.most]), "danh-sach-tai-khoan.xlsx")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def one_list(request: HttpRequest, pk: int) -> HttpResponse:
    """The preview or the result of a list. A POST makes the accounts and shows their slips once."""
    user, started = own(IMPORTER, request, pk)
    if request.method == "POST":
        codes = lists.apply_list(started, by=user)
        return slips_page(request, codes, scope_of(user)) if codes else redirect(started)
    context: dict[str, Any] = {"list": started}
    if not started.applied_at:
        previews, kind = IMPORTER.look_through(started, by=user), request.GET.get("kind", "")
        counts = Counter(one.kind for one in previews)
        context |= {
            "counts": counts,
            "kind": kind,
            "total": len(previews),
            "takes": counts[NEW] + counts[JOINS],
            "page": page_of(request, [one for one in previews if kind in ("", one.kind)]),
        }
    return render(request, "provinces/accounts/account_list.html", context)


@never_cache
@require_POST
def renew_codes(request: HttpRequest, pk: int) -> HttpResponse:
    """New slips with new codes, for people of the list who have no password yet."""
    user, started = own(IMPORTER, request, pk)
    return slips_page(request, lists.renew_codes(started, by=user), scope_of(user))


refused_lines = refused_rows(IMPORTER)


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """Officers begin with their tasks, reviewers with what waits, members of one province with its
    page, others with the overview.

    So do heads of agencies, unless a document asks for their approval: then with what waits.
    """
    held = user_of(request).memberships
    roles = set(held.values_list("role", flat=True))
    if roles == {Role.AGENCY_HEAD} and Plan.objects.filter(requires_agency_approval=True).exists():
        return redirect("/review/")
    if roles & set(AGENCY_ROLES):
        return redirect("/tasks/")
    if Role.REVIEWER in roles:
        return redirect("/review/")
    paths = [path for path in held.values_list("area__path", flat=True) if path]
    if len(paths) == 1 and (code := province_code(paths[0])):
        return redirect(f"/provinces/{code}/")
    return redirect("/")


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    held = user_of(request).memberships.select_related("area", "agency").order_by("id")
    return render(request, "provinces/accounts/account.html", {"memberships": held})
