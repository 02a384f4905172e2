"""Callers of a running product: a program with a key, a signed-in person, and one who writes without pause."""

from __future__ import annotations

import http.client
import json
import threading
import time
import uuid
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Answer:
    """What came back, and after how long. Status 0: nothing came back."""

    status: int
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    took_s: float = 0

    def json(self) -> dict[str, object]:
        read: dict[str, object] = json.loads(self.body)
        return read


def ask(port: int, method: str, path: str, body: bytes = b"", timeout: float = 30, **headers: str) -> Answer:
    """One call on a line of its own."""
    begun_at = time.monotonic()
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        line.request(method, path, body or None, {name.replace("_", "-"): value for name, value in headers.items()})
        got = line.getresponse()
        text = got.read().decode(errors="replace")
        return Answer(got.status, text, {k.lower(): v for k, v in got.getheaders()}, time.monotonic() - begun_at)
    except (OSError, http.client.HTTPException):
        return Answer(0, took_s=time.monotonic() - begun_at)
    finally:
        line.close()


@dataclass(frozen=True)
class Caller:
    """The company's own program and person."""

    port: int
    key: str
    session: str

    def page(self, path: str, timeout: float = 30) -> Answer:
        """As a signed-in person."""
        return ask(self.port, "GET", path, timeout=timeout, Cookie=f"sessionid={self.session}")

    def api(self, method: str, path: str, body: object = None, timeout: float = 30, **headers: str) -> Answer:
        """As a program, below the workspace."""
        sent = b"" if body is None else json.dumps(body).encode()
        named = {"Authorization": f"Bearer {self.key}", "Content_Type": "application/json", **headers}
        return ask(self.port, method, f"/api/v1/w/acme/{path}", sent, timeout, **named)


class Writer:
    """Writes one opportunity after another, each tried again under the same idempotency key until it is acknowledged.

    `acknowledged` are the names that a 201 was given for."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller
        self.acknowledged: list[str] = []
        self.strange: set[tuple[int, str]] = set()
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._write, daemon=True)

    def __enter__(self) -> Writer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join(60)

    def _write(self) -> None:
        while not self._is_over.is_set():
            key = uuid.uuid4().hex
            name = f"Written {key}"
            body = {"kind": "opportunity", "name": name}
            while True:
                answer = self.caller.api("POST", "records", body, timeout=15, Idempotency_Key=key)
                if answer.status == 201:
                    self.acknowledged.append(name)
                    break
                if answer.status not in (0, 409, 503):
                    self.strange.add((answer.status, answer.body[:300]))
                if self._is_over.is_set():
                    break
                time.sleep(0.1)
