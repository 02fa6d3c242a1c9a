"""Celery: the worker drains the queue that the database holds, beat rings every two seconds."""

import os
from typing import Any

from billiard import pool
from celery import Celery
from celery.signals import worker_shutting_down

from core.queue import workers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "r57.settings")

app = Celery("r57")
app.config_from_object("django.conf:settings", namespace="CELERY")
# "task" is a word of the domain here, so background work lives in jobs.py.
app.autodiscover_tasks(related_name="jobs")

# Times 0.1 s: so long does a child wait before it goes when its worker, told to end, reads its last
# answer no longer. The 30 s it comes with are all that a container is given to stop.
pool.GUARANTEE_MESSAGE_CONSUMPTION_RETRY_LIMIT = 50


@worker_shutting_down.connect
def _tell_to_end(**named: Any) -> None:
    """So that it is gone before it is killed: the jobs of a busy worker take a minute."""
    workers.tell_to_end()
