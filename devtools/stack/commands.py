"""The command of each part; the same on a developer's machine and in a container."""

from __future__ import annotations

import sys
from pathlib import Path

from devtools.stack.folders import ROOT

# Long work is on queues of its own: two long tasks on a pool of two would else hold every clock.
CLOCKS = "sla"
QUEUES = "intake,readings,imports,impact,notices,celery"
# The worker takes no pickles, so running it as root on a developer's machine is no danger worth a page of warning.
QUIET = {"PYTHONUNBUFFERED": "1", "C_FORCE_ROOT": "1", "PYTHONWARNINGS": "ignore::UserWarning,ignore::RuntimeWarning"}
COLLECTED = ROOT / ".state/static/staticfiles.json"  # by `make assets`; without it, the sources of files are served
AROUND = {**QUIET, "STATIC_COLLECTED": str(COLLECTED.exists())}


def commands(host: str, port: int, env: dict[str, str], schedule: Path) -> dict[str, list[str]]:
    """By the name of the part; `web` is the first."""
    return {
        "web": _web(host, port, env),
        "worker": _worker("worker", QUEUES, "--concurrency", env.get("WORKERS", "2")),
        "clocks": _worker("clocks", CLOCKS, "--pool", "solo"),  # one process: nothing of it can be half dead
        "beat": _beat(schedule),
    }


def _program(name: str) -> str:
    return str(Path(sys.executable).parent / name)


def _web(host: str, port: int, env: dict[str, str]) -> list[str]:
    # A connection costs a file and little else, a thread is taken when the body is here: see revops/front.
    web = [_program("granian"), "--interface", "rsgi", "--host", host, "--port", str(port), "--no-ws"]
    web += ["--workers", env.get("WEB_WORKERS", "2"), "--backpressure", "512", "--http1-header-read-timeout", "10000"]
    web += ["--respawn-failed-workers", "--workers-kill-timeout", "5", "--no-access-log", "--log-level", "warning"]
    return [*web, "revops.rsgi:application"]


def _worker(name: str, queues: str, *pool: str) -> list[str]:
    worker = [_program("celery"), "--quiet", "-A", "revops", "worker", "-n", f"{name}@%h", *pool]
    return [*worker, "-Q", queues, "-l", "warning", "--without-gossip", "--without-mingle"]


def _beat(schedule: Path) -> list[str]:
    schedule.mkdir(parents=True, exist_ok=True)
    for left_over in schedule.glob("schedule*"):  # may be half written after a kill; every schedule may start anew
        left_over.unlink()
    beat = [_program("celery"), "--quiet", "-A", "revops", "beat", "-l", "warning", "--pidfile="]
    return [*beat, "-s", str(schedule / "schedule")]
