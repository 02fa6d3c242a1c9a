"""Celery: every two seconds beat has the worker drain the queue in the database."""

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

# Times 0.1 s. A child that ends waits so long for its worker to read its last answer. A worker that
# was told to end reads none, and the default of 30 s is all the time a container has to stop.
pool.GUARANTEE_MESSAGE_CONSUMPTION_RETRY_LIMIT = 50


@worker_shutting_down.connect
def _tell_to_end(**named: Any) -> None:
    """Jobs of a busy worker take a minute; told in time, it ends before it is killed."""
    workers.tell_to_end()
