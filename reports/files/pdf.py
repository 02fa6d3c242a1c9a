"""PDF of a Word file, by LibreOffice where it is installed on the server."""

import shutil
import subprocess
import tempfile
from http import HTTPStatus
from pathlib import Path

from django.utils.translation import gettext as _

from core.db.locks import exclusive_lock
from core.errors import Refused, refuse

_SECONDS = 60.0


def makes_pdf() -> bool:
    return shutil.which("soffice") is not None


def pdf(word: bytes) -> bytes:
    """One at a time, as LibreOffice takes some 200 MB.

    Raises Refused (``pdf_failed``, 503) where another is being made or it takes too long.
    """
    with exclusive_lock("pdf") as mine, tempfile.TemporaryDirectory() as folder:
        if not mine:
            raise _failed()
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


def _failed() -> Refused:
    detail = _("The PDF could not be made now. Take the Word file, or try again in a minute.")
    return refuse("pdf_failed", detail, status=HTTPStatus.SERVICE_UNAVAILABLE)
