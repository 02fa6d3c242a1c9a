"""Spoken before Django reads its settings: the site as in production, in a folder of its own."""

import os
from pathlib import Path

ROOT = Path(__file__).parent.parent


def set_up(*, sqlite: bool) -> None:
    """The run changes nothing in ``var/`` but its own folder, where what was made is kept.

    It serves the static files collected in ``var/``.
    """
    folder = ROOT / "var" / "bench" / ("sqlite" if sqlite else "site")
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "static").exists():
        (folder / "static").symlink_to(ROOT / "var" / "static")
    os.environ["R57_MODE"] = "production"
    os.environ["R57_VAR_DIR"] = str(folder)
    os.environ["R57_SECRET_KEY"] = "bench" * 10  # Links that were made in an earlier run open.
    os.environ["R57_ALLOWED_HOSTS"] = "testserver,127.0.0.1"
    os.environ["R57_INSECURE_HTTP"] = "1"
    os.environ["R57_LOG_LEVEL"] = "ERROR"
    os.environ["R57_REQUESTS_A_MINUTE"] = "1000000"  # They come as fast as they can.
    if sqlite:
        os.environ["R57_DATABASE_URL"] = os.environ["R57_REDIS_URL"] = ""
    os.environ["DJANGO_SETTINGS_MODULE"] = "r57.settings"
