"""Writes what no change of structure may change: python -m bin.same_pages DATABASE OUT

Run it before the change and after it; ``diff -r`` of the two folders is the proof. OUT gets the
demo's pages as several people see them, the API's answers, the OpenAPI schema, the table of
permissions, and every GET of that table in the world of the permission tests, whose cells are all
asked. DATABASE is a folder for SQLite databases, which are built anew, as a visit leaves traces.
The clock stands still, and what differs between two runs of the same code is masked.

Only addresses and names in the database are used, so that modules may move (but tests.security).
"""

import io
import json
import os
import re
import sys
import zipfile
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from contextlib import redirect_stdout
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit

import django
from django.utils import timezone

NOW = datetime(2026, 11, 26, 2, tzinfo=UTC)
PAST = "2025-11-15"
LOOKS = (("vi", ""), ("en", ""), ("vi", PAST), ("en", PAST))
"""Language and day a person looks in."""
PER_ROUTE = {("vi", ""): 3}
"""Addresses of one route, counted with and without a query apart; elsewhere one."""
API_PAGES = 3
"""Pages of a list, and rows that are asked for one by one."""
START = ("/", "/home/", "/login/", "/login/code/", "/freshness/", "/healthz", "/readyz")
NO_LINKS = ("/admin/", "/static/", "/api/v1/docs/", "/logout/")
CAST = ("superuser", "coordinator@own", "officer@own", "agency_head@own", "key", "signed_out")
"""Those of the permission tests whose pages are kept; of the others only the status."""
COUNTS = "/api/v1/completion/?plan=305-KH/TU&area=40"
MORE_API = (
    COUNTS,
    *(f"{COUNTS}&by={by}" for by in ("agency", "area", "group", "phase", "field")),
    f"{COUNTS}&by=group&as_of={PAST}",
    f"/api/v1/targets/57-10/assessment/?as_of={PAST}",
)
"""What needs a query to be answered."""
LONGEST = 180
"""Letters of a file's name."""
MASKS = (
    (r'(csrfmiddlewaretoken" value=")\w+', r"\1…"),
    (r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", "…"),
    (r"\br57_\w+|(?<=/keys/)\w{12}(?=/)", "…"),
    (r"(request[_-]id\W{1,4})[0-9a-f]{16}", r"\1…"),
    (r"\b[0-9a-f]{16}\b|\b[0-9a-f]{32}\b", "…"),
    (r"\b\w+:1\w{5}:[\w-]{43}", "…"),  # What is signed with the hour.
    (r"<(dcterms:\w+)[^>]*>[^<]*<", r"<\1>…<"),
)


def main(database: Path, out: Path) -> None:
    out.mkdir(parents=True)  # Nothing of an earlier run may stand in for what is missing now.
    _set_up(database)
    key = _api_key(database)
    masked = partial(_masked, key=key)
    cells: dict[str, dict[str, int]] = {}
    for person, client in _people(key):
        found: set[str] = set()
        for language, day in LOOKS:
            folder = out / "pages" / f"{person}.{language}.{day or 'today'}"
            for address, answer in _walk(client, language, day, found):
                _write(folder, address, answer, masked)
                if not day and language == "vi":
                    cells.setdefault(address, {})[person] = answer.status_code
        for address, answer in _api(client, sorted(cells)):
            _write(out / "api" / person, address, answer, masked)
    _write_table(out / "statuses.txt", _statuses(cells))
    _write_table(out / "addresses.txt", _addresses())
    for table in Path("tests").rglob("permissions.txt"):
        _write_table(out / "permissions.txt", table.read_text().splitlines())
    cells.clear()
    for caller, asked, answer in _cast(database):
        cells.setdefault(asked, {})[caller] = answer.status_code
        if caller in CAST:
            _write(out / "cast" / caller, asked, answer, masked)
    _write_table(out / "cells.txt", _statuses(cells))


# The demo -------------------------------------------------------------------------------------


def _set_up(database: Path) -> None:
    """Django on a new demo in the folder."""
    for old in (*database.glob("*.sqlite3*"), database / "demo-credentials.json"):
        old.unlink(missing_ok=True)
    (database / "static").mkdir(parents=True, exist_ok=True)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "r57.settings",
        "R57_MODE": "demo",
        "R57_VAR_DIR": str(database),
        "R57_DATABASE_URL": "",
        "R57_REDIS_URL": "",
        "R57_LOG_LEVEL": "CRITICAL",
        "R57_REQUESTS_A_MINUTE": "1000000",
    }
    timezone.now = lambda: NOW
    from django.conf import settings

    # Names without the hash of what is in them.
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # Fast.
    # Answers are the same on any machine, however fast it works off the queue.
    settings.R57_DRAIN_AFTER_COMMIT_SECONDS = 0
    django.setup()
    from django.core.management import call_command

    with redirect_stdout(io.StringIO()):
        call_command("migrate", verbosity=0)
        call_command("load_reference")
        call_command("load_demo")


def _api_key(database: Path) -> str:
    return str(json.loads((database / "demo-credentials.json").read_text())["api_key"])


def _people(key: str) -> Iterator[tuple[str, Any]]:
    """Somebody of each role at each kind of place, the signed-out and a connected system."""
    from django.apps import apps
    from django.test import Client

    held: Any = apps.get_model("provinces", "Membership")._default_manager
    seen = set()
    for row in held.select_related("user", "area", "agency__area").order_by("pk"):
        place = (row.area or row.agency.area).level
        name = f"{row.role}-{'agency-' if row.agency else ''}{place}"
        if row.user.is_active and name not in seen:
            seen.add(name)
            client = Client(raise_request_exception=False)
            client.force_login(row.user)
            yield name, client
    yield "signed-out", Client(raise_request_exception=False)
    yield "key", Client(raise_request_exception=False, headers={"Authorization": f"Bearer {key}"})


# The pages ------------------------------------------------------------------------------------


class _Links(HTMLParser):
    """The addresses that a page leads to or loads; what a form posts to is none."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address, self.found = address, dict[str, None]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            posts = name in {"action", "formaction", "hx-post", "value"}
            if posts or not value or not re.match(r"[/?]|\w+/", value):
                continue
            if name in {"href", "hx-get"} or value.startswith("/"):
                self.found[urljoin(self.address, value)] = None


def _walk(client: Any, language: str, day: str, found: set[str]) -> Iterator[tuple[str, Any]]:
    """Along the links from the start page; ``found`` grows by what was met on other walks."""
    limit = PER_ROUTE.get((language, day), 1)
    client.cookies["django_language"] = language
    waiting = deque([*START, *sorted(found)])
    known, counts = set(waiting), Counter[tuple[str, bool]]()
    while waiting:
        address = waiting.popleft()
        kind = (_route(address), bool(urlsplit(address).query))
        if not kind[0] or counts[kind] >= limit:
            continue
        counts[kind] += 1
        answer = client.get(_on(address, day), headers={"Accept-Language": language})
        yield address, answer
        if limit > 1:
            yield f"{address}#htmx", client.get(address, headers={"HX-Request": "true"})
        if "html" not in answer.headers.get("Content-Type", ""):
            continue
        links = _Links(address)
        links.feed(answer.content.decode())
        for link in links.found:
            here = link.split("#")[0]
            if not urlsplit(here).netloc and here not in known:
                known.add(here)
                waiting.append(here)
    if not day and language == "vi":
        found |= {address for address in known if urlsplit(address).query == ""}


def _on(address: str, day: str) -> str:
    parts = urlsplit(address)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    return parts._replace(query=urlencode(query | {"as_of": day})).geturl() if day else address


def _route(address: str) -> str:
    from django.urls import Resolver404, resolve

    path = urlsplit(address).path
    try:
        return "" if path.startswith(NO_LINKS) else resolve(path).route or "/"
    except Resolver404:
        return ""


# The API --------------------------------------------------------------------------------------


def _api(client: Any, met: list[str]) -> Iterator[tuple[str, Any]]:
    """Every GET of the schema, and the charts that pages load."""
    client.cookies["django_language"] = "vi"
    schema = client.get("/api/v1/schema/", headers={"Accept": "application/json"})
    yield "/api/v1/schema/", schema
    paths = sorted(path for path, item in schema.json()["paths"].items() if "get" in item)
    rows: dict[str, list[dict[str, Any]]] = {}
    for path in (path for path in paths if "{" not in path):
        rows[path], address = [], path
        for _ in range(API_PAGES):
            answer = client.get(address)
            yield address, answer
            body = answer.json() if "json" in answer.headers["Content-Type"] else {}
            rows[path] += body.get("results", []) if isinstance(body, dict) else body
            address = body.get("next") if isinstance(body, dict) else None
            if not address:
                break
    for path in (path for path in paths if "{" in path):
        for row in rows.get(path.split("{")[0], [])[:API_PAGES]:
            name = next(row[key] for key in ("code", "id", "name") if key in row)
            address = re.sub(r"{\w+}", quote(str(name), safe=""), path)
            yield address, client.get(address)
    for accept in ("text/csv", "application/vnd.sdmx.data+csv;version=2.0.0"):
        address = "/api/v1/readings/?indicator=digital_economy_gdp"
        yield f"{address}#{accept}", client.get(address, headers={"Accept": accept})
    for address in (*MORE_API, *(one for one in met if one.startswith("/api/"))):
        yield address, client.get(address)


# The permission tests -------------------------------------------------------------------------


def _cast(database: Path) -> Iterator[tuple[str, str, Any]]:
    """(caller, address, answer) of every GET of the table for everybody of the tests' cast."""
    from django.core.cache import cache
    from django.core.management import call_command
    from django.db import connection, transaction

    from tests.security import cast, matrix

    connection.close()
    cache.clear()
    connection.settings_dict["NAME"] = database / "cast.sqlite3"
    Path(connection.settings_dict["NAME"]).unlink(missing_ok=True)
    call_command("migrate", verbosity=0)
    with transaction.atomic():
        world = cast.build()
        for rule in matrix.read_table(matrix.TABLE.read_text()):
            if rule.method in {"GET", "ANY"}:
                for caller, client in sorted(world.callers.items()):
                    client.raise_request_exception = False
                    with transaction.atomic():
                        answer = client.get(world.path(rule.address, rule.subject))
                        transaction.set_rollback(True)
                    yield caller, f"{rule.address} {rule.subject}", answer
        transaction.set_rollback(True)


# What is written ------------------------------------------------------------------------------


def _write(folder: Path, address: str, answer: Any, masked: partial[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    name = quote(address, safe="")
    if len(name) > LONGEST:
        name = f"{name[: LONGEST - 20]}…{sha256(address.encode()).hexdigest()[:8]}"
    headers = "".join(
        f"{header}: {answer.headers[header]}\n"
        for header in ("Content-Type", "Content-Disposition", "Location", "Allow")
        if header in answer.headers
    )
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    text = f"{address}\n{answer.status_code}\n{headers}\n{_readable(body, headers)}"
    (folder / name).write_text(masked(text))


def _readable(body: bytes, headers: str) -> str:
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            members = [(name, archive.read(name)) for name in sorted(archive.namelist())]
        return "\n".join(f"{name}\n{_a_tag_a_line(text.decode())}" for name, text in members)
    text = body.decode("utf-8", "backslashreplace")
    if "html" in headers:
        return _a_tag_a_line(text)
    if "json" in headers:
        return json.dumps(json.loads(text), indent=1, ensure_ascii=False)
    return text


def _a_tag_a_line(markup: str) -> str:
    """A template that is indented in another way gives the same."""
    flat = re.sub(r"\s+", " ", markup)
    lines = (re.sub(r" (?=/?>$)", "", line.strip()) for line in re.split(r"(<[^>]*>)", flat))
    return "\n".join(line for line in lines if line) + "\n"


def _masked(text: str, key: str) -> str:
    text = text.replace(key.split("_")[1], "…")
    for pattern, mask in MASKS:
        text = re.sub(pattern, mask, text)
    return text


def _write_table(path: Path, lines: list[str]) -> None:
    path.write_text("\n".join(lines) + "\n")


def _statuses(cells: Mapping[str, Mapping[str, int]]) -> list[str]:
    return [
        f"{address}  " + " ".join(f"{person}={status}" for person, status in row.items())
        for address, row in sorted(cells.items())
    ]


def _addresses() -> list[str]:
    """Every address that is routed, by its pattern and name."""
    from django.urls import URLPattern, get_resolver

    def below(resolver: Any, prefix: str) -> Iterator[str]:
        for pattern in resolver.url_patterns:
            whole = f"{prefix}{pattern.pattern}"
            if isinstance(pattern, URLPattern):
                yield f"{whole}  {pattern.name}"
            else:
                yield from below(pattern, whole)

    return sorted(below(get_resolver(), ""))


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute(), Path(sys.argv[2]))
