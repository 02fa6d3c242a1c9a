"""Eight readers of the real server, first on a quiet system, then while something changes."""

import http.client
import json
import math
import os
import random
import statistics
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from itertools import cycle
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit, urlunsplit

from django.core.cache import cache
from django.db import connections

from bench import recalculation
from bench.country import databases
from bench.country.data import BENCH, OWN
from bench.measure import step
from bench.pages.addresses import Browsers, Page, pages
from core import staleness
from core.calendar import clock
from core.models import User
from core.queue import recalculation as queue
from core.staleness import Subject, Trace
from dashboards.frame.serving import MADE_FROM, freshness
from faults.product import Product, wait_until
from indicators.recording.services import record_reading

READERS, EVERY_SECONDS = 8, 0.5
_SETTLED_SECONDS = 600
_ANSWERS = {HTTPStatus.OK, HTTPStatus.FOUND}

Times = dict[str, list[float]]
"""Seconds of each answer, by the page's name."""


Spread = tuple[float, float]
"""p50 and p95."""


@dataclass(frozen=True)
class Watched:
    """By the page's name, and of all answers. ``checked``: answers from kept pages; ``stale``: made
    from less than was committed when they were asked for, or, at the end, not what would be made
    then."""

    quiet: Mapping[str, Spread]
    live: Mapping[str, Spread]
    all_quiet: Spread
    all_live: Spread
    answers: int
    failed: int
    changes: int
    checked: int
    stale: int


def watch(database: str, seconds: float) -> Watched:
    """Each part takes so long. A page that does not answer takes for ever."""
    databases.use(database)
    staleness.forget_old()  # None is forgotten in the few minutes that follow.
    opened, browsers = [page for page in pages() if not page.is_file], Browsers()
    for caller in {page.caller for page in opened}:
        browsers[caller].get("/")  # It has its cookies now.
    readers = _Readers(database, opened, browsers)
    with _site(database) as product:
        with step("what can be kept is kept"):
            readers.read_all(product)
        with step("quiet"):
            quiet, checked = readers.read(product, seconds)
        with step("live"), _changing(database) as changed:
            live, while_changing = readers.read(product, seconds)
        with step("what is kept at the end"):
            wait_until(lambda: not queue.is_pending(), seconds=_SETTLED_SECONDS)
            checked += while_changing + readers.read_at_the_end(product)
    answers = [one for times in live.values() for one in times]
    return Watched(
        {name: spread(times) for name, times in quiet.items()},
        {name: spread(times) for name, times in live.items()},
        spread([one for times in quiet.values() for one in times]),
        spread(answers),
        answers=len(answers),
        failed=answers.count(math.inf),
        changes=len(changed),
        checked=checked.total(),
        stale=sum(count for (_page, is_stale), count in checked.items() if is_stale),
    )


def spread(seconds: Sequence[float]) -> Spread:
    ordered = sorted(seconds)
    return statistics.median(ordered), ordered[math.ceil(0.95 * len(ordered)) - 1]


@contextmanager
def _site(database: str) -> Iterator[Product]:
    """gunicorn, worker and beat on that database."""
    server = urlsplit(os.environ["R57_DATABASE_URL"])
    own = {name: value for name, value in os.environ.items() if name.startswith("R57_")}
    own["R57_DATABASE_URL"] = urlunsplit(server._replace(path=f"/{database}"))
    product = Product(Path(own["R57_VAR_DIR"]), environment={**own, "R57_WEB_WORKERS": "2"})
    product.start()
    product.start_celery("beat")
    product.start_celery("worker")
    try:
        yield product
    finally:
        product.stop()


@contextmanager
def _changing(database: str) -> Iterator[list[object]]:
    """A reading and a status report in turn; what was changed so far."""
    changed: list[object] = []
    ended = threading.Event()
    by = User.objects.get(username=BENCH)
    reading = {"indicator": "grdp", "area": OWN, "period": "2024", "published_on": "2025-01-31"}
    report = recalculation.next_report(by)

    def change() -> None:
        databases.use(database)  # Each thread has connections of its own.
        while not ended.wait(EVERY_SECONDS):
            number = len(changed)
            figure = {**reading, "value": f"14.{number}"}
            changed.append(record_reading(figure, by=by) if number % 2 else report())
        connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(change)
        yield changed
        ended.set()
        done.result()


class _Readers:
    def __init__(self, database: str, opened: Sequence[Page], browsers: Browsers) -> None:
        self._database, self._opened, self._browsers = database, opened, browsers

    def read_all(self, product: Product) -> None:
        with ThreadPoolExecutor(READERS) as pool:
            list(pool.map(lambda page: self._ask(product, page), self._opened))

    def read(self, product: Product, seconds: float) -> tuple[Times, Counter[tuple[str, bool]]]:
        """All pages again and again, each reader in an order of their own."""
        times: Times = defaultdict(list)
        checked: list[tuple[str, bool]] = []  # Appended to by all threads; a sum would lose some.

        def one(number: int) -> None:
            databases.use(self._database)
            ends = time.monotonic() + seconds
            order = random.Random(number).sample(self._opened, len(self._opened))
            for page in cycle(order):
                if time.monotonic() > ends:
                    break
                known = freshness(_last_day(page)).touched
                begin = time.perf_counter()
                try:
                    answer = self._ask(product, page)
                except OSError:  # No answer within a minute, or none at all.
                    times[page.name].append(math.inf)
                    continue
                taken = time.perf_counter() - begin
                times[page.name].append(taken if answer.status in _ANSWERS else math.inf)
                if made_from := answer.getheader(MADE_FROM):
                    checked.append((page.name, _is_older(made_from, known)))
            connections.close_all()

        with ThreadPoolExecutor(READERS) as pool:
            list(pool.map(one, range(READERS)))
        return times, Counter(checked)

    def read_at_the_end(self, product: Product) -> Counter[tuple[str, bool]]:
        """Each that is kept once, beside what is made here without anything that was kept."""
        cache.clear()
        checked: Counter[tuple[str, bool]] = Counter()
        for page in self._opened:
            kept = self._ask(product, page)
            if kept.getheader(MADE_FROM):
                now = self._browsers[page.caller].get(page.path)
                checked[page.name, kept.getheader("ETag") != now.get("ETag")] += 1
        return checked

    def _ask(self, product: Product, page: Page) -> http.client.HTTPResponse:
        cookies = self._browsers[page.caller].cookies.values()
        header = "; ".join(f"{one.key}={one.value}" for one in cookies)
        server = http.client.HTTPConnection(urlsplit(product.address).netloc, timeout=60)
        with closing(server):
            server.request("GET", quote(page.path, "/?&=%"), headers={"Cookie": header})
            answer = server.getresponse()
            answer.read()
        return answer


def _last_day(page: Page) -> date:
    query = parse_qs(urlsplit(page.path).query)
    return date.fromisoformat(query["as_of"][0]) if "as_of" in query else clock.today()


def _is_older(made_from: str, known: Mapping[Subject, Trace]) -> bool:
    """Than what was committed before the page was asked for."""
    *state, families = json.loads(made_from)
    keys = {family: None if found is None else set(found) for family, found in families.items()}
    made, before = Trace(*state), staleness.state_of(known, keys)
    return made.rows < before.rows or (made.rows == before.rows and made != before)
