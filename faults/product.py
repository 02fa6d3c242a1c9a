"""The product itself, as `make demo` or a production machine runs it: real processes."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

from faults.processes import children

ROOT = Path(__file__).parent.parent
_STARTED_SECONDS = 120
_DEMO = (
    "migrate --verbosity=0",
    "load_reference",
    "load_demo",
    "collectstatic --no-input --verbosity=0",
)


def wait_until(condition: Callable[[], bool], *, seconds: float = 120, pause: float = 0.05) -> None:
    """Raises TimeoutError when the condition does not come true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"Waited {seconds} s in vain.")
        time.sleep(pause)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Product:
    """A demo installation in a folder of its own; `start()` serves it, `stop()` ends it.

    With the addresses of PostgreSQL and Redis it is the production set-up: the server drains
    nothing itself, and `start_celery()` brings the worker and beat.
    """

    def __init__(
        self,
        folder: Path,
        *,
        database_url: str = "",
        replica_url: str = "",
        redis_url: str = "",
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder
        self.address = f"http://127.0.0.1:{free_port()}"
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        database = _new_database(database_url) if database_url else ""
        self.environment = {
            **os.environ,
            "R57_MODE": "demo",
            "R57_VAR_DIR": str(folder),
            "R57_DATABASE_URL": database,
            "R57_DATABASE_REPLICA_URL": _same_database(replica_url, database),
            "R57_REDIS_URL": redis_url,
            "R57_WEB_WORKERS": "1",
            "R57_BIND": urlsplit(self.address).netloc,
            **(environment or {}),
        }

    def set_up(self, *commands: str) -> None:
        """Management commands; without any what `make demo` does before it serves."""
        for command in commands or _DEMO:
            self.manage(*command.split())

    def manage(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout

    def start(self) -> None:
        self._run("server", "manage.py", "serve", f"--port={urlsplit(self.address).port}")
        wait_until(self._answers, seconds=_STARTED_SECONDS)

    def start_gunicorn(self) -> None:
        """The web server without the drain loop that `start` has beside it where no broker is."""
        self._run("server", "-m", "gunicorn", "r57.wsgi", "-c", "r57/gunicorn.py")
        wait_until(self._answers, seconds=_STARTED_SECONDS)

    def start_celery(self, name: str) -> None:
        """`name` is worker or beat; "beat-2" is a second one."""
        kind = name.partition("-")[0]
        arguments = {"worker": ["--concurrency=1"], "beat": [f"--schedule={self.folder / name}"]}
        self._run(name, "-m", "celery", "-A", "r57", kind, "--loglevel=WARNING", *arguments[kind])

    def stop(self, *names: str) -> float:
        """Ends the named processes, or all, one after the other; returns the seconds it took."""
        begun = time.monotonic()
        for name in names or tuple(self.running):
            process = self.running.pop(name)
            process.terminate()
            process.wait(timeout=40)
        return time.monotonic() - begun

    def kill(self, name: str) -> None:
        """kill −9 of the process and all its children, as when the machine's power fails."""
        process = self.running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def kill_children(self, name: str) -> None:
        """kill −9 of its children alone, as when the machine runs out of memory."""
        for child in children(self.running[name].pid):
            os.kill(child, signal.SIGKILL)

    @property
    def credentials(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "demo-credentials.json").read_text())
        return found

    def get(self, path: str) -> dict[str, Any]:
        """GET by the demo's API key; raises HTTPError on 4xx and 5xx."""
        return self._call(urllib.request.Request(self.address + path))

    def post(self, path: str, document: object) -> dict[str, Any]:
        """POST as JSON by the demo's API key; raises HTTPError on 4xx and 5xx."""
        request = urllib.request.Request(self.address + path, json.dumps(document).encode())
        request.add_header("Content-Type", "application/json")
        return self._call(request)

    def _call(self, request: urllib.request.Request) -> dict[str, Any]:
        request.add_header("Authorization", f"Bearer {self.credentials['api_key']}")
        with urllib.request.urlopen(request, timeout=_STARTED_SECONDS) as answer:
            found: dict[str, Any] = json.load(answer)
        return found

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/healthz", timeout=1) as answer:
                return bool(answer.status == HTTPStatus.OK)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def _run(self, name: str, *arguments: str) -> None:
        """In a group of its own, so that it can be killed with all its children."""
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )


def _same_database(replica_url: str, database: str) -> str:
    path = urlsplit(database).path
    return urlunsplit(urlsplit(replica_url)._replace(path=path)) if replica_url else ""


def _new_database(server_url: str) -> str:
    """A fresh database on that server; its address."""
    name = f"product_{secrets.token_hex(4)}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))
