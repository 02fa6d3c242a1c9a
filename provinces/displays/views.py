"""Screens in control rooms, for the coordinator of their area."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from core.models import User
from core.web.requests import user_of
from provinces.displays import services
from provinces.displays.forms import DisplayForm
from provinces.models import Area
from provinces.permissions import Permission, managed_paths, require


def _manager(request: HttpRequest) -> User:
    """Raises PermissionDenied for whoever coordinates nothing."""
    user = user_of(request)
    require(user, Permission.MANAGE_DISPLAYS)
    return user


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def display_list(request: HttpRequest) -> HttpResponse:
    """All screens of the area. A POST makes one and shows its key, once."""
    user = _manager(request)
    home = Area.objects.filter(path__in=managed_paths(user)).order_by("path").first()
    form = DisplayForm(request.POST or None, initial={"area": home.code if home else ""})
    code = ""
    if form.saved(lambda: services.create_display(**form.cleaned_data, by=user)):
        _display, code = form.outcome
        form = DisplayForm(initial={"area": home.code if home else ""})
    context = {"form": form, "code": code, "displays": services.manageable(user)}
    return render(request, "provinces/displays/displays.html", context, status=form.status)


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    user = _manager(request)
    services.revoke_display(get_object_or_404(services.manageable(user), pk=pk), by=user)
    messages.success(request, _("The key was revoked; the screen shows nothing from now on."))
    return redirect("displays")
