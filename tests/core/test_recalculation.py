"""The queue in the database: nothing is lost, one bad subject holds up nobody."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection, transaction

from core.db.locks import exclusive_lock
from core.models import Generation, Recalculation
from core.queue import recalculation, workers

pytestmark = pytest.mark.django_db

DAY, LATER = date(2025, 6, 1), date(2025, 7, 1)


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, date]]:
    """What a registered handler was given; "bad" subjects make it fail."""
    calls: list[dict[str, date]] = []

    def handler(subjects: recalculation.Subjects) -> None:
        if "bad" in subjects:
            raise ValueError("cannot be computed")
        calls.append(dict(subjects))

    monkeypatch.setattr(recalculation, "_handlers", {"thing": [handler]})
    return calls


def test_marks_of_one_subject_are_worked_once_from_the_earliest_day(seen: list[object]) -> None:
    recalculation.mark("thing", ["a"], since=LATER)
    recalculation.mark("thing", ["a", "b"], since=DAY)
    assert recalculation.drain() == 3
    assert seen == [{"a": DAY, "b": DAY}]
    assert not recalculation.is_pending()


def test_a_kind_nobody_registered_for_is_just_removed(seen: list[object]) -> None:
    recalculation.mark("unknown", ["a"], since=DAY)
    assert recalculation.drain() == 1
    assert seen == []


def test_a_bad_subject_is_parked_with_its_error_and_the_others_are_done(
    seen: list[object],
) -> None:
    recalculation.mark("thing", ["a", "bad", "b"], since=DAY)
    assert recalculation.drain() == 2
    for _ in range(recalculation.MAX_ATTEMPTS):
        recalculation.drain()
    parked = Recalculation.objects.parked().get()
    assert (parked.key, parked.attempts) == ("bad", recalculation.MAX_ATTEMPTS)
    assert "cannot be computed" in parked.error
    assert not recalculation.is_pending()


def test_a_subject_that_ends_its_process_is_parked_and_the_others_are_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen = _handler_that_ends_its_process(monkeypatch)
    recalculation.mark("thing", ["bad", *map(str, range(100))], since=DAY)
    ends = _drain_till_it_survives()
    assert ends == recalculation.MAX_ATTEMPTS
    assert seen == {str(number) for number in range(100)}
    parked = Recalculation.objects.parked().get()
    assert (parked.key, parked.attempts) == ("bad", recalculation.MAX_ATTEMPTS)
    assert "process ended" in parked.error
    assert not recalculation.is_pending()


def test_a_parked_subject_that_is_marked_again_takes_no_batch_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen = _handler_that_ends_its_process(monkeypatch)
    recalculation.mark("thing", ["bad"], since=DAY)
    _drain_till_it_survives()
    recalculation.mark("thing", ["bad", "a", "b"], since=DAY)
    with pytest.raises(Killed):
        recalculation.drain()
    assert seen == {"a", "b"}


class Killed(BaseException):
    """As kill −9 looks from inside: nothing after it runs, the open transaction is undone."""


def _handler_that_ends_its_process(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The subject "bad" does; returns the subjects that were worked off."""
    seen: set[str] = set()

    def handler(subjects: recalculation.Subjects) -> None:
        if "bad" in subjects:
            raise Killed
        seen.update(subjects)

    monkeypatch.setattr(recalculation, "_handlers", {"thing": [handler]})
    return seen


def _drain_till_it_survives() -> int:
    """How often it was killed before."""
    for kills in range(10 * recalculation.MAX_ATTEMPTS):
        try:
            recalculation.drain()
        except Killed:
            continue
        return kills
    raise AssertionError("It is killed every time.")


def test_a_mark_rolls_back_with_its_data() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        recalculation.mark("thing", ["a"], since=DAY)
        raise RuntimeError
    assert not recalculation.is_pending()


def test_every_drain_makes_the_cached_pages_stale(seen: list[object]) -> None:
    recalculation.mark("thing", ["a"], since=DAY)
    recalculation.drain()
    before = Generation.objects.get().number
    recalculation.mark("thing", ["a"], since=DAY)
    recalculation.drain()
    assert Generation.objects.get().number == before + 1


def test_an_idle_drain_changes_no_generation(seen: list[object]) -> None:
    recalculation.drain()
    assert not Generation.objects.exists()


def test_a_worker_that_is_told_to_end_finishes_its_batch_and_begins_no_other(
    seen: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "_told_to_end", bytearray(1))
    monkeypatch.setattr(recalculation, "BATCH", 2)
    recalculation.mark("thing", ["a", "b", "c", "d", "e"], since=DAY)
    workers.tell_to_end()
    assert recalculation.drain() == 2
    assert seen == [{"a": DAY, "b": DAY}]


def test_a_second_drainer_does_nothing_while_one_works(seen: list[object]) -> None:
    recalculation.mark("thing", ["a"], since=DAY)
    found: list[int] = []

    def nested(subjects: recalculation.Subjects) -> None:
        found.append(_drain_from_another_connection())

    recalculation.register("thing", nested)
    recalculation.drain()
    assert found == [0]


def _drain_from_another_connection() -> int:
    """Drains in a thread, which has a database connection of its own."""

    def attempt() -> int:
        with exclusive_lock(recalculation.DRAINER) as mine:
            result = int(mine)
        connection.close()
        return result

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(attempt).result()


@pytest.mark.services
def test_recalculating_everything_may_take_its_time(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither one statement nor the counting between two is cut off."""
    limits: list[str] = []

    def rebuild() -> int:
        with connection.cursor() as cursor:
            for name in ("statement_timeout", "idle_in_transaction_session_timeout"):
                cursor.execute(f"SHOW {name}")
                limits.extend(cursor.fetchone())
        return 0

    monkeypatch.setattr(recalculation, "_rebuilders", [rebuild])
    recalculation.recalculate_all()
    assert limits == ["0", "0"]
