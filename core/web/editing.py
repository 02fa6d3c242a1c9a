"""Changing rows: refused if somebody else changed them meanwhile; what differs, for the audit."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from http import HTTPStatus
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from core.errors import Fault, Refused, refuse
from core.models import AuditEvent

_NAMES = ("code", "number", "username")


@dataclass
class Change:
    """The fields that differ, as the audit keeps them; false if there are none."""

    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.after)


def stamp(row: models.Model, fields: Iterable[str]) -> str:
    """A hash of the fields. A form sends it back, which shows whether the row has changed since."""
    return digest([_compared(_value(row, name)) for name in fields])


def digest(told: Any) -> str:
    """Of what JSON can hold; whoever confirms something sends it back."""
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:20]


def check_unchanged(row: models.Model, fields: Iterable[str], seen: str) -> None:
    """Raises Refused (``stale``, 412) when the row is not as it was when ``seen`` was stamped."""
    if seen != stamp(row, fields):
        raise stale(row)


def stale(row: models.Model, since: datetime | None = None) -> Refused:
    """The refusal, with the name of the colleague and the time; ``since`` if there is no event."""
    last = (
        AuditEvent.objects.filter(subject_type=row._meta.model_name or "", subject_key=str(row.pk))
        .select_related("user", "client")
        .order_by("-id")
        .first()
    )
    moment = last.at if last else since
    return refuse(
        "stale",
        _("%(name)s updated it at %(time)s. What you typed is kept.")
        % {
            "name": (last and (last.user or last.client)) or _("Somebody else"),
            "time": date_format(localtime(moment), "DATETIME_FORMAT") if moment else "–",
        },
        status=HTTPStatus.PRECONDITION_FAILED,
    )


def put(row: models.Model, given: Mapping[str, Any]) -> Change:
    """Set the fields on the row, without saving. Links to many rows are only compared."""
    change = Change()
    for name, value in given.items():
        old = _value(row, name)
        if _compared(old) == _compared(value):
            continue
        change.before[name], change.after[name] = told(old), told(value)
        if not _is_many(row, name):
            setattr(row, name, value)
    return change


def facts(row: models.Model, fields: Iterable[str]) -> dict[str, Any]:
    """The fields as the audit keeps them, the empty ones left out."""
    values = {name: told(_value(row, name)) for name in fields}
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def told(value: Any) -> Any:
    """A value in JSON: rows by their code, number or user name."""
    if isinstance(value, models.Model):
        return next((getattr(value, n) for n in _NAMES if hasattr(value, n)), value.pk)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, models.QuerySet | list | tuple):
        return sorted(map(str, map(told, value)))
    return value


def check_row(row: models.Model, *leave_out: str) -> None:
    """Raises Refused with what the row's own rules and constraints say, field by field."""
    try:
        row.full_clean(exclude=leave_out or None)
    except ValidationError as error:
        raise Refused(
            [
                Fault("invalid", text, "" if name == NON_FIELD_ERRORS else f"/{name}")
                for name, texts in error.message_dict.items()
                for text in texts
            ]
        ) from error


def save(row: models.Model, check: Callable[[], None], *, is_new: bool = False) -> None:
    """Save a row that was checked. If somebody else wrote a conflicting row since, ``check`` is
    called again and raises Refused."""
    try:
        with transaction.atomic():
            row.save(force_insert=is_new)
    except IntegrityError:
        check()
        raise


def delete(row: models.Model) -> None:
    """Raises Refused (``in_use``, 409), counting what hangs on the row."""
    try:
        row.delete()
    except models.ProtectedError as error:
        counts = Counter(type(held) for held in error.protected_objects)
        what = ", ".join(
            f"{n} {model._meta.verbose_name if n == 1 else model._meta.verbose_name_plural}"
            for model, n in counts.items()
        )
        detail = _("It cannot be deleted; this hangs on it: %(what)s.") % {"what": what}
        raise refuse("in_use", detail, status=HTTPStatus.CONFLICT) from error


def _is_many(row: models.Model, name: str) -> bool:
    return isinstance(row._meta.get_field(name), models.ManyToManyField)


def _value(row: models.Model, name: str) -> Any:
    """None for a link that a new row has not got yet."""
    if _is_many(row, name):
        return list(getattr(row, name).all()) if row.pk else []
    return getattr(row, name, None)


def _compared(value: Any) -> Any:
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, models.QuerySet | list | tuple):
        return sorted(_compared(one) for one in value)
    return value.isoformat() if isinstance(value, date | time) else value
