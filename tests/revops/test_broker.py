"""Beat fills no queue that nobody empties, and what has a time of day is always sent."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import redis
from celery import Celery
from celery.schedules import crontab, schedule
from django.conf import settings

from core.broker import MOST_TICKS, PatientScheduler
from core.waking import poke
from revops.celery import app

QUEUE = "only of this test"


@pytest.fixture
def line() -> Iterator[redis.Redis]:
    with redis.Redis.from_url(settings.REDIS_URL) as opened:
        opened.delete(QUEUE)
        yield opened
        opened.delete(QUEUE)


@pytest.fixture
def beat(tmp_path: Path) -> PatientScheduler:
    own = Celery(broker=settings.REDIS_URL, set_as_current=False)
    own.conf.update(task_default_queue=QUEUE, task_ignore_result=True)
    return PatientScheduler(own, schedule_filename=str(tmp_path / "schedule"), lazy=True)


@pytest.mark.django_db(transaction=True)  # beat says that it runs
def test_ticks_stop_where_nobody_takes_them(beat: PatientScheduler, line: redis.Redis) -> None:
    tick = beat.Entry(name="tick", task="no.such.task", schedule=schedule(timedelta(seconds=15)), app=beat.app)
    for _ in range(MOST_TICKS + 5):
        beat.apply_async(tick, advance=False)
    assert line.llen(QUEUE) == MOST_TICKS
    daily = beat.Entry(name="daily", task="no.such.task", schedule=crontab(hour=2, minute=10), app=beat.app)
    beat.apply_async(daily, advance=False)
    assert line.llen(QUEUE) == MOST_TICKS + 1
    line.delete(QUEUE)
    beat.apply_async(tick, advance=False)
    assert line.llen(QUEUE) == 1


def test_beat_uses_it_and_no_queue_is_forgotten() -> None:
    assert app.conf.beat_scheduler == "core.broker:PatientScheduler"
    assert app.connection_for_read().__class__.__name__ == "PromptConnection"


def test_a_poke_reaches_the_queue_of_its_task_without_being_waited_for(line: redis.Redis) -> None:
    former = line.llen("imports")
    poke("lifecycle.run_imports", "an id")
    for _ in range(200):
        if line.llen("imports") > former:
            break
        time.sleep(0.05)
    assert line.llen("imports") > former
    line.delete("imports")
