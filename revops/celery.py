"""The Celery app and every schedule on one page. Queues carry work, never deadlines: those are columns.

Nothing expires: a message's age is judged by the worker's clock, and a clock three days ahead would discard every
scan in silence. What keeps a queue short while no worker runs is `core.broker.PatientScheduler`."""

import os
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import setup_logging, task_postrun, task_prerun, worker_init
from structlog.contextvars import bind_contextvars, unbind_contextvars

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "revops.settings")

app = Celery("revops", amqp="core.broker:PromptAmqp")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    task_ignore_result=True,
    task_default_queue="celery",
    worker_prefetch_multiplier=1,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_channel_error_retry=True,  # full, only for reading: each is an answer to wait out, not to die of
    beat_scheduler="core.broker:PatientScheduler",
    broker_transport_options={
        "socket_connect_timeout": 1,
        "socket_timeout": 5,
        "visibility_timeout": 3600,
        "retry_policy": {"max_retries": 1},
    },
    worker_cancel_long_running_tasks_on_connection_loss=False,
    task_routes={
        "handoffs.carry_out_handovers": {"queue": "impact"},  # minutes long, which no deadline may wait for
        "handoffs.retime_clocks": {"queue": "impact"},
        "handoffs.*": {"queue": "sla"},
        "lifecycle.run_imports": {"queue": "imports"},
        "lifecycle.*": {"queue": "intake"},
        "scorecard.*": {"queue": "readings"},
        "governance.*": {"queue": "impact"},
        "revops.make_samples": {"queue": "impact"},
        "notices.*": {"queue": "notices"},
    },
    beat_schedule={
        "scan for due steps": {"task": "handoffs.scan", "schedule": 15.0},
        "begin absences": {"task": "handoffs.begin_absences", "schedule": 60.0},
        "chase late tasks": {"task": "handoffs.chase", "schedule": 30.0},
        "find late promises": {"task": "handoffs.find_late_promises", "schedule": 60.0},
        "take steps of playbooks": {"task": "handoffs.take_playbook_steps", "schedule": 60.0},
        "carry out large handovers": {"task": "handoffs.carry_out_handovers", "schedule": 15.0},
        "bring open clocks new times": {"task": "handoffs.retime_clocks", "schedule": 15.0},
        "pick up waiting imports": {"task": "lifecycle.run_imports", "schedule": 15.0},
        "ask scores anew": {"task": "lifecycle.rescore", "schedule": 15.0},
        "let scores fade": {"task": "lifecycle.fade", "schedule": crontab(minute=10, hour=2)},
        "mail boards": {"task": "scorecard.mail_boards", "schedule": 60.0},
        "fold readings": {"task": "scorecard.fold", "schedule": 60.0},
        "sort and mail notices": {"task": "notices.deliver", "schedule": 15.0},
        "forget old notices": {"task": "notices.forget", "schedule": crontab(minute=20, hour=3)},
        "try again what was set aside": {"task": "operating.retry", "schedule": 60.0},
        "forget what is not kept": {"task": "operating.forget", "schedule": crontab(minute=40, hour=2)},
        "pick up waiting impacts": {"task": "governance.run_impacts", "schedule": 15.0},
        "prove rules": {"task": "governance.prove_rules", "schedule": 15.0},
        "follow up late reviews": {"task": "governance.follow_up_reviews", "schedule": 60.0},
        "make sample companies": {"task": "revops.make_samples", "schedule": 15.0},
    },
)
app.autodiscover_tasks()


@worker_init.connect
def guard_the_database(**_: Any) -> None:
    """A worker, too, refuses to work as a database role that could step around row security, and does not hang on a
    database that has stopped: the next tick takes up what it had to leave."""
    from core.database import refuse_bypassing_role_from_now_on
    from core.postgres import guard

    refuse_bypassing_role_from_now_on()
    task_prerun.connect(guard.begin)
    task_postrun.connect(guard.end)


@setup_logging.connect
def log_as_the_product_does(**_: Any) -> None:
    """Workers and beat write their lines as the web servers do; Celery sets up nothing of its own."""
    import logging.config

    from django.conf import settings

    logging.config.dictConfig(settings.LOGGING)


@task_prerun.connect
def name_the_task_in_the_log(task_id: str, task: Any, **_: Any) -> None:
    """Every line of a task carries its name and id."""
    bind_contextvars(task=task.name, task_id=task_id)


@task_postrun.connect
def forget_the_task_in_the_log(**_: Any) -> None:
    """What comes after belongs to no task."""
    unbind_contextvars("task", "task_id")
