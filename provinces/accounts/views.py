"""The user's own account. New accounts, one or a list from a file, with their slips."""

from collections import Counter

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.accounts.sign_in import GivenCode
from core.models import User
from core.tables.importing import NEW
from core.tables.writer import refused_sheet
from core.web.forms import SheetForm, file_field
from core.web.requests import download, user_of
from provinces.accounts import lists, services
from provinces.accounts.sheet import COLUMNS, JOINS, REASON, form_to_fill_in, role_words
from provinces.accounts.usernames import is_good
from provinces.lookup import Lookup
from provinces.members import selectors
from provinces.members.forms import PersonForm, RoleForm
from provinces.members.selectors import slips_page
from provinces.members.views import manager
from provinces.models import AccountList, Plan
from provinces.models.places import province_code
from provinces.roles import AGENCY_ROLES, Role
from provinces.scope import scope_of

_PAGE_SIZE = 100


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
            raise forms.ValidationError(
                _(
                    "A user name has 3 to 60 small letters without marks, digits, points, hyphens "
                    "or @."
                )
            )
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
    return render(request, "provinces/account_new.html", context, status=form.status)


@require_http_methods(["GET", "HEAD", "POST"])
def new_list(request: HttpRequest) -> HttpResponse:
    """Send a list; its preview comes next."""
    user = manager(request)
    form = ListForm(request.POST, request.FILES) if request.method == "POST" else ListForm()
    if form.saved(lambda: lists.start_list(*form.sent(), by=user)):
        return redirect(form.outcome)
    last = AccountList.objects.filter(user=user)[:10]
    context = {"form": form, "last": last, "roles": role_words(scope_of(user).roles)}
    return render(request, "provinces/account_list_new.html", context, status=form.status)


@require_safe
def list_form(request: HttpRequest) -> HttpResponseBase:
    """The file to fill in: one line for each agency that has no officer yet."""
    user = manager(request)
    units = selectors.agencies_without_officer(scope_of(user))
    return download(form_to_fill_in(units[: lists.MOST]), "danh-sach-tai-khoan.xlsx")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def one_list(request: HttpRequest, pk: int) -> HttpResponse:
    """The preview or the result of a list. A POST makes the accounts and shows their slips once."""
    user = manager(request)
    started = _own(user, pk)
    if request.method == "POST":
        codes = lists.apply_list(started, by=user)
        if codes:
            return slips_page(request, codes, scope_of(user))
        return redirect(started)
    if started.applied_at:
        return render(request, "provinces/account_list.html", {"list": started})
    previews = lists.check_list(started, by=user)
    kind = request.GET.get("kind", "")
    shown = [one for one in previews if kind in ("", one.kind)]
    counts = Counter(one.kind for one in previews)
    context = {
        "list": started,
        "counts": counts,
        "kind": kind,
        "total": len(previews),
        "takes": counts[NEW] + counts[JOINS],
        "page": Paginator(shown, _PAGE_SIZE).get_page(request.GET.get("page")),
    }
    return render(request, "provinces/account_list.html", context)


@never_cache
@require_POST
def renew_codes(request: HttpRequest, pk: int) -> HttpResponse:
    """New slips with new codes, for people of the list who have no password yet."""
    user = manager(request)
    codes = lists.renew_codes(_own(user, pk), by=user)
    return slips_page(request, codes, scope_of(user))


@require_safe
def refused_lines(request: HttpRequest, pk: int) -> HttpResponseBase:
    started = _own(manager(request), pk)
    if not started.refused:
        raise Http404
    data = refused_sheet(COLUMNS, REASON, started.refused)
    return download(data, f"tai-khoan-chua-nhan-{started.pk}.xlsx")


def _own(user: User, pk: int) -> AccountList:
    return get_object_or_404(AccountList, pk=pk, user=user)


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
    return render(request, "core/account.html", {"memberships": held})
