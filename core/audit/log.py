"""What the log of activity says of an event: each floor registers its words, subjects and facts.

Registered in AppConfig.ready, so that the page that shows them knows no floor by name.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import CharField, Field, Model, Q, QuerySet
from django.db.models.functions import Cast
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

Words = str | Promise
Paths = Sequence[str]
"""Paths of areas: a subject in one of them, or below it, is the reader's to know of."""


def _nowhere(row: Any) -> str:
    return ""


@dataclass(frozen=True)
class Subject:
    """A kind of thing that events are about, found by ``key``.

    ``within`` gives the rows that lie in areas; ``by_key`` takes its place where events name
    something that has no row of its own, as a condition on events. ``named`` is the model whose
    rows events name where it is another one.
    """

    model: type[Model]
    within: Callable[[Paths], QuerySet[Any]] | None = None
    by_key: Callable[[Paths], Q] | None = None
    key: str = "pk"
    related: tuple[str, ...] = ()
    title: Callable[[Any], str] = str
    url: Callable[[Any], str] = _nowhere
    named: type[Model] | None = None

    @property
    def rows(self) -> QuerySet[Any]:
        model = self.named or self.model
        return model._default_manager.select_related(*self.related)

    @property
    def kind(self) -> str:
        return self.model._meta.model_name or ""

    def events_within(self, paths: Paths) -> Q:
        """The condition on events for subjects in these areas."""
        found = Q(pk__in=[])
        if self.by_key:
            found = self.by_key(paths)
        elif self.within:
            text = Cast(self.key, CharField(max_length=120))
            rows = self.within(paths).order_by().annotate(key_text=text)
            found = Q(subject_key__in=rows.values("key_text"))
        return Q(subject_type=self.kind) & found


@dataclass(frozen=True)
class AuditedFact:
    """How a part of ``before`` and ``after`` is called, and what its codes mean."""

    label: Words
    values: Mapping[str, Words] | None = None


_words: dict[str, Words] = {}
_subjects: dict[str, Subject] = {}
_facts: dict[str, AuditedFact] = {}

# What is done to any row, in pages of its own or in the Django admin.
_VERBS: Mapping[str, Words] = {
    "create": _("Added"),
    "change": _("Changed"),
    "delete": _("Deleted"),
}


def register(
    *,
    words: Mapping[str, Words] | None = None,
    subjects: Iterable[Subject] = (),
    facts: Mapping[str, AuditedFact] | None = None,
) -> None:
    """``words`` are by action code, ``facts`` by name, or by kind and name ("reading.created").

    The same again is harmless.
    """
    _words.update(words or {})
    _subjects.update({subject.kind: subject for subject in subjects})
    _facts.update(facts or {})


def lying(model: type[Model], *places: str) -> Callable[[Paths], QuerySet[Any]]:
    """Rows one of whose ``places`` lies in the areas asked for: lookups to an Area, with its own
    path at the end."""

    def within(paths: Paths) -> QuerySet[Any]:
        wanted = Q(pk__in=[])
        for place in places:
            for path in paths:
                wanted |= Q(**{f"{place}__startswith": path})
        return model._default_manager.filter(wanted)

    return within


def has_words(action: str) -> bool:
    return action in _words or _verb(action) is not None


def words_of(action: str) -> Words:
    """The sentence for an action; its code where a newer release wrote what this one knows not."""
    return _words.get(action) or _verb(action) or action


def _verb(action: str) -> Words | None:
    kind, _dot, verb = action.rpartition(".")
    return _VERBS.get(verb) if kind and "." not in kind else None


def actions() -> Mapping[str, Words]:
    return _words


def subjects() -> Mapping[str, Subject]:
    return _subjects


def kind_words(kind: str) -> str:
    """What a kind of subject is called: as its table is."""
    found = _model(kind)
    return str(capfirst(str(found._meta.verbose_name))) if found else kind


def _model(kind: str) -> type[Model] | None:
    return next((m for m in apps.get_models() if m._meta.model_name == kind), None)


def fact(name: str, kind: str = "") -> AuditedFact:
    """As a floor says, of this kind first; else as the kind's table calls its column."""
    said = _facts.get(f"{kind}.{name}") or _facts.get(name)
    if said:
        return said
    model = _model(kind)
    try:
        field = model._meta.get_field(name) if model else None
    except FieldDoesNotExist:
        field = None
    if not isinstance(field, Field):
        return AuditedFact(name.replace("_", " "))
    return AuditedFact(str(capfirst(str(field.verbose_name))), dict(field.flatchoices))


def register_own() -> None:
    """Words of this floor: accounts and keys."""
    register(
        words={
            "signed_in": _("Signed in"),
            "password_changed": _("Changed the password"),
            "password_set_with_code": _("Chose a password with a one-time code"),
            "preferences.change": _("Changed their settings"),
            "user_created": _("Created the account"),
            "user_changed": _("Changed the account"),
            "api_key.drawn": _("Drew a key"),
            "api_key.revoked": _("Revoked a key"),
        },
        facts={
            "id": AuditedFact(_("Record no.")),
            "user": AuditedFact(_("User")),
            "client": AuditedFact(_("Connected system")),
            "key": AuditedFact(_("Key")),
            "name": AuditedFact(_("Name")),
            "username": AuditedFact(_("User name")),
            "full_name": AuditedFact(_("Name")),
            "office": AuditedFact(_("Office held")),
            "owner": AuditedFact(_("Owner")),
            "expires_on": AuditedFact(_("Expires on")),
            "is_active": AuditedFact(_("Active")),
            "admin": AuditedFact(_("Administration")),
            "file": AuditedFact(_("File")),
        },
    )
