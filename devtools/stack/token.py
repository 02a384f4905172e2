"""Whose web server answers: a word that only the processes of this run know is answered with its digest."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable
from typing import Any

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
VARIABLE, HEADER = "RUN_TOKEN", "X-Run"


def is_answer(given: str, token: str) -> bool:
    """Whether this is what our own web server answers to the token."""
    return hmac.compare_digest(given, _digest(token))


def answering(token: str, application: Wsgi) -> Wsgi:
    """The application, which answers the token before anything else is asked."""
    if not token:
        return application

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("HTTP_X_RUN") != token:
            return application(environ, start_response)
        start_response("204 No Content", [(HEADER, _digest(token))])
        return [b""]

    return answer


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
