"""The Django admin, under our name and for administrators only."""

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig as BaseAdminConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class R57AdminSite(AdminSite):
    site_header = _("R57 administration")
    site_title = "R57"
    index_title = _("Administration")

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)


class AdminConfig(BaseAdminConfig):
    default_site = "r57.admin.R57AdminSite"
