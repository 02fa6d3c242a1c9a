"""Loaded by pytest before anything else (``-p tests.environment``), as Django reads settings early.

The run gets a folder of its own, so that no test sees or changes what a demo left in var/.
"""

import atexit
import ipaddress
import os
import shutil
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw0")


class OutsideNetworkError(AssertionError):
    """A test tried to reach another host."""


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def forbid_other_hosts(event: str, args: tuple[object, ...]) -> None:
    """An audit hook: nothing in this process connects or sends to, or looks up, another host."""
    if event in {"socket.connect", "socket.sendto"} and isinstance(args[1], tuple):
        host = str(args[1][0])
    elif event == "socket.getaddrinfo" and args[0] is not None:
        host = args[0].decode() if isinstance(args[0], bytes) else str(args[0])
    else:
        return
    if host and not _is_local(host):
        raise OutsideNetworkError(f"A test tried to reach {host}.")


def _own_redis_database(url: str) -> str:
    """Redis holds 16 databases; each test process takes its own."""
    if not url:
        return ""
    return urlunsplit(urlsplit(url)._replace(path=f"/{int(WORKER.removeprefix('gw')) % 16}"))


def _set_up() -> None:
    folder = tempfile.mkdtemp(prefix=f"r57-{WORKER}-")
    Path(folder, "static").mkdir()  # WhiteNoise warns when nothing was ever collected.
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["R57_MODE"] = "test"
    os.environ["R57_VAR_DIR"] = folder
    os.environ["R57_SECRET_KEY"] = "signs nothing outside this run"
    os.environ.setdefault("R57_LOG_LEVEL", "WARNING")
    os.environ.setdefault("R57_DATABASE_URL", "")
    os.environ["R57_DATABASE_REPLICA_URL"] = ""
    os.environ["R57_REDIS_URL"] = _own_redis_database(os.environ.get("R57_REDIS_URL", ""))
    sys.addaudithook(forbid_other_hosts)


_set_up()
