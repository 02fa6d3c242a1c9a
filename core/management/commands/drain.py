"""manage.py drain: work off the marks without a broker."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, close_old_connections

from core import jobs
from core.queue import recalculation, workers


class Command(BaseCommand):
    help = "Take waiting files, recompute what changed; with --loop, until told to stop."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--loop", action="store_true", help="go on until SIGTERM")

    def handle(self, *, loop: bool, **options: Any) -> None:
        if not loop:
            workers.work_off(seconds=float("inf"))
            self.stdout.write(f"{recalculation.drain()} marks")
            return
        stop = threading.Event()

        def end(*_signal: object) -> None:
            workers.tell_to_end()
            stop.set()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, end)
        rounds = 0
        while not stop.is_set():
            try:
                recalculation.drain()
                workers.work_off(seconds=2)
                if rounds % 30 == 0:
                    jobs.seal()
                    jobs.forget_old_answers()
                    workers.go_round()
            except DatabaseError as error:
                # The database may be restarting; the marks wait in it.
                self.stderr.write(f"drain: {error}")
            close_old_connections()
            rounds += 1
            stop.wait(2)
