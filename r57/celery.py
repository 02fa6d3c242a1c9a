"""Celery: the worker drains the queue that the database holds, beat rings every two seconds."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_shutting_down

from core import background

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "r57.settings")

app = Celery("r57")
app.config_from_object("django.conf:settings", namespace="CELERY")
# "task" is a word of the domain here, so background work lives in jobs.py.
app.autodiscover_tasks(related_name="jobs")


@worker_shutting_down.connect
def _tell_to_end(**named: Any) -> None:
    """So that it is gone before it is killed: the jobs of a busy worker take a minute."""
    background.tell_to_end()
