"""What dies is started again at once; what dies at its start is tried every few seconds, and that is said."""

from __future__ import annotations

import signal
import subprocess
import time

import pytest

from devtools.stack.kept import LONGEST_PAUSE_S, Kept


class Thing(Kept):
    name = "thing"

    def __init__(self, words: str) -> None:
        self.words, self.starts = words, 0
        self.start_again()

    def start_again(self) -> None:
        self.starts += 1
        self.process = subprocess.Popen(["sh", "-c", self.words])

    def watch_until(self, starts: int) -> float:
        begun_at = time.monotonic()
        while self.starts < starts:
            assert time.monotonic() < begun_at + 30
            self.watch()
            time.sleep(0.02)
        return time.monotonic() - begun_at

    def end(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()


def test_what_is_killed_is_started_again_within_a_second_however_often() -> None:
    thing = Thing("exec sleep 60")
    for starts in range(2, 7):
        assert thing.process is not None
        thing.process.send_signal(signal.SIGKILL)
        assert thing.watch_until(starts) < 2
    thing.end()


def test_what_ends_at_once_is_said_to_and_no_pause_is_long(capfd: pytest.CaptureFixture[str]) -> None:
    thing = Thing("exit 3")
    thing.watch_until(4)
    assert "ends as soon as it is started, 3 times in a row" in capfd.readouterr().err
    for _ in range(20):
        assert thing.process is not None
        thing.process.wait()
        assert thing._pause(time.monotonic()) <= LONGEST_PAUSE_S == 5
    thing.end()


def test_a_program_that_is_missing_is_said_and_tried_again(capfd: pytest.CaptureFixture[str]) -> None:
    class Missing(Thing):
        def start_again(self) -> None:
            self.starts += 1
            if self.starts == 1:
                super().start_again()
            else:
                raise FileNotFoundError("no such program")

    thing = Missing("exit 1")
    thing.watch_until(4)
    assert "thing could not be started: no such program" in capfd.readouterr().err
