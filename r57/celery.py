"""Celery: the worker drains the queue that the database holds, beat rings every two seconds."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "r57.settings")

app = Celery("r57")
app.config_from_object("django.conf:settings", namespace="CELERY")
# "task" is a word of the domain here, so background work lives in jobs.py.
app.autodiscover_tasks(related_name="jobs")
