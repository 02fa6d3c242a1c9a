"""The checks: each does its harm to a running product and returns what it found."""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from itertools import count, islice
from pathlib import Path

from django.db import connection, transaction
from django.db.models import Sum

from core.calendar import clock
from core.models import ApiClient, Generation, IdempotencyRecord, Recalculation
from core.queue import recalculation
from faults import files, people, recount, slow
from faults.load import Document, Load
from faults.processes import command_line, most_memory
from faults.product import Product, wait_until
from targets.models import Target

SETTLED_SECONDS = 60
_MID_WORK_SECONDS = 10
_FILE_KILLS, _ENDED_SECONDS = 3, 30
_THREADS, _NOT_ANSWERED_SECONDS = 8, 30


@dataclass(frozen=True)
class Finding:
    """One line: what was checked, whether it holds, and the figures."""

    name: str
    holds: bool
    figures: str

    def __str__(self) -> str:
        return f"{'ok  ' if self.holds else 'FAIL'} {self.name}: {self.figures}"


@dataclass(frozen=True)
class Trial:
    """What a check works with: a product that is not started, a key that may write everything."""

    product: Product
    key: str
    readings: int
    kills: int
    megabytes: float
    book_rows: int
    draw: random.Random = field(default_factory=lambda: random.Random(57))
    _days: Iterator[int] = field(default_factory=count)

    def documents(self, source: str, number: int) -> list[Document]:
        """Figures of targets that nobody has sent yet, day by day back from today."""
        series = Target.objects.exclude(indicator=None).exclude(indicator__kind="rank")
        known = list(series.order_by().values_list("indicator__code", "area__code").distinct())
        days = (clock.today() - timedelta(n) for n in self._days)
        facts = ((day, *one) for day in days for one in known)
        return [
            {
                "indicator": indicator,
                "area": area,
                "period": day.isoformat(),
                "value": f"0.{self.draw.randint(100, 999)}",
                "source": source,
            }
            for day, indicator, area in islice(facts, number)
        ]


def worker_killed(trial: Trial) -> Finding:
    """kill −9 the worker while readings are acknowledged; every third time only its child."""
    name, product = "worker", trial.product
    documents = trial.documents(name, trial.readings)
    _start_with_celery(product)
    in_mid_work = 0

    def strike(number: int) -> None:
        nonlocal in_mid_work
        _wait_for_work(trial.draw)
        if number % 3 == 0:
            product.kill_children("worker")
        else:
            product.kill("worker")
            product.start_celery("worker")
        in_mid_work += Recalculation.objects.filter(attempts__gt=0).exists()

    load = Load(product.address, trial.key, name)
    _in_steps(load, documents, trial, strike)
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


def server_killed(trial: Trial) -> Finding:
    """kill −9 the web server while clients send again with the same Idempotency-Key."""
    name, product = "server", trial.product
    documents = trial.documents(name, trial.readings)
    product.start()

    def strike(number: int) -> None:
        product.kill("server")
        product.start()

    load = Load(product.address, trial.key, name)
    _in_steps(load, documents, trial, strike)
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
    _start_with_celery(product)
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
    _start_with_celery(product)
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


def _start_with_celery(product: Product) -> None:
    product.start()
    product.start_celery("beat")
    product.start_celery("worker")


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


def _in_steps(
    load: Load, documents: Sequence[Document], trial: Trial, strike: Callable[[int], None]
) -> None:
    """One strike a step, at a random moment of its sending."""
    size = -(-len(documents) // trial.kills)
    for number, start in enumerate(range(0, len(documents), size)):
        some = documents[start : start + size]
        load.send(some)
        load.wait_for(start + trial.draw.randrange(len(some)))
        strike(number)


def _wait_for_work(draw: random.Random) -> None:
    """Until the drainer has taken up marks, or now and then any moment."""
    if draw.random() < 1 / 4:
        time.sleep(2 * draw.random())
        return
    before, ends = _attempts(), time.monotonic() + _MID_WORK_SECONDS
    while _attempts() <= before and time.monotonic() < ends:
        time.sleep(0.002)


def _attempts() -> int:
    return Recalculation.objects.aggregate(sum=Sum("attempts"))["sum"] or 0


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
    "server": server_killed,
    "interrupted": interrupted,
    "file": file_taken,
    "workbook": workbook_taken,
    "slow": dribbled_at,
}
