"""Every word of the screens has exactly one Vietnamese."""

import re
from collections import defaultdict

from babel.messages.catalog import Message

from tests.house.words import Word, asked_for, catalogs, messages

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def _translations(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def test_every_message_that_code_asks_for_has_its_vietnamese() -> None:
    known = {w for _, w, m in messages() if all(_translations(m)) and not m.fuzzy}
    missing = [f"{where}: {word}" for word, where in asked_for().items() if word not in known]
    assert sorted(missing) == []


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
