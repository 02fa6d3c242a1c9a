"""What the log of activity says. Each floor registers a sentence an action, and what events are
about; so the page that shows them knows no floor by name.

"Reported on a task: %(state)s, report no. %(report)s" names the action up to its colon. Behind it
are places for what is in ``before`` and ``after``; what no place takes stands under the name of its
column.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import CharField, Model, Q, QuerySet
from django.db.models.functions import Cast
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from core.db.conditions import under
from core.models import AuditEvent
from core.text.numbers import whole

Words = str | Promise
Paths = Iterable[str]
"""Paths of areas: a subject in one of them, or below it, is the reader's to know of."""

_PLACE = re.compile(r"%\((\w+)\)s")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOST, _LONGEST = 5, 300

SENTENCES: dict[str, Words] = {
    # What is done to any row, in pages of its own or in the Django admin.
    "create": gettext_lazy("Added"),
    "change": gettext_lazy("Changed"),
    "delete": gettext_lazy("Deleted"),
    "signed_in": gettext_lazy("Signed in"),
    "password_changed": gettext_lazy("Changed the password"),
    "password_set_with_code": gettext_lazy("Chose a password with a one-time code"),
    "preferences.change": gettext_lazy("Changed their settings"),
    "user_created": gettext_lazy("Created the account"),
    "user_changed": gettext_lazy("Changed the account"),
    "api_key.drawn": gettext_lazy("Drew a key: %(key)s"),
    "api_key.revoked": gettext_lazy("Revoked a key: %(key)s"),
}
LABELS: dict[str, Words] = {
    "id": gettext_lazy("Record no."),
    "admin": gettext_lazy("Administration"),
}
"""Of facts that no column is named after, and that no place takes."""


def lying(model: type[Model], *places: str) -> Callable[[Paths], QuerySet[Any]]:
    """Rows one of whose ``places`` lies in the areas asked for: lookups to the path of an Area."""

    return lambda paths: model._default_manager.filter(under(paths, *places))


@dataclass(frozen=True)
class Subject:
    """A kind of thing that events are about, found by ``key``.

    It lies where one of its ``places`` does: lookups to the path of an Area, parted by spaces.
    Otherwise ``within`` gives the rows in areas, or ``by_key`` the condition on events where they
    name what has no row of its own. ``kind`` is for events that name rows of another model.
    """

    model: type[Model]
    places: str = ""
    within: Callable[[Paths], QuerySet[Any]] | None = None
    by_key: Callable[[Paths], Q] | None = None
    key: str = "pk"
    related: tuple[str, ...] = ()
    title: Callable[[Any], str] = str
    url: Callable[[Any], str] | None = None
    kind: str = ""

    def events_within(self, kind: str, paths: Paths) -> Q:
        """The condition on events for subjects in these areas."""
        if self.by_key:
            return Q(subject_type=kind) & self.by_key(paths)
        within = self.within or lying(self.model, *self.places.split())
        text = Cast(self.key, CharField(max_length=120))
        keys = within(paths).order_by().annotate(key_text=text).values("key_text")
        return Q(subject_type=kind, subject_key__in=keys)

    def described(self, keys: Collection[str]) -> dict[str, tuple[str, str]]:
        """Title and address of each that is still there, by its key."""
        if self.by_key:
            return {}
        wanted: Collection[Any] = keys
        if self.key == "pk":  # "12 readings" names no row.
            wanted = [key for key in map(whole, keys) if key is not None]
        rows = self.model._default_manager.select_related(*self.related)
        return {
            str(getattr(row, self.key)): (self.title(row), self.url(row) if self.url else "")
            for row in rows.filter(**{f"{self.key}__in": wanted})
        }


SUBJECTS: dict[str, Subject] = {}
"""By kind, which is the name of a model."""


def register(
    sentences: Mapping[str, Words],
    subjects: Iterable[Subject] = (),
    labels: Mapping[str, Words] | None = None,
) -> None:
    """The same again changes nothing."""
    SENTENCES.update(sentences)
    SUBJECTS.update({one.kind or one.model._meta.model_name or "": one for one in subjects})
    LABELS.update(labels or {})


def described(events: Iterable[AuditEvent]) -> dict[tuple[str, str], tuple[str, str]]:
    """Title and address of what these events are about, where it is still there, by its kind and
    key; a query a kind."""
    keys: defaultdict[str, set[str]] = defaultdict(set)
    for event in events:
        keys[event.subject_type].add(event.subject_key)
    return {
        (kind, key): told
        for kind, some in keys.items()
        if kind in SUBJECTS
        for key, told in SUBJECTS[kind].described(some).items()
    }


def sentence_of(action: str) -> str:
    """The action's code where a newer release wrote what this one has no sentence for."""
    kind, _dot, verb = action.rpartition(".")
    usual = verb if "." not in kind else ""
    return str(SENTENCES.get(action) or SENTENCES.get(usual) or action)


def kind_name(kind: str) -> str:
    """What a kind of subject is called: as its table is."""
    found = (model for model in apps.get_models() if model._meta.model_name == kind)
    return next((str(capfirst(str(model._meta.verbose_name))) for model in found), kind)


def name_of(action: str) -> str:
    return sentence_of(action).partition(":")[0]


def places_of(action: str) -> set[str]:
    return set(_PLACE.findall(sentence_of(action)))


def tell(event: AuditEvent) -> str:
    """The sentence behind its colon, filled; then what else changed, "State: Open → Done"."""
    old, new, kind = event.before or {}, event.after or {}, event.subject_type
    filled: defaultdict[str, str] = defaultdict(lambda: "–")
    others, places = [], places_of(event.action)
    for name in {**new, **old}:
        sides = [_in_words(name, side[name], kind) for side in (old, new) if name in side]
        told = " → ".join(dict.fromkeys(sides))
        if name in places:
            filled[name] = told
        elif name not in old or old[name] != new.get(name):
            others.append(f"{label_of(name, kind)}: {told if name in new else f'{told} → –'}")
    rest = capfirst(sentence_of(event.action).partition(":")[2].strip()) % filled
    return " · ".join(filter(None, [rest, *others]))


@cache
def _columns(name: str, kind: str) -> list[Any]:
    """Columns and relations of this name, the kind's own first."""
    ours = [model for model in apps.get_models() if not model.__module__.startswith("django.")]
    found = [field for model in ours for field in model._meta.get_fields() if field.name == name]
    return sorted(found, key=lambda field: field.model._meta.model_name != kind)


def label_of(name: str, kind: str = "") -> str:
    """What a fact is called: as the kind's own column is, as a floor says, as any column is.

    A column that nobody named is called by its Python name, which is no lazy text.
    """
    labels: list[Any] = [LABELS.get(name)]
    for field in _columns(name, kind):
        of_many = field.related_model and field.related_model._meta.verbose_name_plural
        label = getattr(field, "verbose_name", of_many)
        labels.insert(0 if field.model._meta.model_name == kind else len(labels), label)
    return capfirst(str(next((one for one in labels if isinstance(one, Promise)), name)))


def _in_words(name: str, value: Any, kind: str) -> str:
    if isinstance(value, bool):
        return pgettext("answer", "yes") if value else pgettext("answer", "no")
    if isinstance(value, dict):
        told = (f"{label_of(key)}: {_in_words(key, part, '')}" for key, part in value.items())
        return "; ".join(told)
    if isinstance(value, list) and value:
        some = ", ".join(_in_words(name, part, kind) for part in value[:_MOST])
        if len(value) <= _MOST:
            return some
        return _("%(some)s … (%(n)d in all)") % {"some": some, "n": len(value)}
    text = "" if value in (None, []) else str(value)
    # "published_state" is a state, whatever it is of.
    columns = _columns(name, kind) or _columns(name.rpartition("_")[2], kind)
    codes = (dict(getattr(field, "flatchoices", ())) for field in columns)
    said = next((known[text] for known in codes if text in known), None)
    if said is None and _DAY.fullmatch(text):
        with suppress(ValueError):
            said = date_format(date.fromisoformat(text))
    return str(said or text[:_LONGEST] or "–")
