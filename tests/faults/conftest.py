"""A product of these tests' own, with servers that they may kill, freeze and fill."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg2
import pytest
import redis
from celery import Celery

from devtools.stack.folders import ROOT
from tests.faults.caller import Caller
from tests.faults.running import Running
from tests.ground.test_stack import bare_environment


class Product(Running):
    """The running product, its company, and the way into its servers."""

    def __init__(self, state: Path, **more: str) -> None:
        super().__init__(state, **more)
        try:
            found = self._company()
        except BaseException:
            self.end()
            raise
        self.env: dict[str, str] = found["env"]
        self.caller = Caller(self.port, found["key"], found["session"])

    def _company(self) -> dict[str, Any]:
        """Founded once in a folder's life."""
        kept = self.state / "company.json"
        if not kept.exists():
            kept.write_text(self.manage("-m", "tests.faults.company"))
        found: dict[str, Any] = json.loads(kept.read_text())
        found["env"] = json.loads(self.manage("-c", "import json, os; print(json.dumps(dict(os.environ)))"))
        return found

    def manage(self, *arguments: str) -> str:
        """What Python says beside the product's own servers."""
        done = subprocess.run(
            [sys.executable, "manage.py", "stack", sys.executable, *arguments],
            cwd=ROOT,
            env=bare_environment(REVOPS_STATE=str(self.state), DJANGO_SETTINGS_MODULE="revops.settings"),
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()[-1]

    def rows(self, question: str, *values: object) -> list[tuple[object, ...]]:
        """What the database holds, as its owner sees it."""
        line = psycopg2.connect(self.env["DATABASE_OWNER_URL"])
        try:
            with line, line.cursor() as cursor:
                cursor.execute(question, values)
                return cursor.fetchall()
        finally:
            line.close()

    def redis(self) -> redis.Redis:
        """A line to the product's Redis that waits for nobody."""
        return redis.Redis.from_url(self.env["REDIS_URL"], socket_timeout=1, socket_connect_timeout=1)

    def consumers(self) -> int:
        """How many workers wait at the broker for work."""
        try:
            with self.redis() as line:
                return sum(client["cmd"] == "brpop" for client in line.client_list())
        except (redis.exceptions.RedisError, OSError):
            return 0

    def tick(self, task: str, queue: str) -> None:
        """What beat sends, sooner than its fifteen seconds."""
        with Celery(broker=self.env["REDIS_URL"], set_as_current=False) as beat:
            beat.send_task(task, queue=queue)

    def scanned_at(self) -> Any:
        """When the clocks last had looked for due steps; long ago, where they have not yet."""
        ((last,),) = self.rows("select max(at) from operating_heartbeat where name = 'handoffs.scan'")
        return last or datetime.min.replace(tzinfo=UTC)

    def is_served(self) -> bool:
        """Whether page and API answer as if nothing had been."""
        return self.caller.page("/w/acme/").status < 400 and self.caller.api("GET", "records").status == 200


@pytest.fixture(scope="package")  # it ends with the last test that may want it
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    running = Product(product_state(tmp_path_factory))
    yield running
    running.end()


def product_state(factory: pytest.TempPathFactory) -> Path:
    """$FAULTS_STATE keeps the tables from one run to the next."""
    return Path(os.environ.get("FAULTS_STATE") or factory.mktemp("faults") / "state")


@contextmanager
def stopped(*pids: int) -> Iterator[None]:
    """Frozen: alive for the kernel, deaf for everybody else; and after it they go on."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
