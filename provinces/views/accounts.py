"""New accounts: one, or a whole Excel list with its preview, its slips and its refused lines."""

from collections import Counter

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.accounts.sign_in import GivenCode
from core.models import User
from core.web.http import download
from provinces import selectors
from provinces.account_sheet import form_to_fill_in, refused_sheet, role_words
from provinces.forms import AccountForm, ListForm
from provinces.models import AccountList
from provinces.reach import reach_of
from provinces.services import account_lists, accounts
from provinces.services.account_lines import JOINS, NEW
from provinces.units import Units
from provinces.views.members import manager
from provinces.views.slips import slips_page

_PAGE_SIZE = 100


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_account(request: HttpRequest) -> HttpResponse:
    user = manager(request)
    reach = reach_of(user)
    form = AccountForm(request.POST or None, reach=reach)

    def save() -> GivenCode:
        given = dict(form.cleaned_data)
        unit = Units(reach).find(given.pop("place"), given["role"])
        return accounts.create_account(**given, unit=unit, by=user)

    if form.saved(save):
        return slips_page(request, [form.outcome], reach)
    context = {"form": form, "places": selectors.offered_places(reach)}
    return render(request, "provinces/account_new.html", context, status=form.status)


@require_http_methods(["GET", "HEAD", "POST"])
def new_list(request: HttpRequest) -> HttpResponse:
    """Send a list; its preview comes next, nothing is made yet."""
    user = manager(request)
    form = ListForm(request.POST, request.FILES) if request.method == "POST" else ListForm()
    if form.saved(lambda: account_lists.start_list(*form.sent(), by=user)):
        return redirect(form.outcome)
    last = AccountList.objects.filter(user=user)[:10]
    context = {"form": form, "last": last, "roles": role_words(reach_of(user).roles)}
    return render(request, "provinces/account_list_new.html", context, status=form.status)


@require_safe
def list_form(request: HttpRequest) -> HttpResponseBase:
    """The file to fill in: one line for each agency that has no officer yet."""
    user = manager(request)
    units = selectors.agencies_without_officer(reach_of(user))
    return download(form_to_fill_in(units[: account_lists.MOST]), "danh-sach-tai-khoan.xlsx")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def one_list(request: HttpRequest, pk: int) -> HttpResponse:
    """The preview, or what became of it; a POST makes the accounts and shows their slips, once."""
    user = manager(request)
    started = _own(user, pk)
    if request.method == "POST":
        codes = account_lists.apply_list(started, by=user)
        if codes:
            return slips_page(request, codes, reach_of(user))
        return redirect(started)
    if started.applied_at:
        return render(request, "provinces/account_list.html", {"list": started})
    previews = account_lists.check_list(started, by=user)
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
    """Slips again, with new codes, for those of the list who have no password yet."""
    user = manager(request)
    codes = account_lists.renew_codes(_own(user, pk), by=user)
    return slips_page(request, codes, reach_of(user))


@require_safe
def refused_lines(request: HttpRequest, pk: int) -> HttpResponseBase:
    started = _own(manager(request), pk)
    if not started.refused:
        raise Http404
    return download(refused_sheet(started.refused), f"tai-khoan-chua-nhan-{started.pk}.xlsx")


def _own(user: User, pk: int) -> AccountList:
    return get_object_or_404(AccountList, pk=pk, user=user)
