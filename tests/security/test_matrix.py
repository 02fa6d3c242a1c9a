"""Every role, in every place, at every address with every method gets what the table says."""

import logging
import re
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from http import HTTPStatus
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.test import override_settings
from django.utils.translation import override

from core.audit import trail
from core.audit.log import label_of, places_of, sentence_of
from core.models import AuditEvent
from tests.security.cast import CALLERS, KEYS, NO_KEYS, PLACES, SIGNED_OUT, World, build
from tests.security.matrix import METHODS, TABLE, Rule, addresses, read_table

RULES = read_table(TABLE.read_text())
# Nothing is there: the answer is 404 for everybody.
NOTHING = {"api/<address>", "api/v1/"}
ADMIN = "admin/"
# Where the place makes no difference, each role knocks in its own.
ONE_EACH = [caller for caller in CALLERS if caller.endswith("@own") or "@" not in caller]


@pytest.fixture
def world(db: None) -> World:
    logging.getLogger("django.request").setLevel(logging.ERROR)
    return build()


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def ask(world: World, caller: str, rule: Rule, method: str = "", path: str = "") -> Any:
    """The answer; callers keep their session whatever it was."""
    client, body = world.callers[caller], deepcopy(world.bodies[rule.body])
    kept = deepcopy(client.cookies)
    given: dict[str, Any] = {"data": body}
    if rule.address.startswith("api/"):
        given["content_type"] = "application/json"
    if rule.body == "line":
        given["headers"] = {"HX-Request": "true"}
    method = method or rule.method
    if method == "GET" or rule.method not in {"ANY", method}:
        given.pop("data")
    client.raise_request_exception = False
    # "nobody" is whoever comes without signing in where the dashboards are public.
    with override_settings(R57_PUBLIC_DASHBOARDS=caller == "nobody"):
        response = getattr(client, method.lower())(
            path or world.path(rule.address, rule.subject), **given
        )
    if response.streaming:
        response.getvalue()
    client.cookies = kept
    return response


def told(response: Any) -> str:
    """What an answer amounts to, in the table's words."""
    sent_to = response.headers.get("Location", "")
    if response.status_code == 401 or sent_to.startswith("/login/"):
        return "sign in"
    named = {403: "refused", 404: "nothing", 405: "no such method"}
    return named.get(response.status_code, "done" if response.status_code < 500 else "crash")


def promised(rule: Rule, caller: str) -> str:
    if caller in rule.done:
        return "done"
    if caller in rule.refused:
        return "refused"
    is_api = rule.address.startswith("api/")
    known = caller not in SIGNED_OUT + NO_KEYS and (is_api or caller not in KEYS)
    return "nothing" if known else "sign in"


def by_address() -> dict[str, list[Rule]]:
    found: dict[str, list[Rule]] = {}
    for rule in RULES:
        found.setdefault(rule.address, []).append(rule)
    return found


OPEN = {rule.address for rule in RULES if rule.method == "ANY"}
TABLED = {address: rules for address, rules in by_address().items() if address not in OPEN}


def test_every_address_of_the_resolver_is_in_the_table() -> None:
    missing = {a for a in addresses() if not a.startswith(ADMIN)} - set(by_address()) - NOTHING
    assert not missing, f"Add lines to tests/security/permissions.txt for {sorted(missing)}"
    assert set(by_address()) <= set(addresses())


def cells(addresses: list[str]) -> list[tuple[Rule, str, str]]:
    """(rule, method, caller): all callers where the table names the method, else one of each."""
    return [
        (rule, method, caller)
        for rules in (TABLED[address] for address in addresses)
        for method in METHODS
        for rule in ([rule for rule in rules if rule.method == method] or rules[:1])
        for caller in (CALLERS if method == rule.method else ONE_EACH)
    ]


def test_the_table_counts_its_cells(capsys: pytest.CaptureFixture[str]) -> None:
    count = len(cells(sorted(TABLED)))
    words = f"{count} cells: {len(TABLED)} addresses, {len(CALLERS)} callers"
    with capsys.disabled():
        sys.stdout.write(f"\npermission matrix: {words}\n")
    assert {caller.partition("@")[2] for caller in CALLERS} == {*PLACES, ""}
    keys = Counter((r.address, r.subject, r.method) for r in RULES)
    twice = [key for key, n in keys.items() if n > 1]
    assert twice == []


@pytest.mark.parametrize("part", range(4))
def test_every_caller_gets_what_the_table_says(world: World, part: int) -> None:
    wrong = []
    for rule, method, caller in cells(sorted(TABLED)[part::4]):
        with undone():
            got = told(ask(world, caller, rule, method))
        wanted = promised(rule, caller)
        if method != rule.method and wanted != "sign in":
            wanted = "no such method"
        if got != wanted:
            wrong.append(f"{method} {rule.address} {caller}: {got}, not {wanted}")
    assert wrong == [], "\n".join(wrong)


def test_the_admin_is_open_to_superusers_only(world: World) -> None:
    wrong = []
    for address in (a for a in addresses() if a.startswith(ADMIN)):
        path = "/" + re.sub(r"<\w+>", "1", address).replace("(?P1.*)", "nowhere")
        for caller in set(ONE_EACH) - {"superuser"}:
            for method in ("get", "post"):
                with undone():
                    response = getattr(world.callers[caller], method)(path)
                at_the_door = response.headers.get("Location", "").startswith(
                    ("/admin/login/", "/login/")
                )
                if not at_the_door and address not in {"admin/login/", "admin/logout/"}:
                    wrong.append(f"{method} {path} {caller}: {response.status_code}")
    assert wrong == []
    assert world.callers["superuser"].get("/admin/").status_code == 200


# What is hidden ---------------------------------------------------------------------------------


def shown(response: Any, path: str) -> str:
    """The page without what differs from request to request."""
    text = response.content.decode().replace(path, "")
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)


def test_what_is_hidden_answers_like_what_is_not_there(world: World) -> None:
    compared = 0
    for rule in RULES:
        # The name of a chart is no object's; what it draws is asked for in the query.
        if "<" not in rule.address or rule.subject == "chart":
            continue
        missing = "/" + re.sub(r"<\w+>", "987654321", rule.address)
        for caller in CALLERS:
            if promised(rule, caller) == "nothing":
                path, _, query = world.path(rule.address, rule.subject).partition("?")
                hidden, absent = (
                    ask(world, caller, rule, path=f"{p}?{query}") for p in (path, missing)
                )
                assert hidden.status_code == absent.status_code == 404, (rule, caller)
                assert shown(hidden, path) == shown(absent, missing), (rule, caller)
                compared += 1
    assert compared > 200


# What is written --------------------------------------------------------------------------------

WRITES = [rule for rule in RULES if rule.body != "-"]
# What lets the signed-out in.
DOORS = {"sign_in", "use_code"}


def writer(rule: Rule) -> str:
    """One who may; somebody who works there where there is one."""
    if rule.body in DOORS:
        return "signed_out"
    workers = (f"{role}@own" for role in ("officer", "reviewer", "coordinator", "agency_head"))
    return next(caller for caller in workers if caller in rule.done)


def unnamed_facts(event: AuditEvent) -> set[str]:
    """Those that no sentence takes, and that the log would print by their key."""
    told = {**(event.before or {}), **(event.after or {})}
    inner = {
        name
        for value in told.values()
        for part in (value if isinstance(value, list) else [value])
        if isinstance(part, dict)
        for name in part
    }
    with override("vi"):
        outer = dict.fromkeys(told.keys() - places_of(event.action), event.subject_type)
        named = [(name, label_of(name, kind)) for name, kind in outer.items()]
        named += [(name, label_of(name)) for name in inner]
    return {name for name, label in named if label.lower() == name}


def empty_places(event: AuditEvent) -> set[str]:
    """Those of its sentence that this event leaves empty."""
    return places_of(event.action) - {*(event.before or {}), *(event.after or {})}


@pytest.mark.parametrize("rule", WRITES, ids=str)
def test_a_write_leaves_one_audit_event(world: World, rule: Rule) -> None:
    before = AuditEvent.objects.count()
    assert ask(world, writer(rule), rule, "POST").status_code in {200, 201, 302}
    [event] = AuditEvent.objects.order_by("id")[before:]
    assert event.request_id
    assert sentence_of(event.action) != event.action
    assert unnamed_facts(event) == empty_places(event) == set()
    assert event.user or event.client


@pytest.mark.parametrize("rule", WRITES, ids=str)
def test_a_write_without_its_audit_event_is_not_written(
    world: World, rule: Rule, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(trail, "record", fail)
    before = rows()
    response = ask(world, writer(rule), rule, "POST")
    assert (response.status_code, rows()) == (500, before)


def rows() -> list[object]:
    """All that could have been written, but sessions."""
    return [sorted(model._default_manager.values_list(), key=str) for model in written_models()]


def written_models() -> list[Any]:
    labels = [
        "core.User",
        "core.OneTimeCode",
        "provinces.AccountList",
        "provinces.Membership",
        "core.Recalculation",
        "indicators.Reading",
        "provinces.Plan",
        "provinces.Phase",
        "provinces.PlanGroup",
        "indicators.ImportJob",
        "tasks.Task",
        "tasks.Assignment",
        "tasks.PlanAct",
        "tasks.StatusReport",
        "tasks.Review",
        "tasks.Obstacle",
        "tasks.CancelRequest",
        "tasks.ExtensionRequest",
    ]
    return [apps.get_model(label) for label in labels]


def test_a_batch_from_whoever_may_not_record_writes_nothing(world: World) -> None:
    one, batch = (
        next(r for r in WRITES if r.body == name) for name in ("json_reading", "many_readings")
    )
    before = rows()
    for caller in batch.done - one.done:
        assert ask(world, caller, batch).status_code == HTTPStatus.BAD_REQUEST
    assert rows() == before


def test_nobody_signed_out_can_write(world: World) -> None:
    before = rows()
    for rule in WRITES:
        if rule.body not in DOORS and "signed_out" not in rule.done:
            assert told(ask(world, "signed_out", rule)) == "sign in"
    assert rows() == before
