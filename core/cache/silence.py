"""Who does not answer is remembered as silent, so that one caller has waited and the others need not.

A thread of its own asks again every second until it hears something; callers never pay for that."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable

log = logging.getLogger(__name__)
ASKS_EVERY_S = 1.0


class Silence:
    """One server's, for the whole process."""

    def __init__(self, name: str, answers: Callable[[], bool]) -> None:
        """`answers` asks the server whether it is there, within a second or a few."""
        self.name, self._answers = name, answers
        self._lock = threading.Lock()
        self.silent_in: int | None = None  # the process that listens: after a fork nobody does, so nobody is silent

    def __bool__(self) -> bool:
        return self.silent_in is not None and self.silent_in == os.getpid()

    def begin(self, why: object = "") -> None:
        """Somebody has waited in vain."""
        with self._lock:
            if self:
                return
            self.silent_in = os.getpid()
        log.warning("%s is silent and left alone until it answers: %s", self.name, why)
        threading.Thread(target=self._listen, name=f"{self.name} again?", daemon=True).start()

    def _listen(self) -> None:
        begun_at = time.monotonic()
        while True:
            time.sleep(ASKS_EVERY_S)
            if self._answers():
                break
        log.warning("%s answers again after %.0f s", self.name, time.monotonic() - begun_at)
        self.silent_in = None
