"""The Celery app and every schedule on one page. Queues carry work, never deadlines: those are columns."""

import os
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "revops.settings")

app = Celery("revops")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    task_ignore_result=True,
    task_default_queue="celery",
    worker_prefetch_multiplier=1,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_transport_options={
        "socket_connect_timeout": 1,
        "socket_timeout": 5,
        "visibility_timeout": 3600,
        "retry_policy": {"max_retries": 1},
    },
    worker_cancel_long_running_tasks_on_connection_loss=False,
    task_routes={
        "handoffs.*": {"queue": "sla"},
        "lifecycle.run_imports": {"queue": "imports"},
        "lifecycle.*": {"queue": "intake"},
        "scorecard.*": {"queue": "readings"},
        "governance.*": {"queue": "impact"},
    },
    beat_schedule={
        "scan for due steps": {"task": "handoffs.scan", "schedule": 15.0, "options": {"expires": 60}},
        "pick up waiting imports": {"task": "lifecycle.run_imports", "schedule": 15.0, "options": {"expires": 60}},
        "ask scores anew": {"task": "lifecycle.rescore", "schedule": 15.0, "options": {"expires": 60}},
        "let scores fade": {"task": "lifecycle.fade", "schedule": crontab(minute=10, hour=2)},
        "fold readings": {"task": "scorecard.fold", "schedule": 60.0, "options": {"expires": 120}},
        "pick up waiting impacts": {"task": "governance.run_impacts", "schedule": 15.0, "options": {"expires": 60}},
    },
)
app.autodiscover_tasks()


@worker_init.connect
def refuse_bypassing_role(**_: Any) -> None:
    """A worker, too, refuses to work as a database role that could step around row security."""
    from revops import database

    database.refuse_bypassing_role()
