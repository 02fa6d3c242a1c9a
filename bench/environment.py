"""Spoken before Django reads its settings: the site as in production, in a folder of its own."""

import atexit
import os
import secrets
import shutil
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent


def set_up(*, sqlite: bool) -> None:
    """The run sees and changes nothing in ``var/``, but serves the static files collected there."""
    folder = tempfile.mkdtemp(prefix="r57-bench-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    Path(folder, "static").symlink_to(ROOT / "var" / "static")
    os.environ["R57_MODE"] = "production"
    os.environ["R57_VAR_DIR"] = folder
    os.environ["R57_SECRET_KEY"] = secrets.token_urlsafe(50)
    os.environ["R57_ALLOWED_HOSTS"] = "testserver"
    os.environ["R57_INSECURE_HTTP"] = "1"
    os.environ["R57_LOG_LEVEL"] = "ERROR"
    os.environ["R57_REQUESTS_A_MINUTE"] = "1000000"  # They come as fast as they can.
    if sqlite:
        os.environ["R57_DATABASE_URL"] = os.environ["R57_REDIS_URL"] = ""
    os.environ["DJANGO_SETTINGS_MODULE"] = "r57.settings"
