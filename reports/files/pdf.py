"""PDF of a Word file, by LibreOffice where it is installed on the server."""

import fcntl
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from core.errors import Refused, refuse

_SECONDS = 60.0


def makes_pdf() -> bool:
    return shutil.which("soffice") is not None


def pdf(word: bytes) -> bytes:
    """Raises Refused (``pdf_failed``, 503) where it was not made in time."""
    with _one_at_a_time(), tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "report.docx"
        source.write_bytes(word)
        # A profile of its own: LibreOffice refuses to start twice with one.
        command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless"]
        command += ["--convert-to", "pdf", "--outdir", folder, str(source)]
        try:
            subprocess.run(command, capture_output=True, check=True, timeout=_SECONDS)  # noqa: S603 - our own file
            return source.with_suffix(".pdf").read_bytes()
        except (subprocess.SubprocessError, OSError) as error:
            raise _failed() from error


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """On a machine: LibreOffice takes some 200 MB."""
    ends = time.monotonic() + _SECONDS
    with (settings.R57_VAR_DIR / "pdf.lock").open("a") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() > ends:
                    raise _failed() from error
                time.sleep(0.1)
        yield


def _failed() -> Refused:
    detail = _("The PDF could not be made now. Take the Word file, or try again in a minute.")
    return refuse("pdf_failed", detail, status=HTTPStatus.SERVICE_UNAVAILABLE)
