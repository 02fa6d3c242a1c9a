"""The Django admin, under our name and for administrators only."""

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig as BaseAdminConfig
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.i18n import JavaScriptCatalog

from core.calendar import clock
from core.calendar.workdays import unentered_year


class R57AdminSite(AdminSite):
    site_header = _("R57 administration")
    site_title = "R57"
    index_title = _("Administration")

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)

    def index(self, request: HttpRequest, extra_context: Any = None) -> TemplateResponse:
        """Warns operators in time if the coming year's days off were not entered."""
        entered = settings.R57_DAYS_OFF | settings.R57_WORKED_DAYS
        year = unentered_year(clock.today(), entered)
        if year:
            messages.warning(
                request,
                _(
                    "The days off of %(year)d were not entered. Put the Government's decision into "
                    "R57_DAYS_OFF and R57_WORKED_DAYS; where it adds nothing, enter 1 January."
                )
                % {"year": year},
            )
        return super().index(request, extra_context)

    def i18n_javascript(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """With our translations where Django lacks the Vietnamese."""
        view = JavaScriptCatalog.as_view(packages=["django.contrib.admin", "core"])
        return cast(HttpResponse, view(request))

    @login_not_required
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Leads to the one page of signing in, where tries are counted."""
        index = reverse("admin:index")
        if self.has_permission(request):
            return redirect(index)
        if request.user.is_authenticated:
            raise PermissionDenied
        asked = urlencode({"next": request.GET.get("next", index)})
        return redirect(f"{reverse('login')}?{asked}")


class AdminConfig(BaseAdminConfig):
    default_site = "r57.admin.R57AdminSite"
