"""Whatever a form refuses to be without is marked before anybody sends it."""

import re
from copy import deepcopy
from typing import Any

import pytest

from tests.security.cast import World, build
from tests.security.matrix import TABLE, Rule, read_table
from tests.security.test_matrix import undone, writer

FORMS = [
    rule
    for rule in read_table(TABLE.read_text())
    if rule.method == "POST" and not rule.address.startswith("api/") and rule.body != "-"
]
_FIELD = re.compile(r'class="field[" ]')
# A star, or a hint that says when.
_MARKS = ('class="needed', "Bắt buộc khi")


@pytest.fixture
def world(db: None) -> World:
    return build()


def refused(page: str) -> list[str]:
    """The fields with an error beside them, as HTML."""
    return [field for field in _FIELD.split(page)[1:] if 'class="field-error"' in field]


def words(field: str) -> str:
    return " ".join(re.sub("<[^>]*>", " ", field.partition(">")[2]).split())[:60]


def answers(world: World, rule: Rule) -> list[str]:
    """The pages after nothing was sent, and after each field alone was left out."""
    client, whole = world.callers[writer(rule)], world.bodies[rule.body]
    client.raise_request_exception = False
    pages = []
    for body in ({}, *({**whole, name: ""} for name in whole)):
        kept = deepcopy(client.cookies)
        with undone():
            answer: Any = client.post(world.path(rule.address, rule.subject), deepcopy(body))
            pages.append("" if answer.streaming else answer.content.decode())
        client.cookies = kept
    return pages


def test_a_field_that_is_refused_when_empty_was_marked(world: World) -> None:
    found = [
        (rule.address, field)
        for rule in FORMS
        for page in answers(world, rule)
        for field in refused(page)
    ]
    assert len({address for address, _ in found}) > 25
    unmarked = {
        f"{address}: {words(field)}"
        for address, field in found
        if not any(mark in field for mark in _MARKS)
    }
    assert sorted(unmarked) == [], "\n".join(sorted(unmarked))
