"""Model fields that both databases store alike."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
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


class WordsField(models.Field[Iterable[str], tuple[str, ...]]):
    """Some of a few words, kept in one text with a space between them; ``words``: all there are,
    with their labels."""

    def __init__(self, *args: Any, words: Iterable[tuple[str, Any]] = (), **kwargs: Any) -> None:
        self.words = dict(words)
        super().__init__(*args, **kwargs)

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return f"varchar({self.max_length})"

    def from_db_value(self, value: Any, *_: object) -> tuple[str, ...]:
        """Nothing where an outer join found no row."""
        return tuple((value or "").split())

    def to_python(self, value: Any) -> tuple[str, ...]:
        """In the order of ``words``; of those it does not know, in theirs."""
        sent = value.split() if isinstance(value, str) else [str(word) for word in value or ()]
        return tuple(sorted(sent, key=lambda word: (*self.words, word).index(word)))

    def get_prep_value(self, value: Any) -> str:
        return " ".join(self.to_python(value))

    def value_to_string(self, obj: models.Model) -> str:
        return self.get_prep_value(self.value_from_object(obj))

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        """Raises ValidationError."""
        super().validate(value, model_instance)
        for word in value:
            if word not in self.words:
                raise ValidationError(
                    self.error_messages["invalid_choice"],
                    code="invalid_choice",
                    params={"value": word},
                )

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        given = {"form_class": forms.MultipleChoiceField, "choices": list(self.words.items())}
        return super().formfield(**{**given, "widget": forms.CheckboxSelectMultiple, **kwargs})
