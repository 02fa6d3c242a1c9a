"""What the server does beyond Django: less garbage collection, and bodies that must be whole.

A body that breaks off is an error: half a table would be taken for a table, with a false last row.
Neither gunicorn nor Django compares the body with Content-Length.
"""

import gc
from typing import Any

from django.http import UnreadablePostError
from django.urls import get_resolver

_NEW_OBJECTS = 50_000
"""So many are made for 10,000 readings; at Python's 700, collecting took a third of the time."""


def keep_what_is_loaded() -> None:
    """Load all modules and keep them out of garbage collection; for a process that serves."""
    _ = get_resolver().url_patterns  # Loads the views.
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS)


class WholeBody:
    """``wsgi.input`` of a request whose body has ``length`` bytes; reads as a binary file does."""

    def __init__(self, stream: Any, length: int) -> None:
        self._stream, self._left = stream, length

    def read(self, size: int = -1) -> bytes:
        """Raises UnreadablePostError (408)."""
        wanted = self._left if size < 0 else min(size, self._left)
        data: bytes = self._stream.read(wanted)
        return self._counted(data, is_whole=len(data) == wanted)

    def readline(self, size: int = -1) -> bytes:
        """Raises UnreadablePostError (408)."""
        wanted = self._left if size < 0 else min(size, self._left)
        data: bytes = self._stream.readline(wanted)
        return self._counted(data, is_whole=data.endswith(b"\n") or len(data) == wanted)

    def _counted(self, data: bytes, *, is_whole: bool) -> bytes:
        if not is_whole:
            raise UnreadablePostError("The body broke off.")
        self._left -= len(data)
        return data


def read_whole(application: Any) -> Any:
    """A WSGI application whose bodies are as long as announced."""

    def wrapped(environ: dict[str, Any], start_response: Any) -> Any:
        length = environ.get("CONTENT_LENGTH", "")
        if length.isdecimal():
            environ["wsgi.input"] = WholeBody(environ["wsgi.input"], int(length))
        return application(environ, start_response)

    return wrapped
