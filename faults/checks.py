"""The checks: each does its harm to a running product and returns what it found."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path

from django.db import connection, transaction

from core.models import ApiClient, Generation, IdempotencyRecord, Recalculation
from core.queue import recalculation
from faults import closing, files, people, recount, replica, slow
from faults.follow import Follower
from faults.load import CLIENTS, Load
from faults.processes import command_line, most_memory
from faults.product import wait_until
from faults.trial import Finding, Trial, in_steps, start_with_celery, wait_for_work
from indicators.models import Reading

SETTLED_SECONDS = 60
_FILE_KILLS, _ENDED_SECONDS = 3, 30
_THREADS, _NOT_ANSWERED_SECONDS = 8, 30


def worker_killed(trial: Trial) -> Finding:
    """kill −9 the worker while readings are acknowledged; every third time only its child."""
    name, product = "worker", trial.product
    documents = trial.documents(name, trial.readings)
    start_with_celery(product)
    in_mid_work = 0

    def strike(number: int) -> None:
        nonlocal in_mid_work
        wait_for_work(trial.draw)
        if number % 3 == 0:
            product.kill_children("worker")
        else:
            product.kill("worker")
            product.start_celery("worker")
        in_mid_work += Recalculation.objects.filter(attempts__gt=0).exists()

    load = Load(product.address, trial.key, name)
    in_steps(load, documents, trial, strike)
    last_kill = time.monotonic()
    load.finish()
    wait_until(lambda: not recalculation.is_pending(), seconds=2 * SETTLED_SECONDS)
    seconds = time.monotonic() - last_kill
    product.stop("worker", "beat", "server")
    found = recount.readings(documents, name)
    wrong, snapshots = recount.wrong_snapshots()
    return Finding(
        f"kill -9 of the worker, {trial.kills} times",
        found.is_right and not wrong and seconds <= SETTLED_SECONDS,
        f"{load.seen['acknowledged']} acknowledged, {found.stored} stored, {found.lost} lost, "
        f"{found.doubled} doubled, {found.audited} audited; {in_mid_work} kills in mid-work; "
        f"settled {seconds:.1f} s after the last; {wrong} of {snapshots} snapshots differ from a "
        "recount",
    )


def followed(trial: Trial) -> Finding:
    """8 clients write and the worker is killed while a system follows the changes, stops and goes
    on: each reading comes to it once."""
    name, product = "follow", trial.product
    documents = trial.documents(name, trial.readings)
    start_with_celery(product)
    follower = Follower(product.address, trial.key, name)

    def strike(_number: int) -> None:
        wait_for_work(trial.draw)
        product.kill("worker")
        product.start_celery("worker")
        follower.stop_and_go_on()

    load = Load(product.address, trial.key, name)
    in_steps(load, documents, trial, strike)
    load.finish()
    wait_until(lambda: not recalculation.is_pending(), seconds=2 * SETTLED_SECONDS)
    follower.stop()
    follower.read_to_the_end()
    product.stop("worker", "beat", "server")
    rows = Reading.objects.filter(source=name)
    fields = ("indicator__code", "area__code", "period", "revision")
    stored = {tuple(map(str, row)) for row in rows.values_list(*fields)}
    missed, more = len(stored - set(follower.seen)), len(set(follower.seen) - stored)
    again = sum(times > 1 for times in follower.seen.values())
    return Finding(
        f"changes followed while {CLIENTS} write",
        not (missed or more or again) and len(stored) == len(documents),
        f"{len(stored)} readings stored, {len(follower.seen)} came, {missed} missed, {again} came "
        f"again; the worker was killed and the follower stopped {follower.stops} times",
    )


def server_killed(trial: Trial) -> Finding:
    """kill −9 the web server while clients send again with the same Idempotency-Key."""
    name, product = "server", trial.product
    documents = trial.documents(name, trial.readings)
    product.start()

    def strike(number: int) -> None:
        product.kill("server")
        product.start()

    load = Load(product.address, trial.key, name)
    in_steps(load, documents, trial, strike)
    load.finish()
    product.stop("server")
    found, seen = recount.readings(documents, name), load.seen
    keys = recount.answers_kept(name)
    return Finding(
        f"kill -9 of the web server, {trial.kills} times",
        found.is_right and found.stored == keys == seen["acknowledged"] == len(documents),
        f"{seen['acknowledged']} acknowledged, {found.stored} stored, {found.lost} lost, "
        f"{found.doubled} doubled, {found.audited} audited, {keys} keys; "
        f"{seen['unanswered']} unanswered, {seen['told to come back']} told to come back, "
        f"{seen['replayed']} lost answers given again",
    )


def file_taken(trial: Trial) -> Finding:
    """A large file by REST; the worker is killed in the middle, and a second file cancelled."""
    product, courier = trial.product, files.Courier(trial.product, trial.key)
    path = product.folder / "rows.csv"
    total = files.write_csv(path, int(trial.megabytes * 2**20))
    start_with_celery(product)
    address = courier.hand_in(path)
    holds, figures = _taken_while_killed(trial, courier, address, path, total)
    second = courier.hand_in(path, dry_run="true")
    files.rows_done(courier, second, 1)
    cancelled, left = courier.cancel(second), courier.state(second)
    product.stop("worker", "beat", "server")
    return Finding(
        f"a file of {path.stat().st_size / 2**20:.0f} MB",
        holds and (cancelled, left["state"]) == (HTTPStatus.NO_CONTENT, "cancelled"),
        f"{figures}; a second one cancelled at {left['rows_done']} of {left['rows_total']} rows",
    )


def workbook_taken(trial: Trial) -> Finding:
    """A large Excel file; the worker's child is killed while it is made CSV, then the worker."""
    product, courier = trial.product, files.Courier(trial.product, trial.key)
    path, total = product.folder / "rows.xlsx", trial.book_rows
    files.write_book(path, total)
    start_with_celery(product)
    address = courier.hand_in(path)
    worker = product.running["worker"].pid
    wait_until(lambda: bool(files.readers(worker)), pause=0.01)
    [reader] = files.readers(worker)
    product.kill_children("worker")
    wait_until(lambda: not command_line(reader))
    holds, figures = _taken_while_killed(trial, courier, address, path, total)
    product.stop("worker", "beat", "server")
    return Finding(
        f"an Excel file of {total} rows",
        holds,
        f"killed while it is read, and its reader is gone; then {figures}",
    )


def _taken_while_killed(
    trial: Trial, courier: files.Courier, address: str, path: Path, total: int
) -> tuple[bool, str]:
    """Whether every row of the file is stored once, and the figures."""
    product, kills = trial.product, min(trial.kills, _FILE_KILLS)
    memory, begun = 0, time.monotonic()
    for number in range(kills):
        files.rows_done(courier, address, 1 + number * total // (kills + 1))
        memory = max(memory, most_memory(product.running["worker"].pid))
        product.kill("worker")
        product.start_celery("worker")
    files.rows_done(courier, address, 1 + kills * total // (kills + 1))
    memory = max(memory, most_memory(product.running["worker"].pid))
    ended = product.stop("worker")
    product.start_celery("worker")
    files.rows_done(courier, address, total)
    body, seconds = courier.state(address), time.monotonic() - begun
    memory = max(memory, most_memory(product.running["worker"].pid))
    web = most_memory(product.running["server"].pid)
    rows, figures = files.stored(path)
    holds = rows == figures == body["created"] == total and ended <= _ENDED_SECONDS
    return holds, (
        f"the worker killed {kills} times, told to end once and gone after {ended:.1f} s: "
        f"{body['state']}, {total} rows, {body['created']} created, {rows} stored, "
        f"{rows - figures} doubled, {seconds:.0f} s; at most {web} MB in the web server, {memory} "
        "MB in the worker"
    )


def interrupted(trial: Trial) -> Finding:
    """kill −9 at two exact moments of one post: written and not committed; committed, unanswered.

    PostgreSQL holds the process up there: a lock that we keep is one that it waits for.
    """
    product, redis = trial.product, trial.product.environment["R57_REDIS_URL"]
    product.environment["R57_REDIS_URL"] = ""  # So that a commit is followed by a little drain.
    said, holds = [], True
    for name, hold_up in (("effect", _keep_answer_out), ("answer", _keep_generation)):
        [document] = trial.documents(name, 1)
        product.start_gunicorn()
        load = Load(product.address, trial.key, name)
        with hold_up(load.key_of(0)):
            load.send([document])
            wait_until(_waits_with_the_reading_written if name == "effect" else _waits)
            product.kill("server")
        wait_until(_nobody_else_is_at_work)
        rows, answers = recount.rows_of(name), recount.answers_kept(name)
        product.start_gunicorn()
        load.finish()
        product.stop("server")
        found = recount.readings([document], name)
        # PostgreSQL may end a lone statement without us: then both are there, else neither is.
        together = rows == answers == load.seen["replayed"] and (name == "effect" or rows == 1)
        holds &= found.is_right and found.stored == 1 and together
        said.append(
            f"{rows} row and {answers} answer left; sent again: {found.stored} row, "
            f"{'first' if load.seen['replayed'] else 'new'} answer"
        )
    product.environment["R57_REDIS_URL"] = redis
    return Finding(
        "kill -9 between effect and answer",
        holds,
        f"before the commit: {said[0]}; after it: {said[1]}",
    )


@contextmanager
def _keep_answer_out(key: str) -> Iterator[None]:
    """Whoever writes the answer to this key waits, its effect written: we are writing it, too."""
    client = ApiClient.objects.get(name=people.CLIENT)
    with transaction.atomic():
        IdempotencyRecord.objects.create(
            caller=f"client:{client.pk}", key=key, request_hash="", status=0, body=b""
        )
        yield
        transaction.set_rollback(True)


@contextmanager
def _keep_generation(key: str) -> Iterator[None]:
    """Whoever drains after its commit waits."""
    with transaction.atomic():
        Generation.objects.select_for_update().get()
        yield


def _waits() -> bool:
    """Somebody waits for us."""
    return _asked("SELECT 1 FROM pg_locks WHERE NOT granted LIMIT 1")


def _waits_with_the_reading_written() -> bool:
    return _asked(
        "SELECT 1 FROM pg_locks waiting JOIN pg_locks held USING (pid) WHERE NOT waiting.granted "
        "AND held.relation = 'indicators_reading'::regclass AND held.mode = 'RowExclusiveLock'"
    )


def _nobody_else_is_at_work() -> bool:
    return not _asked(
        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND state <> 'idle'"
    )


def _asked(question: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone() is not None


def dribbled_at(trial: Trial) -> Finding:
    """Twice as many slow senders as there are threads; others are answered, and they go."""
    product, dribblers = trial.product, slow.Dribblers(trial.product, trial.key)
    patience = int(product.environment.get("R57_BODY_SECONDS", "20"))
    product.start_gunicorn()
    with dribblers.at_work(2 * _THREADS):
        took = slow.answers(product, patience)
    product.stop("server")
    ended = Counter(status for status, _seconds in dribblers.ended)
    longest = max(seconds for _status, seconds in dribblers.ended)
    return Finding(
        f"{2 * _THREADS} clients that dribble, on {_THREADS} threads",
        max(took) < _NOT_ANSWERED_SECONDS
        and ended.total() == 2 * _THREADS
        and set(ended) == {"408", slow.CUT_OFF},
        f"{len(took)} other requests meanwhile, the slowest answered in {max(took):.1f} s; "
        f"{ended['408']} told 408, {ended[slow.CUT_OFF]} cut off, the last after {longest:.0f} s",
    )


CHECKS: Mapping[str, Callable[[Trial], Finding]] = {
    "worker": worker_killed,
    "followed": followed,
    "server": server_killed,
    "interrupted": interrupted,
    "file": file_taken,
    "workbook": workbook_taken,
    "slow": dribbled_at,
    "closing": closing.closed,
    "replica": replica.killed,
    "saved": replica.saved,
}
