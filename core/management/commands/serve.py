"""manage.py serve: the web server and, without a broker, the drain loop beside it."""

import os
import signal
import subprocess
import sys
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    help = "Serve on 127.0.0.1; what changed is recomputed beside the server."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *, port: int, **options: Any) -> None:
        address = f"127.0.0.1:{port}"
        environment = {**os.environ, "R57_BIND": address}
        commands = [[sys.executable, "-m", "gunicorn", "r57.wsgi", "-c", "r57/gunicorn.py"]]
        if not settings.R57_REDIS_URL:
            commands.append([sys.executable, "manage.py", "drain", "--loop"])

        def stop(*_signal: object) -> None:
            raise SystemExit(0)

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)
        self.stdout.write(f"http://{address}/")
        children = [
            subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment)  # noqa: S603 (ours)
            for command in commands
        ]
        try:
            while all(child.poll() is None for child in children):
                time.sleep(0.5)
        finally:
            for child in children:
                child.terminate()
            for child in children:
                child.wait()
