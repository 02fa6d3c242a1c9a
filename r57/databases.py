"""Django's settings of the databases."""

from pathlib import Path

from r57 import environment


def configured(folder: Path, mode: str) -> dict[str, dict[str, object]]:
    """``default``, and ``replica`` where there is one. SQLite lies in that folder."""
    if not environment.text("R57_DATABASE_URL", ""):
        embedded = {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": folder / "r57.sqlite3",
            "OPTIONS": {
                # Without IMMEDIATE two that both began by reading fail: "database is locked".
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL",
            },
        }
        return {"default": embedded}
    # A test fills its tables inside one transaction, so PostgreSQL plans without statistics there.
    milliseconds = 300_000 if mode == "test" else 60_000
    primary, options = _postgres("R57_DATABASE_URL", milliseconds)
    if mode != "test":
        options["pool"] = {"min_size": 1, "max_size": 16, "timeout": 10}
    found = {"default": {**primary, "OPTIONS": options, "CONN_HEALTH_CHECKS": True}}
    if environment.text("R57_DATABASE_REPLICA_URL", ""):
        replica, options = _postgres("R57_DATABASE_REPLICA_URL", milliseconds)
        # A connection for each thread: without a pool one that is gone is told at once.
        options.setdefault("connect_timeout", 2)
        found["replica"] = {**replica, "OPTIONS": options, "CONN_MAX_AGE": None}
    return found


def _postgres(name: str, milliseconds: int) -> tuple[dict[str, object], dict[str, object]]:
    """The settings, and their options, which a statement may take so long by."""
    settings = environment.postgres(name)
    given = settings["OPTIONS"]
    options: dict[str, object] = dict(given) if isinstance(given, dict) else {}
    # An acknowledged reading is on disk, whatever the server's own default says.
    options["options"] = (
        f"-c synchronous_commit=on -c statement_timeout={milliseconds} -c lock_timeout=20000 "
        # Compiling a page's statement took seconds, running it as it stands a tenth of one.
        "-c idle_in_transaction_session_timeout=60000 -c jit=off"
    )
    # Only what ``core.db.sql`` sends is ever prepared.
    options.setdefault("prepare_threshold", 5)
    return settings, options
