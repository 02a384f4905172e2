"""Processor time of the web server's processes and of PostgreSQL's, and how busy the machine is with other work."""

import os
from contextlib import suppress
from pathlib import Path

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
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) * TICK_S


def seconds_of_sessions() -> dict[int, float]:
    """Of each of PostgreSQL's sessions but our own, by its process; only an administrator sees those of all roles."""
    with unhindered() as cursor:
        cursor.execute(f"{SESSIONS} and pid <> pg_backend_pid()")
        return {pid: seconds_of(pid) for (pid,) in cursor.fetchall()}


def machine() -> tuple[float, float]:
    """All processor seconds of this machine so far, and those that were stolen from it."""
    fields = [int(each) for each in Path("/proc/stat").read_text().splitlines()[0].split()[1:]]
    return sum(fields[:8]) * TICK_S, fields[7] * TICK_S
