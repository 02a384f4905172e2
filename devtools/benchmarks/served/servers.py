"""Granian as `make run` starts it: around the product, around a bare REST framework, around nothing."""

import os
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from devtools.stack.commands import commands
from devtools.stack.folders import ROOT
from devtools.stack.servers.server import die_with_parent, free_port

BARE, RAW = (f"devtools.benchmarks.baselines.{place}:application" for place in ("bare.wsgi", "raw"))
PATIENCE_S = 60


@dataclass(frozen=True)
class Served:
    """A web server that answers."""

    port: int
    pid: int


@contextmanager
def served(application: str = "", env: Mapping[str, str] | None = None) -> Iterator[Served]:
    """The product, or another WSGI application in its place, for as long as the block lasts."""
    port = free_port()
    line = commands("127.0.0.1", port, dict(os.environ), Path(tempfile.mkdtemp()))["web"]
    if application:
        line = ["wsgi" if part == "rsgi" else part for part in line[:-1]]
        line += ["--blocking-threads", "1", application]  # what serves them fastest
    process = subprocess.Popen(
        line, cwd=ROOT, env={**os.environ, **(env or {})}, preexec_fn=die_with_parent(signal.SIGTERM)
    )
    try:
        _wait_for(port, process)
        yield Served(port, process.pid)
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def working() -> Iterator[list[int]]:
    """The product's workers and its schedule, for as long as the block lasts, by their processes."""
    lines = commands("127.0.0.1", 0, dict(os.environ), Path(tempfile.mkdtemp()))
    processes = [
        subprocess.Popen(line, cwd=ROOT, preexec_fn=die_with_parent(signal.SIGTERM))
        for name, line in lines.items()
        if name != "web"
    ]
    try:
        yield [process.pid for process in processes]
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(60)


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
            return
        except urllib.error.HTTPError:
            return  # it answers, if only to say that there is no such page
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the web server did not answer")
