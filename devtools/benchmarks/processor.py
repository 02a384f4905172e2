"""Processor time of the web server's processes and of PostgreSQL's, and how busy the machine is with other work."""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from django.db import connection
from redis import Redis

from devtools.benchmarks.administrator import unhindered

TICK_S = 1 / os.sysconf("SC_CLK_TCK")
SESSIONS = "select pid from pg_stat_activity where backend_type in ('client backend', 'parallel worker')"


def seconds_of_tree(pid: int) -> float:
    """Of a process and of those it started, since they were born."""
    total = seconds_of(pid)
    with suppress(OSError):
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            total += seconds_of_tree(int(child))
    return total


def seconds_of(pid: int) -> float:
    """Of one process, since it was born; none when it is gone."""
    return _ticks(pid, 11, 12)


def seconds_of_family(pid: int) -> float:
    """Of a process, of those it started, and of those among them that have ended already."""
    return seconds_of_tree(pid) + _ticks(pid, 13, 14)


def _ticks(pid: int, *places: int) -> float:
    """So much of what the system keeps of a process, in seconds."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(int(fields[place]) for place in places) * TICK_S


def spent(deed: Callable[[], object]) -> float:
    """Of this process and of its session, while it does something: what a page takes, whoever else is at work here."""
    own = time.process_time()
    return of_session(deed) + time.process_time() - own


def of_all(deed: Callable[[], object]) -> float:
    """Of this process and of all sessions, where nobody else is at work on the server."""
    before, own = seconds_of_sessions(), time.process_time()
    deed()
    after = seconds_of_sessions()
    return sum(late - before.get(session, 0.0) for session, late in after.items()) + time.process_time() - own


def of_session(deed: Callable[[], object]) -> float:
    """Of the session alone, to the microsecond."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        ran = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
    before = int(ran.read_text().split()[0])
    deed()
    return (int(ran.read_text().split()[0]) - before) / 1e9


def seconds_of_sessions() -> dict[int, float]:
    """Of each of PostgreSQL's sessions but our own, by its process; only an administrator sees those of all roles."""
    with unhindered() as cursor:
        cursor.execute(f"{SESSIONS} and pid <> pg_backend_pid()")
        return {pid: seconds_of(pid) for (pid,) in cursor.fetchall()}


def servers() -> list[int]:
    """The processes that PostgreSQL and Redis were started as."""
    with unhindered() as cursor:
        cursor.execute("select pg_backend_pid()")
        [session] = cursor.fetchone()
        parent = Path(f"/proc/{session}/stat").read_text().rpartition(")")[2].split()[1]
    redis = Redis.from_url(os.environ["REDIS_URL"]).info("server")["process_id"]
    return [int(parent), int(redis)]


def machine() -> tuple[float, float]:
    """All processor seconds of this machine so far, and those that were stolen from it."""
    fields = [int(each) for each in Path("/proc/stat").read_text().splitlines()[0].split()[1:]]
    return sum(fields[:8]) * TICK_S, fields[7] * TICK_S
