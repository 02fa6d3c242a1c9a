"""Gunicorn: threads, because sync workers drop requests on SIGTERM (docs/adr/0010)."""

import os
from typing import Any

worker_class = "r57.worker.PatientWorker"
workers = int(os.environ.get("R57_WEB_WORKERS", "2"))
threads = int(os.environ.get("R57_WEB_THREADS", "8"))
bind = os.environ.get("R57_BIND", "127.0.0.1:8000")
graceful_timeout = 25
timeout = 60
keepalive = 5
max_requests = 20_000
max_requests_jitter = 2_000
# Nobody steers a running server from outside; its files need not be writable.
control_socket_disable = True


def post_worker_init(worker: Any) -> None:
    from core.site.server import keep_what_is_loaded  # Django is set up only now.

    keep_what_is_loaded()
