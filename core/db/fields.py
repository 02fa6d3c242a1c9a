"""Model fields that both databases store alike."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class ExactDecimalField(models.Field[Decimal | int | str | None, Decimal | None]):
    """A decimal number with every digit kept.

    On SQLite Django's DecimalField becomes a floating-point number beyond 15 digits. This field is
    text there, and an unbounded ``numeric`` on PostgreSQL. SQL cannot sort by it.
    """

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "numeric" if connection.vendor == "postgresql" else "text"

    def from_db_value(self, value: Any, *_: object) -> Decimal | None:
        return None if value is None else Decimal(value)

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        return super().formfield(**{"form_class": forms.DecimalField, **kwargs})

    def to_python(self, value: Any) -> Decimal | None:
        return value if value is None or isinstance(value, Decimal) else Decimal(str(value))

    def get_db_prep_value(
        self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False
    ) -> Any:
        number = self.to_python(value)
        if number is None or connection.vendor == "postgresql":
            return number
        return format(number, "f")
