"""How the workers and beat live with a broker that holds no truth: back soon after it is, and no heap of ticks."""

import logging
from typing import Any

import redis
from celery.app.amqp import AMQP
from celery.beat import PersistentScheduler, ScheduleEntry
from celery.schedules import crontab
from django.conf import settings
from kombu import Connection
from redis.exceptions import RedisError

from core.operating.heartbeats import schedule_runs

log = logging.getLogger(__name__)
MOST_TICKS = 10  # more in one queue tell its workers nothing new
LONGEST_PAUSE_S = 2.0


class PromptConnection(Connection):
    """Asks for the broker again every two seconds, where kombu's pauses grow to half a minute."""

    def ensure_connection(self, *args: Any, **kwargs: Any) -> Any:
        """As kombu does."""
        soon = {"interval_start": 0.5, "interval_step": 0.5, "interval_max": LONGEST_PAUSE_S}
        return super().ensure_connection(*args, **{**soon, **kwargs})


class PromptAmqp(AMQP):
    """Celery's own, with such connections."""

    Connection = PromptConnection


class PatientScheduler(PersistentScheduler):
    """Sends no tick into a queue that holds ten already: their workers are away, and one tick finds all the work.

    What has a time of day is always sent: tomorrow's would be another."""

    _line: "redis.Redis | None" = None

    def apply_async(self, entry: ScheduleEntry, *args: Any, **kwargs: Any) -> Any:
        """Send it, or leave it out; either way, beat is alive."""
        schedule_runs()
        if not isinstance(entry.schedule, crontab) and self._waiting(entry) >= MOST_TICKS:
            log.info("nobody takes %s; the queue holds enough", entry.name)
            return None
        return super().apply_async(entry, *args, **kwargs)

    def _waiting(self, entry: ScheduleEntry) -> int:
        route = self.app.amqp.router.route({}, entry.task)
        queue = getattr(route.get("queue"), "name", self.app.conf.task_default_queue)
        if self._line is None:
            self._line = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)
        try:
            return int(self._line.llen(queue))  # type: ignore[arg-type] # the client is not the asynchronous one
        except (RedisError, OSError):
            return 0
