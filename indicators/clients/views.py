"""Connected systems, for the coordinator of their area."""

from datetime import timedelta

from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.accounts.clients import draw_key, is_live, revoke_key
from core.accounts.credentials import NewKey
from core.calendar import clock
from core.models import ApiClient, User
from core.web.forms import PlainForm
from core.web.requests import user_of
from indicators.clients import services
from indicators.clients.forms import ClientForm, KeyForm, ScopeForm
from indicators.models import ClientScope
from provinces.models import PlanScope
from provinces.permissions import Permission, require

_A_YEAR = timedelta(days=365)


def _manager(request: HttpRequest) -> User:
    """Raises PermissionDenied."""
    user = user_of(request)
    require(user, Permission.MANAGE_CLIENTS)
    return user


def _client_for(user: User, pk: int) -> ApiClient:
    """Raises Http404 for a system that is not theirs to manage."""
    return get_object_or_404(_with_scopes(services.manageable(user)), pk=pk)


def _with_scopes(rows: QuerySet[ApiClient]) -> QuerySet[ApiClient]:
    figures = ClientScope.objects.select_related("indicator", "area").order_by("id")
    tasks = PlanScope.objects.select_related("plan", "area").order_by("id")
    return rows.select_related("owner").prefetch_related(
        Prefetch("scopes", figures), Prefetch("plan_scopes", tasks), "keys"
    )


@require_safe
def client_list(request: HttpRequest) -> HttpResponse:
    user, today = _manager(request), clock.today()
    lines = [
        {
            "client": client,
            "scopes": [*client.scopes.all(), *client.plan_scopes.all()],
            "live": [key for key in client.keys.all() if is_live(key, today)],
            "used_on": max(
                (key.last_used_on for key in client.keys.all() if key.last_used_on), default=None
            ),
        }
        for client in _with_scopes(services.manageable(user)).order_by("name")
    ]
    return render(request, "indicators/clients/clients.html", {"lines": lines})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_client(request: HttpRequest) -> HttpResponse:
    user = _manager(request)
    home = services.home_of(user)
    form = ClientForm(
        request.POST or None,
        initial={
            "owner": user.username,
            "areas": home.code if home else "",
            "expires_on": clock.today() + _A_YEAR,
        },
    )
    if form.saved(
        lambda: services.create_client(
            **{name: form.cleaned_data[name] for name in ("name", "owner", "note", "expires_on")},
            reach=form.reach,
            by=user,
        )
    ):
        return _shown_once(request, *form.outcome)
    return render(request, "indicators/clients/client_new.html", {"form": form}, status=form.status)


@require_safe
def client_page(request: HttpRequest, pk: int) -> HttpResponse:
    user = _manager(request)
    return _page(request, _client_for(user, pk))


@never_cache
@require_POST
def new_key(request: HttpRequest, pk: int) -> HttpResponse:
    """A second key; the first one stays live until it is revoked."""
    user = _manager(request)
    client, form = _client_for(user, pk), KeyForm(request.POST)
    if form.saved(lambda: draw_key(client, expires_on=form.cleaned_data["expires_on"], by=user)):
        return _shown_once(request, client, form.outcome)
    return _page(request, client, key_form=form)


@require_POST
def revoke(request: HttpRequest, pk: int, public_id: str) -> HttpResponse:
    user = _manager(request)
    client = _client_for(user, pk)
    revoke_key(
        get_object_or_404(client.keys.select_related("client"), public_id=public_id), by=user
    )
    messages.success(request, _("The key was revoked; it opens nothing from now on."))
    return redirect("client", pk=pk)


@require_POST
def add_scope(request: HttpRequest, pk: int) -> HttpResponse:
    user = _manager(request)
    client, form = _client_for(user, pk), ScopeForm(request.POST)
    if form.saved(lambda: services.add_scopes(client, reach=form.reach, by=user)):
        messages.success(request, _("The scope was widened."))
        return redirect("client", pk=pk)
    return _page(request, client, scope_form=form)


@require_POST
def remove_scope(
    request: HttpRequest, pk: int, scope_pk: int, kind: services.Kind = ClientScope
) -> HttpResponse:
    """Figures and tasks are numbered each for themselves: ``kind`` says which scope is meant."""
    user = _manager(request)
    client = _client_for(user, pk)
    scopes = kind._default_manager.filter(client=client).select_related(
        "client", kind.thing, "area"
    )
    services.remove_scope(get_object_or_404(scopes, pk=scope_pk), by=user)
    messages.success(request, _("The scope was narrowed."))
    if services.manageable(user).filter(pk=pk).exists():
        return redirect("client", pk=pk)
    return redirect("clients")


def _shown_once(request: HttpRequest, client: ApiClient, key: NewKey) -> HttpResponse:
    return render(request, "indicators/clients/client_key.html", {"client": client, "key": key})


def _page(
    request: HttpRequest,
    client: ApiClient,
    *,
    key_form: KeyForm | None = None,
    scope_form: ScopeForm | None = None,
) -> HttpResponse:
    today = clock.today()
    wrong: PlainForm | None = next((f for f in (key_form, scope_form) if f and f.errors), None)
    context = {
        "client": client,
        "today": today,
        "key_form": key_form or KeyForm(initial={"expires_on": today + _A_YEAR}),
        "scope_form": scope_form or ScopeForm(),
        "wrong": wrong,
    }
    return render(
        request, "indicators/clients/client.html", context, status=wrong.status if wrong else 200
    )
