"""Writing history, and telling the followers named in `revops/wiring.py`."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any
from uuid import UUID

from core.history.security import MIRRORED, mirror, request_id
from core.people.models import Member
from core.sql import load

Follower = Callable[..., Any]
_followers: dict[str, list[Follower]] = {}
LOG_EVENTS = load("core", "log_events")
blueprint_version: ContextVar[int] = ContextVar("blueprint_version", default=0)


@contextmanager
def running_version(number: int) -> Iterator[None]:
    """Events and stays that are written inside carry this version number of the blueprint."""
    token = blueprint_version.set(number)
    try:
        yield
    finally:
        blueprint_version.reset(token)


def follow(kind: str, follower: Follower) -> None:
    """Call `follower(**news)` in the same transaction whenever `tell(kind, **news)` is said."""
    _followers.setdefault(kind, []).append(follower)


def tell(kind: str, **news: Any) -> None:
    """A lower app speaks first: the followers act now, in this transaction; what they raise undoes it all."""
    for follower in _followers.get(kind, ()):
        follower(**news)


def ask(kind: str, /, **question: Any) -> list[Any]:
    """A lower app asks before it acts: what its followers answer, in this transaction; None is no answer."""
    answers = (follower(**question) for follower in _followers.get(kind, ()))
    return [answer for answer in answers if answer is not None]


def record(
    kind: str,
    subject: Any,
    *,
    at: datetime,
    actor: Member | None = None,
    record_id: UUID | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Write one event about `subject` (any tenant row). One query."""
    record_all([(kind, subject._meta.model_name, subject.pk, record_id, facts or {})], at=at, actor=actor)


def record_all(
    events: Sequence[tuple[str, str, UUID, UUID | None, Mapping[str, Any]]],
    *,
    at: datetime,
    actor: Member | None = None,
) -> None:
    """Write many events `(kind, subject kind, subject id, record id, facts)` in one query; those of the security log
    are told there as well, in a second one."""
    mirrored = [
        (kind, facts, subject_id if subject_kind == "member" else None)
        for kind, subject_kind, subject_id, _, facts in events
        if kind.startswith(MIRRORED)
    ]
    if mirrored:
        mirror(mirrored, at=at, actor=actor)
    told = [
        {
            "kind": kind,
            "subject_kind": subject_kind,
            "subject_id": str(subject_id),
            "record_id": record_id and str(record_id),
            "facts": dict(facts),
        }
        for kind, subject_kind, subject_id, record_id, facts in events
    ]
    if told:
        LOG_EVENTS.run(
            told=json.dumps(told),
            actor=actor.pk if actor else None,
            at=at,
            blueprint_version=blueprint_version.get(),
            request_id=request_id.get(),
        )
