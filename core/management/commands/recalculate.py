"""manage.py recalculate --all: every snapshot from raw rows."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.queue import recalculation


class Command(BaseCommand):
    help = "Recompute every snapshot from raw rows."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="required: it takes a while")

    def handle(self, **options: Any) -> None:
        if not options["all"]:
            raise CommandError("Say --all; what has changed is recomputed by itself.")
        self.stdout.write(f"{recalculation.recalculate_all()} snapshots")
