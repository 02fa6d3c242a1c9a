"""A primary with a streaming replica: it is killed under load, and it stays behind."""

import http.client
import json
import os
import re
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import psycopg
from django.test import Client

from core.models import User
from faults.processes import children, command_line
from faults.product import Product, wait_until
from faults.trial import Finding, Trial, start_with_celery
from provinces.models import Agency, Area

_PAGES = ("/tasks/", "/", "/provinces/", "/targets/", "/api/v1/assignments/?page_size=20")
_READERS, _SAVERS = 8, 4
_LAG_SECONDS = 2
_QUIET_SECONDS = 2.0
_PATIENCE_SECONDS = 120
_SCANS = "SELECT sum(coalesce(seq_scan, 0) + coalesce(idx_scan, 0)) FROM pg_stat_user_tables"


class Person:
    """A browser of somebody who may do everything; ``cookies`` as the server sets them."""

    def __init__(self, product: Product, name: str) -> None:
        self._host = urlsplit(product.address).netloc
        django = Client()
        django.force_login(User.objects.get_or_create(username=name, is_superuser=True)[0])
        self.cookies = {"sessionid": django.cookies["sessionid"].value}

    def get(self, path: str) -> tuple[int, str]:
        return self._ask("GET", path)

    def post(self, path: str, form: dict[str, str]) -> tuple[int, str]:
        return self._ask("POST", path, urlencode(form))

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": cookies, "X-CSRFToken": self.cookies.get("csrftoken", "")}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        client = http.client.HTTPConnection(self._host, timeout=_PATIENCE_SECONDS)
        client.request(method, path, body, headers)
        answer = client.getresponse()
        text = answer.read().decode()
        client.close()
        for header in answer.headers.get_all("Set-Cookie", []):
            name, _equals, rest = header.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return answer.status, text


def killed(trial: Trial) -> Finding:
    """kill −9 of the replica and all its children while people open pages, again and again."""
    product, replica = trial.product, _Replica(trial.product)
    start_with_celery(product)
    answers: list[int] = []
    ended = threading.Event()

    def read(number: int) -> None:
        person = Person(product, f"reader-{number}")
        while not ended.is_set():
            answers.extend(person.get(page)[0] for page in _PAGES)

    with ThreadPoolExecutor(_READERS) as pool:
        readers = [pool.submit(read, number) for number in range(_READERS)]
        wait_until(lambda: len(answers) > _READERS)
        served, said = replica.scans(), set()
        for _kill in range(trial.kills):
            time.sleep(_QUIET_SECONDS)
            served = max(served, replica.scans() - served)
            command = replica.kill()
            time.sleep(_QUIET_SECONDS)
            said.add(_ready(product)["replica"])
            replica.start(command)
        wait_until(lambda: _ready(product)["replica"] == "ok")
        ended.set()
        for reader in readers:
            reader.result()
    product.stop("worker", "beat", "server")
    failed = len(answers) - answers.count(HTTPStatus.OK)
    return Finding(
        f"kill -9 of the replica, {trial.kills} times",
        not failed and served > 0 and said == {"unreachable"},
        f"{len(answers)} pages and GETs opened by {_READERS} people, {failed} failed; {served} "
        "scans answered by the replica between two kills; /readyz said "
        f"{', '.join(sorted(map(str, said)))}, at the end ok",
    )


def saved(trial: Trial) -> Finding:
    """People and a system save and read again, with a replica that is two seconds behind."""
    product, replica = trial.product, _Replica(trial.product)
    # On a busy machine it may be later than is forced here, and is to be read all the same.
    product.environment["R57_REPLICA_SECONDS"] = "120"
    start_with_celery(product)
    each = -(-trial.tries // (2 * _SAVERS))
    documents = trial.documents("saved", each * _SAVERS)
    nation = Area.objects.get(code="VN")
    for number in range(_SAVERS):
        agency = Agency(code=f"saved-{number}", name_vi=f"saved {number}", area=nation)
        agency.derive()
        agency.save()
    time.sleep(_QUIET_SECONDS)  # Until the replica has them.
    wait_until(lambda: _ready(product)["replica"] == "ok")  # The server knows how near it is.
    found: list[str] = []  # Appended to by all threads; a sum would lose some.
    with replica.behind(_LAG_SECONDS):

        def people(number: int) -> None:
            path, person = f"/agencies/saved-{number}/", Person(product, f"saver-{number}")
            other = Person(product, f"other-{number}")
            for turn in range(each):
                head = f"Head {number}-{turn}"
                _names, stamp = re.findall(r'name="seen" value="([^"]*)"', person.get(path)[1])
                form = {"head_name": head, "protocol_order": "9", "seen": stamp}
                status, _text = person.post(path, form)
                found.extend(["saved"] * (status == HTTPStatus.FOUND))
                found.extend(["seen"] * (head in person.get(path)[1]))
                found.extend(["older for others"] * (head not in other.get(path)[1]))

        def systems(number: int) -> None:
            for document in documents[number::_SAVERS]:
                status, _body = _call(product, trial.key, "POST", "/api/v1/readings/", document)
                found.extend(["saved"] * (status == HTTPStatus.CREATED))
                asked = {name: document[name] for name in ("indicator", "area")}
                asked |= {"period_from": document["period"], "period_to": document["period"]}
                path = f"/api/v1/readings/?{urlencode(asked)}"
                _status, body = _call(product, trial.key, "GET", path)
                found.extend(["seen"] * (str(document["value"]) in body))

        _at_once([partial(one, n) for one in (people, systems) for n in range(_SAVERS)])
    product.stop("worker", "beat", "server")
    tries, seen = 2 * each * _SAVERS, Counter(found)
    return Finding(
        f"saved and read again, the replica {_LAG_SECONDS} s behind",
        seen["saved"] == seen["seen"] == tries and seen["older for others"] > 0,
        f"{seen['saved']} of {tries} saved, {seen['seen']} seen by who saved them; the replica "
        f"answered somebody else with what was before {seen['older for others']} times",
    )


def _at_once(works: Sequence[Callable[[], None]]) -> None:
    with ThreadPoolExecutor(len(works)) as pool:
        for work in [pool.submit(each) for each in works]:
            work.result()


def _call(
    product: Product, key: str, method: str, path: str, document: object = None
) -> tuple[int, str]:
    client = http.client.HTTPConnection(urlsplit(product.address).netloc, timeout=_PATIENCE_SECONDS)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    client.request(method, path, json.dumps(document) if document else None, headers)
    answer = client.getresponse()
    found = answer.status, answer.read().decode()
    client.close()
    return found


def _ready(product: Product) -> dict[str, object]:
    found: dict[str, object] = json.loads(_call(product, "", "GET", "/readyz")[1])
    return found


class _Replica:
    """The server behind ``R57_DATABASE_REPLICA_URL``, on this machine."""

    def __init__(self, product: Product) -> None:
        self._url = product.environment["R57_DATABASE_REPLICA_URL"]
        self._folder = Path(str(self._ask("SHOW data_directory")))

    def scans(self) -> int:
        """Of tables and indexes, since it was started."""
        return int(str(self._ask(_SCANS) or 0))

    def kill(self) -> list[bytes]:
        """With all its children; how it was started."""
        pid = int((self._folder / "postmaster.pid").read_text().split()[0])
        command = command_line(pid).split(b"\0")[:-1]
        for one in (pid, *children(pid)):
            os.kill(one, signal.SIGKILL)
        return command

    def start(self, command: Sequence[bytes]) -> None:
        owner = self._folder.stat()
        with (self._folder.parent / "replica.log").open("ab") as log:
            subprocess.Popen(
                command,
                cwd="/",
                user=owner.st_uid,
                group=owner.st_gid,
                extra_groups=[],
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        wait_until(self._answers)

    @contextmanager
    def behind(self, seconds: int) -> Iterator[None]:
        self._delay(seconds)
        try:
            yield
        finally:
            self._delay(0)

    def _delay(self, seconds: int) -> None:
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(f"ALTER SYSTEM SET recovery_min_apply_delay = '{seconds}s'")
            connection.execute("SELECT pg_reload_conf()")

    def _ask(self, question: str) -> object:
        with psycopg.connect(self._url, autocommit=True) as connection:
            row = connection.execute(question.encode()).fetchone()
        return row[0] if row else None

    def _answers(self) -> bool:
        try:
            return self._ask("SELECT 1") == 1
        except psycopg.OperationalError:
            return False
