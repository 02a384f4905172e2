"""A Slack of our own for tests: what it was sent, and whom it knows."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"


class SlackServer(ThreadingHTTPServer):
    """Answers as Slack's API does."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.people: dict[str, str] = {}
        self.sent: list[dict[str, Any]] = []
        self.is_away = False

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/"


class Handler(BaseHTTPRequestHandler):
    """One call."""

    server: SlackServer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"] or 0)).decode()
        is_json = "json" in self.headers["Content-Type"]
        given = json.loads(body) if is_json else {key: values[0] for key, values in parse_qs(body).items()}
        self._answer(self._told(self.path.strip("/"), given))

    do_GET = do_POST

    def _told(self, call: str, given: dict[str, Any]) -> dict[str, Any]:
        if self.server.is_away:
            return {"ok": False, "error": "service_unavailable"}
        if call.startswith("users.lookupByEmail"):
            found = self.server.people.get(given["email"])
            return {"ok": True, "user": {"id": found}} if found else {"ok": False, "error": "users_not_found"}
        self.server.sent.append({"call": call, "token": self.headers["Authorization"], **given})
        return {"ok": True}

    def _answer(self, said: dict[str, Any]) -> None:
        text = json.dumps(said).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *said: object) -> None:
        """Quietly."""


@contextmanager
def slack_here() -> Iterator[SlackServer]:
    """One that listens until the end."""
    with SlackServer() as server:
        threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
        yield server
        server.shutdown()


def pressed(who: str, action: str, value: str, at: float, *, secret: str = SECRET, **more: Any) -> dict[str, Any]:
    """The request of somebody who presses a button, as Django's test client sends it."""
    said = {"type": "block_actions", "user": {"id": who}, "actions": [{"action_id": action, "value": value}], **more}
    body = urlencode({"payload": json.dumps(said)})
    signed = hmac.new(secret.encode(), f"v0:{int(at)}:{body}".encode(), hashlib.sha256).hexdigest()
    headers = {"X-Slack-Request-Timestamp": str(int(at)), "X-Slack-Signature": f"v0={signed}"}
    return {"data": body, "content_type": "application/x-www-form-urlencoded", "headers": headers}
