"""Work that only one process does at a time, whichever machine it runs on."""

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection


@contextmanager
def exclusive_lock(name: str, *, wait: bool = False) -> Iterator[bool]:
    """Yields False at once if another process holds the lock; with ``wait`` it waits instead.

    The lock ends with its process: an advisory lock on PostgreSQL, a locked file with SQLite.
    """
    digest = hashlib.sha256(f"{name} {connection.settings_dict['NAME']}".encode())
    if connection.vendor == "postgresql":
        number = int.from_bytes(digest.digest()[:8], signed=True)
        with connection.cursor() as cursor:
            verb = "pg_advisory_lock" if wait else "pg_try_advisory_lock"
            cursor.execute(f"SELECT {verb}(%s)", [number])
            got = wait or bool(cursor.fetchone()[0])
            try:
                yield got
            finally:
                if got:
                    cursor.execute("SELECT pg_advisory_unlock(%s)", [number])
        return
    path = settings.R57_VAR_DIR / f"{name}-{digest.hexdigest()[:12]}.lock"
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
        else:
            yield True
