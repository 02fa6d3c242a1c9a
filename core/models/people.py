"""Who may come in: people and the systems that post readings."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.text.vietnamese import fold, sort_key


class User(AbstractUser):
    """A person with an account. Personal data are name, office and work contact, no more."""

    full_name = models.CharField(_("full name"), max_length=120, blank=True)
    office = models.CharField(_("office held"), max_length=160, blank=True)
    phone = models.CharField(_("work telephone"), max_length=40, blank=True)
    language = models.CharField(
        _("language of messages"),
        max_length=8,
        choices=settings.LANGUAGES,
        blank=True,
        help_text=_("Of e-mails to this person; empty means Vietnamese."),
    )
    wants_digest = models.BooleanField(_("reminders by e-mail"), default=True)
    name_key = models.TextField(_("key of the name"), editable=False, default="")
    search_text = models.TextField(_("text to search"), editable=False, default="")

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self) -> str:
        return self.full_name or self.username

    def derive(self) -> None:
        """Fill what follows from the other fields; bulk writers call it themselves."""
        # Lists of Vietnamese go by the given name, which comes last.
        rest, _space, given = str(self).strip().rpartition(" ")
        self.name_key = sort_key(f"{given} {rest}")
        names = [self.full_name, self.username, self.office]
        self.search_text = fold(" | ".join(filter(None, names)))

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.derive()
        super().save(*args, **kwargs)


class OneTimeCodeQuerySet(models.QuerySet["OneTimeCode"]):
    def live(self, at: datetime) -> "OneTimeCodeQuerySet":
        """Codes that still open the door at that moment."""
        return self.filter(expires_at__gt=at, user__is_active=True)


class OneTimeCode(models.Model):
    """Lets a person choose a password once, without the old one. Only the latest is valid."""

    user = models.OneToOneField(
        User, primary_key=True, on_delete=models.CASCADE, related_name="one_time_code"
    )
    code_hash = models.CharField(max_length=64)
    made_at = models.DateTimeField(_("made at"))
    expires_at = models.DateTimeField(_("valid until"))

    objects = OneTimeCodeQuerySet.as_manager()


class AttemptCount(models.Model):
    """How many tries one door has seen for one user name, until a moment (seconds since 1970).

    ``key`` is a hash of both, as somebody may have typed a password for a name.
    """

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField()
    until = models.BigIntegerField(db_index=True)


class ApiClient(models.Model):
    """An external system. What it may read and write is its scope, one floor up."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    owner = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="api_clients", verbose_name=_("owner")
    )
    is_active = models.BooleanField(_("active"), default=True)
    note = models.TextField(_("note"), blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("connected system")
        verbose_name_plural = _("connected systems")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    # Django REST framework and the permission question ask this of a caller.
    is_authenticated = True
    is_anonymous = False


class RequestCount(models.Model):
    """How many requests a client made in its latest minute (minutes since 1970).

    On PostgreSQL the table is unlogged, so that counting waits for no disk. A crash may lose it.
    """

    client = models.OneToOneField(
        ApiClient, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    minute = models.BigIntegerField()
    count = models.PositiveIntegerField()
    written = models.BigIntegerField(default=0, db_default=0)
    """The position of the client's last write in the log of PostgreSQL; a replica must have it."""


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def live(self, on: date) -> "ApiKeyQuerySet":
        """Keys that open the door on that day."""
        return self.filter(
            Q(expires_on__isnull=True) | Q(expires_on__gte=on),
            revoked_at__isnull=True,
            client__is_active=True,
        )


class ApiKey(models.Model):
    """One key of a client; two may be live at once so that a key changes without a gap.

    The secret is never stored: ``secret_hash`` is the SHA-256 of 190 random bits.
    """

    client = models.ForeignKey(ApiClient, on_delete=models.CASCADE, related_name="keys")
    public_id = models.CharField(max_length=16, unique=True)
    secret_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_on = models.DateField(_("expires on"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    last_used_on = models.DateField(_("last used on"), null=True, blank=True)

    objects = ApiKeyQuerySet.as_manager()

    requests: int | None = None
    written: int | None = None
    """Of its client in this minute; set on the key of a call, not stored."""

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"r57_{self.public_id}_…"
