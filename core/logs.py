"""What every line of the log looks like: one JSON object, or one line for people; the same facts in both.

Each line carries the request, the workspace, the member and the task it belongs to, where there are such, and never a
person's address, a key, a password or a token: what looks like one is struck out whoever wrote the line. No Django
here, so that the servers' own processes may use it as well.
"""

import re
from collections.abc import Callable, MutableMapping
from typing import Any

import structlog

Line = MutableMapping[str, Any]

# What must not stand in a log, and what stands there instead.
STRUCK = (
    (re.compile(r"(?i)(://[^:/@\s]*:)[^@\s]+@"), r"\1‹password›@"),
    (re.compile(r"(?i)\b[\w.+%-]+@[\w-]+(?:\.[\w-]+)+"), "‹address›"),
    (re.compile(r"\brvp_\w+"), "‹key›"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]+"), r"\1 ‹token›"),
    (re.compile(r"(?i)(/join/|/reset/key/|/confirm-email/)[^/\s\"']+"), r"\1‹token›"),
    (re.compile(r"(?i)((?:password|secret|token|cookie|sessionid)[\"']?\s*[=:]\s*[\"']?)[^\s\"',;&]+"), r"\1‹secret›"),
    (re.compile(r"(?m)^DETAIL:.*$"), "DETAIL: ‹values›"),
    (re.compile(r"(?s)(\bKey \([^)]*\)=)\(.*?\)"), r"\1(‹values›)"),
)
FACTS = ("method", "route", "status", "ms")  # what a line may bring along by `extra`
KNOWN = ("timestamp", "level", "logger", "event", "exception", "stack")


def struck(text: str) -> str:
    """The text without what must not stand in a log."""
    for pattern, instead in STRUCK:
        text = pattern.sub(instead, text)
    return text


def strike(_: Any, __: str, line: Line) -> Line:
    """Every word of the line, its exception included."""
    for name, value in line.items():
        if isinstance(value, str):
            line[name] = struck(value)
    return line


def for_people(_: Any, __: str, line: Line) -> str:
    """`2026-03-02T10:00:00Z INFO revops.access: GET inbox/ 200 [ms=12 workspace=acme]`."""
    facts = " ".join(f"{name}={value}" for name, value in line.items() if name not in KNOWN and value not in ("", None))
    said = f"{line.get('timestamp')} {str(line.get('level', '')).upper()} {line.get('logger')}: {line.get('event')}"
    after = [str(line[name]) for name in ("exception", "stack") if line.get(name)]
    return "\n".join([f"{said} [{facts}]" if facts else said, *after])


def formatter(shape: str) -> structlog.stdlib.ProcessorFormatter:
    """The one formatter of all handlers: `json` or `line`."""
    before: list[Callable[..., Any]] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(allow=FACTS),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        strike,
    ]
    last: Any = structlog.processors.JSONRenderer(ensure_ascii=False) if shape == "json" else for_people
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=before, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last]
    )


def settings(shape: str, level: str) -> dict[str, Any]:
    """For `logging.config.dictConfig`: everything to standard error, in one shape."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"one": {"()": "core.logs.formatter", "shape": shape}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "one"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Refused requests have their access line; their path may hold what must not stand in a log.
            "django.request": {"level": "ERROR"},
            "celery": {"level": "WARNING"},
            "kombu": {"level": "WARNING"},
        },
    }
