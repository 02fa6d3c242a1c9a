"""The table of permissions.txt, and the addresses that the resolver knows."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.urls import URLPattern, URLResolver, get_resolver

from tests.security.cast import CALLERS

TABLE = Path(__file__).parent / "permissions.txt"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Rule:
    """Who gets what from one method of one address.

    ``done``: whoever comes through. ``refused``: who sees it and may not (403). Of the others,
    whoever is signed in finds nothing (404), and the signed-out are sent to sign in.
    """

    address: str
    subject: str
    method: str
    done: frozenset[str]
    refused: frozenset[str]
    body: str

    def __str__(self) -> str:
        return f"{self.method} {self.address}"


def read_table(text: str) -> list[Rule]:
    """Lines ``word = callers`` name groups of callers; the others are rules."""
    groups: dict[str, frozenset[str]] = {name: frozenset([name]) for name in CALLERS}
    groups["-"] = frozenset()
    rules = []
    for line in text.splitlines():
        words = line.split("#")[0].split()
        if len(words) > 1 and words[1] == "=":
            groups[words[0]] = _union(groups, words[2:])
        elif words:
            address, subject, method, done, refused, body = words
            may, may_not = (_union(groups, given.split("+")) for given in (done, refused))
            rules.append(Rule(address, subject, method, may, may_not, body))
    return rules


def _union(groups: dict[str, frozenset[str]], names: list[str]) -> frozenset[str]:
    return frozenset(caller for name in names for caller in groups[name])


def addresses() -> list[str]:
    """Every address of the site as the table writes it: "assignments/<pk>/"."""
    return sorted({plain(pattern) or "/" for pattern in _walk(get_resolver())})


def _walk(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        whole = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLPattern):
            yield whole
        else:
            yield from _walk(pattern, whole)


def plain(pattern: str) -> str:
    named = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", pattern)
    return re.sub(r"<\w+:(\w+)>", r"<\1>", named).replace("^", "").replace("$", "")
