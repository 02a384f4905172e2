"""What is kept alive: a process that is started again when it dies, at once, and later only while it dies at once."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import Any

STEADY_AFTER_S = 10  # a process that lived this long had started well
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 5
IS_A_LOOP = 3


def say(sentence: str) -> None:
    """One line of progress, at once and beside the command's own output."""
    print(f"· {sentence}", file=sys.stderr, flush=True)


class Kept:
    """One process. `watch` is called a few times a second and never waits."""

    name = "process"
    process: subprocess.Popen[Any] | None = None
    started_at = 0.0
    deaths_in_a_row = 0
    _starts_again_at: float | None = None

    def start_again(self) -> None:
        """Start it as it was started first, without waiting for it. May raise OSError."""
        raise NotImplementedError

    def clear_away(self) -> None:
        """End and remove what a death has left behind."""

    def where_it_says_why(self) -> str:
        """Where its last words are found, for the sentence about its death."""
        return "its last words are above"

    def watch(self) -> None:
        """Start it again after a death."""
        if self.process is None or self.process.poll() is None:
            return
        now = time.monotonic()
        if self._starts_again_at is None:
            self.clear_away()
            self._starts_again_at = now + self._pause(now)
        if now < self._starts_again_at:
            return
        self._starts_again_at, self.started_at = None, now
        try:
            self.start_again()
        except OSError as error:
            say(f"{self.name} could not be started: {error}")

    def _pause(self, now: float) -> float:
        """None after a steady life or a first death; then longer, and a plain sentence once it looks like a loop."""
        assert self.process is not None
        self.deaths_in_a_row = 1 if now - self.started_at > STEADY_AFTER_S else self.deaths_in_a_row + 1
        pause = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** (self.deaths_in_a_row - 2)) if self.deaths_in_a_row > 1 else 0
        if self.process.returncode < 0:  # killed from outside: nothing speaks against trying again soon
            pause = min(pause, FIRST_PAUSE_S)
        elif self.deaths_in_a_row >= IS_A_LOOP:
            say(
                f"{self.name} ends as soon as it is started, {self.deaths_in_a_row} times in a row, and is tried again "
                f"every {LONGEST_PAUSE_S} s while the rest goes on: {self.where_it_says_why()}"
            )
        say(f"{self.name} ended with {self.process.returncode}; starting it again{f' in {pause:g} s' if pause else ''}")
        return pause
