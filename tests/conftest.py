"""Databases, flushes and real background processes for every test."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import urlsplit, urlunsplit

import hypothesis
import pytest
import redis
from django.conf import settings
from django.core.cache import cache
from django.core.management.commands.flush import Command as Flush
from django.db import connection
from django.utils import translation

from core.db.append_only import lifted
from faults.product import ROOT, wait_until

# No test is about time: on a busy machine drawing examples takes as long as it takes.
hypothesis.settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """SQLite gets a file: threads and processes then lock as they do in a real installation."""
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(settings.R57_VAR_DIR / "test.sqlite3")


@pytest.fixture(scope="session", autouse=True)
def _flush_past_the_triggers() -> Iterator[None]:
    """After a transactional test every table is emptied, the append-only ones too."""
    flush = Flush.handle

    def lift_and_flush(self: Flush, **options: Any) -> None:
        with lifted(connection):
            flush(self, **options)

    with mock.patch.object(Flush, "handle", lift_and_flush):
        yield


@pytest.fixture(autouse=True)
def _begin_anew() -> None:
    """No test sees what a page of another test left behind, nor speaks its language."""
    cache.clear()
    translation.activate(settings.LANGUAGE_CODE)


class CeleryProcesses:
    """A real worker and a real beat on this test's database and broker."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        database = urlsplit(os.environ["R57_DATABASE_URL"])
        name = connection.settings_dict["NAME"]
        self.environment = {
            **os.environ,
            "R57_DATABASE_URL": urlunsplit(database._replace(path=f"/{name}")),
            "R57_LOG_LEVEL": "INFO",
        }

    def start_worker(self) -> None:
        self._start("worker", "--concurrency=1", "--without-mingle", "--without-gossip")
        wait_until(lambda: " ready." in self.log("worker"))

    def start_beat(self) -> None:
        self._start("beat", f"--schedule={self.folder / 'schedule'}")

    def stop(self, name: str) -> None:
        process = self.running.pop(name)
        process.terminate()
        process.wait(timeout=30)

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text()

    def _start(self, name: str, *arguments: str) -> None:
        command = [sys.executable, "-m", "celery", "-A", "r57", name, "--loglevel=INFO", *arguments]
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=log
            )


@pytest.fixture
def celery_processes(transactional_db: None, tmp_path: Path) -> Iterator[CeleryProcesses]:
    """Nothing runs yet: ``start_worker()``, ``start_beat()``. For tests marked ``services``."""
    redis.Redis.from_url(settings.R57_REDIS_URL).flushdb()
    processes = CeleryProcesses(tmp_path)
    yield processes
    for name in list(processes.running):
        processes.stop(name)
