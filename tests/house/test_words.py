"""Every word of the screens has exactly one Vietnamese."""

import inspect
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import chain
from pathlib import Path

import django
import rest_framework
from babel.messages.catalog import Message
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.apps import apps
from django.contrib import admin
from django.db import models
from django.utils.translation import override, trans_real

from tests.house.words import Word, asked_for, catalogs, messages

# Names of languages, and what Django shows to whoever has just installed it.
NOT_SHOWN = re.compile(r"conf/global_settings|views/templates")
LIKE_IN_ENGLISH = {"Email", "id", "IPv4", "IPv6", "%(size)d byte"}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def _translations(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def test_every_message_that_code_asks_for_has_its_vietnamese() -> None:
    known = {w for _, w, m in messages() if all(_translations(m)) and not m.fuzzy}
    missing = [f"{where}: {word}" for word, where in asked_for().items() if word not in known]
    assert sorted(missing) == []


def _texts_of_libraries() -> Iterator[tuple[str, str]]:
    """(context, message) of what Django and its REST framework say on our pages."""
    sites = Path(django.__file__).parent
    apps = ("conf", *(f"contrib/{name}" for name in ("admin", "auth", "contenttypes", "sessions")))
    sources: list[Iterable[Message]] = [
        read_po(BytesIO((sites / app / "locale/en/LC_MESSAGES/django.po").read_bytes()))
        for app in apps
    ]
    rest = Path(rest_framework.__file__).parent / "locale/en_US/LC_MESSAGES/django.mo"
    sources.append(read_mo(BytesIO(rest.read_bytes())))
    for message in chain(*sources):
        if message.id and not any(NOT_SHOWN.search(name) for name, _ in message.locations):
            yield (
                message.context or "",
                (message.id if isinstance(message.id, str) else message.id[0]),
            )


def test_what_libraries_say_is_said_in_vietnamese() -> None:
    catalog = trans_real.translation("vi")
    missing = [
        text
        for context, text in _texts_of_libraries()
        if re.search(r"[a-z]{3}", PLACEHOLDER.sub("", text))
        and (catalog.pgettext(context, text) if context else catalog.gettext(text)) == text
        and catalog.ngettext(text, text, 2) == text
        and text not in LIKE_IN_ENGLISH
    ]
    assert missing == [], missing


def test_every_field_of_the_administration_has_a_vietnamese_name() -> None:
    unnamed = []
    with override("vi"):
        for model in admin.site._registry:
            for field in model._meta.get_fields():
                name = str(getattr(field, "verbose_name", ""))
                if name == field.name.replace("_", " ") and field.name not in LIKE_IN_ENGLISH:
                    unnamed.append(f"{model._meta.label}.{field.name}")
    assert unnamed == []


def test_no_message_has_two_translations() -> None:
    found: dict[Word, set[tuple[str, ...]]] = defaultdict(set)
    for _, word, message in messages():
        found[word].add(tuple(_translations(message)))
    assert {word: texts for word, texts in found.items() if len(texts) > 1} == {}


def test_a_translation_fills_in_the_same_blanks() -> None:
    wrong = []
    for name, word, message in messages():
        ids = [message.id] if isinstance(message.id, str) else message.id
        blanks = set(PLACEHOLDER.findall(ids[-1]))
        if any(set(PLACEHOLDER.findall(text)) != blanks for text in _translations(message)):
            wrong.append(f"{name}: {word}")
    assert wrong == []


def test_the_catalogs_keep_no_obsolete_entries() -> None:
    assert {name: list(c.obsolete) for name, c in catalogs().items() if c.obsolete} == {}


def test_rows_are_named_by_days_as_they_are_written() -> None:
    """Names stand in the log of activity and in the administration."""
    found = []
    for model in apps.get_models():
        if "site-packages" in inspect.getfile(model):
            continue
        code = inspect.getsource(model.__str__)
        days = {one.name for one in model._meta.fields if isinstance(one, models.DateField)}
        bare = days & set(re.findall(r"\{self\.(\w+)\}", code))
        if bare or "%Y-%m-%d" in code:
            found.append(model.__name__)
    assert not found
