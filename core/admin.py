"""People, connected systems, the audit and the queue, for administrators."""

from collections.abc import Sequence
from typing import Any, TypeVar

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.contrib.auth.models import Group
from django.db import models, transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.accounts import clients
from core.audit import trail
from core.errors import Refused
from core.models import ApiClient, ApiKey, AuditEvent, AuditSeal, Recalculation, User
from core.web.requests import user_of

# Roles are memberships in places; Django's groups would be a second, unread list.
admin.site.unregister(Group)

_Row = TypeVar("_Row", bound=models.Model)


class ReadOnlyAdmin(admin.ModelAdmin[_Row]):
    """For rows that only services write: looked at here, never changed."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: _Row | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: _Row | None = None) -> bool:
        return False


class AuditedAdmin(admin.ModelAdmin[_Row]):
    """Every change leaves an audit event in its own transaction, beside Django's own log.

    ``fixed``: what is written once and never changed, such as the code in an address.
    """

    fixed: Sequence[str] = ()

    def get_readonly_fields(
        self, request: HttpRequest, obj: _Row | None = None
    ) -> list[str] | tuple[Any, ...]:
        return [*super().get_readonly_fields(request, obj), *(self.fixed if obj else ())]

    def log_addition(self, request: HttpRequest, obj: _Row, message: Any) -> Any:
        self.settle(request, obj, "create", message)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: _Row, message: Any) -> Any:
        self.settle(request, obj, "change", message)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: models.QuerySet[_Row]) -> Any:
        for obj in queryset:
            self.settle(request, obj, "delete", str(obj))
        return super().log_deletions(request, queryset)

    def settle(self, request: HttpRequest, obj: _Row, verb: str, message: Any) -> None:
        """What goes with a write, in its transaction, when the row and its inlines are saved."""
        action = f"{obj._meta.model_name}.{verb}"
        trail.record(action, obj, by=user_of(request), after={"admin": message})


@admin.register(User)
class UserAdmin(BaseUserAdmin[User]):
    list_display = ["username", "full_name", "office", "is_active", "is_superuser", "last_login"]
    list_filter = ["is_active", "is_superuser"]
    search_fields = ["username", "full_name", "office"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (
            _("person"),
            {"fields": ["full_name", "office", "phone", "email", "language", "wants_digest"]},
        ),
        (_("rights"), {"fields": ["is_active", "is_staff", "is_superuser"]}),
    ]

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            shown = [name for name in form.changed_data if "password" not in name]
            after = {name: str(getattr(obj, name)) for name in shown}
            action = "user_changed" if change else "user_created"
            trail.record(action, obj, by=user_of(request), after=after)


class ApiKeyInline(admin.TabularInline[ApiKey, ApiClient]):
    model = ApiKey
    extra = 0
    fields = ["public_id", "created_at", "expires_on", "revoked_at", "last_used_on"]
    readonly_fields = ["public_id", "created_at", "last_used_on"]
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: ApiClient | None = None) -> bool:
        return False


@admin.register(ApiClient)
class ApiClientAdmin(admin.ModelAdmin[ApiClient]):
    list_display = ["name", "owner", "is_active", "created_at"]
    list_filter = ["is_active"]
    search_fields = ["name"]
    list_select_related = ["owner"]
    raw_id_fields = ["owner"]
    inlines = [ApiKeyInline]
    actions = ["draw_key"]

    @admin.action(description=_("Draw a new key"))
    def draw_key(self, request: HttpRequest, queryset: models.QuerySet[ApiClient]) -> None:
        """The key's text is shown once, here, and kept nowhere."""
        for client in queryset:
            try:
                key = clients.draw_key(client, expires_on=None, by=user_of(request))
            except Refused as refused:
                self.message_user(request, f"{client}: {refused.faults[0].detail}", messages.ERROR)
                continue
            text = _("The key of %(client)s, shown only now: %(key)s")
            self.message_user(request, text % {"client": client, "key": key.text}, messages.WARNING)


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin[AuditEvent]):
    list_display = ["at", "user", "client", "action", "subject_type", "subject_key", "address"]
    list_filter = ["action", "subject_type"]
    search_fields = ["subject_key", "user__username", "client__name"]
    date_hierarchy = "at"
    list_select_related = ["user", "client"]


@admin.register(AuditSeal)
class AuditSealAdmin(ReadOnlyAdmin[AuditSeal]):
    list_display = ["first_id", "last_id", "count", "sealed_at", "hash"]


@admin.register(Recalculation)
class RecalculationAdmin(ReadOnlyAdmin[Recalculation]):
    list_display = ["marked_at", "kind", "key", "since", "attempts", "error", "parked_at"]
    list_filter = [("parked_at", admin.EmptyFieldListFilter), "kind"]
    actions = ["try_again"]

    @admin.action(description=_("Try again"))
    def try_again(self, request: HttpRequest, queryset: models.QuerySet[Recalculation]) -> None:
        queryset.update(attempts=0, error="", parked_at=None)
