"""When the replica will do: near enough, and past what its caller wrote."""

import time

import pytest
from django.apps import apps
from django.conf import settings
from django.db import OperationalError, connections

from core.db import replica
from core.db.replica import NOT_YET, Standby
from core.models import Generation, User


@pytest.fixture
def standby(monkeypatch: pytest.MonkeyPatch) -> Standby:
    """The primary stands at 100; the replica as a test says."""
    monkeypatch.setattr(replica, "written", lambda: 100)
    return Standby()


def at(position: int, standby: Standby, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standby, "_ask", lambda: position)


def test_one_that_has_all_serves(standby: Standby, monkeypatch: pytest.MonkeyPatch) -> None:
    at(100, standby, monkeypatch)
    assert standby.serves(0)
    assert standby.serves(100)
    assert not standby.serves(101)
    assert not standby.serves(NOT_YET)


def test_one_of_which_nothing_is_known_yet_must_have_all(
    standby: Standby, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(99, standby, monkeypatch)
    assert not standby.serves(0)


def test_one_that_has_what_was_there_a_moment_ago_serves(
    standby: Standby, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(100, standby, monkeypatch)
    assert standby.serves(0)
    monkeypatch.setattr(replica, "written", lambda: 200)
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + settings.R57_REPLICA_SECONDS - 1)
    assert standby.serves(0)
    assert not standby.serves(101)
    monkeypatch.setattr(time, "monotonic", lambda: now + settings.R57_REPLICA_SECONDS + 1)
    assert not standby.serves(0)


def test_a_server_that_is_no_replica_does_not_serve(
    standby: Standby, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(-1, standby, monkeypatch)
    assert not standby.serves(0)


def test_one_that_is_gone_is_left_alone_for_a_while(
    standby: Standby, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone() -> int:
        asked.append(1)
        raise OperationalError

    asked: list[int] = []
    monkeypatch.setattr(standby, "_replayed", gone)
    assert not standby.serves(0)
    assert not standby.serves(0)
    assert len(asked) == 1


def test_a_request_reads_from_the_primary_once_it_has_written(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    router = replica.Router()
    assert router.db_for_read(Generation) == "default"
    with monkeypatch.context() as patched, replica.routing(is_safe=True) as route:
        patched.setattr(connections["default"], "in_atomic_block", False)
        route.alias = "replica"
        assert router.db_for_read(Generation) == "replica"
        assert router.db_for_read(User) == "default"
        assert router.db_for_write(Generation) == "default"
        assert router.db_for_read(Generation) == "default"


def test_inside_a_transaction_the_primary_is_read(db: None) -> None:
    with replica.routing(is_safe=True) as route:
        route.alias = "replica"
        assert replica.alias() == "default"


def test_a_request_that_may_write_is_never_given_the_replica() -> None:
    with replica.routing(is_safe=False) as route:
        route.choose(0)
        assert route.alias == "default"


def test_every_model_that_is_always_read_from_the_primary_exists() -> None:
    for label in settings.R57_ALWAYS_FROM_PRIMARY:
        assert apps.get_model(label)
