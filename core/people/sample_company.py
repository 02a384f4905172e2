"""A sample company to look around in: a workspace of its own beside the one it was asked for, which a worker fills and
which is taken away as a whole. See docs/decisions/0126."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core.cache import cache
from django.db import connection, transaction

from core.errors import NotFound, NotPermitted, RuleSaysNo, TooMany, WorldMovedOn
from core.history.actions import record, tell
from core.people.limits import counted
from core.people.models import Member, Workspace
from core.people.permissions import permit
from core.tenancy.scope import workspace_scope
from core.waking import poke

MAKE = "revops.make_samples"
LIVED = timedelta(days=28)  # made within ten seconds, and long enough for won deals
MOST_A_DAY = 20  # of one workspace: each is some seconds of a worker
TOLD_FOR_S = 60


@dataclass(frozen=True)
class SampleCompany:
    """The sample company of a workspace: `state` is none, making or ready; `workspace` its address once it is ready."""

    state: str
    progress_ratio: float = 0
    workspace: str | None = None

    @property
    def percent(self) -> int:
        """How far, for pages."""
        return round(self.progress_ratio * 100)


def sample_company(home: Workspace) -> SampleCompany:
    """Whether there is one, and how far it is. One query."""
    sample = Workspace.objects.filter(sample_of=home).first()
    if sample is None:
        return SampleCompany("none")
    if sample.sample_ready_at is None:
        return SampleCompany("making", cache.get(_progress(home.pk), 0))
    return SampleCompany("ready", 1, sample.slug)


@transaction.atomic
def make_sample(*, by: Member, at: datetime) -> None:
    """Ask a worker for a sample company; nothing more where there is one. Raises NotPermitted, RuleSaysNo, TooMany."""
    permit(by, "workspace.manage")
    home = by.workspace
    if home.sample_of_id:
        raise RuleSaysNo("This is a sample company itself.", code="in_a_sample")
    if Workspace.objects.filter(sample_of=home).exists():
        return
    if counted("sample", str(home.pk), timedelta(days=1)) > MOST_A_DAY:
        raise TooMany(f"{MOST_A_DAY} sample companies a day are enough.", code="too_many_samples")
    Workspace.objects.get_or_create(sample_of=home, defaults=_new(home, at))
    record("sample.asked_for", home, at=at, actor=by)
    transaction.on_commit(lambda: poke(MAKE), robust=True)


def _new(home: Workspace, at: datetime) -> dict[str, object]:
    since = at - LIVED
    return {
        "name": "Sample: Acme Robotics",
        "slug": f"sample-{secrets.token_hex(5)}",
        "time_zone": home.time_zone,
        "currency": home.currency,
        "setup_since": since,
        "created_at": since,
    }


@transaction.atomic
def enter_sample(*, by: Member, at: datetime) -> Workspace:
    """Let an admin of its home into the sample company, as an owner of it. Raises NotPermitted, NotFound."""
    permit(by, "workspace.manage")
    if by.user_id is None:
        raise NotPermitted("Only people look around.", code="not_a_person")
    sample = Workspace.objects.filter(sample_of=by.workspace, sample_ready_at__isnull=False).first()
    if sample is None:
        raise NotFound
    with workspace_scope(sample):
        defaults = {"role": Member.Role.OWNER, "name": by.name, "email": by.email, "joined_at": at}
        member, is_new = Member.objects.get_or_create(user_id=by.user_id, defaults=defaults)
        if is_new:
            tell("sample.entered", member=member, at=at)
    return sample


@transaction.atomic
def remove_sample(*, by: Member, at: datetime) -> None:
    """Take the sample company away with all that is in it; nothing where there is none. Raises NotPermitted,
    WorldMovedOn while a worker makes it."""
    permit(by, "workspace.manage")
    if not Workspace.objects.filter(sample_of=by.workspace).exists():
        return
    if not _asked("pg_try_advisory_xact_lock", by.workspace.pk):
        raise WorldMovedOn("It is being made this moment. Try again in some seconds.", code="being_made")
    take_away(by.workspace.pk)
    record("sample.taken_away", by.workspace, at=at, actor=by)


def take_away(home_id: UUID) -> None:
    """Whatever there is of the sample company of this workspace goes: rows, people who were made up, the workspace."""
    with workspace_scope(home_id), connection.cursor() as cursor:
        cursor.execute("select public.remove_sample()")


def remake(sample: Workspace) -> Workspace:
    """The same sample company, with nothing in it: what a worker who died left half done goes."""
    home = Workspace.objects.get(pk=sample.sample_of_id)
    take_away(home.pk)
    since = {"created_at": sample.created_at, "setup_since": sample.created_at}
    return Workspace.objects.create(sample_of=home, **_new(home, sample.created_at) | since)


@contextmanager
def held(home_id: UUID) -> Iterator[bool]:
    """Whether nobody else makes or removes this workspace's sample company until the end. A worker that dies lets go,
    since the lock belongs to its connection. For use outside transactions."""
    is_ours = _asked("pg_try_advisory_lock", home_id)
    try:
        yield is_ours
    finally:
        if is_ours:
            _asked("pg_advisory_unlock", home_id)


def _asked(lock: str, home_id: UUID) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"select {lock}(hashtextextended(%s, 0))", [f"sample:{home_id}"])
        return bool(cursor.fetchone()[0])


def tell_progress(home_id: UUID, ratio: float) -> None:
    """How far its making has come, for who watches."""
    cache.set(_progress(home_id), round(min(max(ratio, 0), 1), 2), TOLD_FOR_S)


def _progress(home_id: UUID) -> str:
    return f"sample:{home_id}"
