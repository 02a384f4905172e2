"""Giving keys to programs, and taking them back."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from integrations.keys import Key, new_key
from integrations.models import ApiKey
from revops.errors import BadInput, NotPermitted, RuleSaysNo
from revops.history.actions import record
from revops.workspaces.behind import made_by
from revops.workspaces.membership import permit_role
from revops.workspaces.models import Member
from revops.workspaces.permissions import SCOPES, permit

MOST_PER_MINUTE = 60_000
MOST_KEYS = 200  # usable keys of one workspace
LONGEST = timedelta(days=3650)


@dataclass(frozen=True)
class Issued:
    """A key and its text, which is known only now."""

    row: ApiKey
    key: Key


@transaction.atomic
def issue_key(
    *,
    name: str,
    scopes: Collection[str],
    role: str = Member.Role.REP,
    acts_as: Member | None = None,
    expires_at: datetime | None = None,
    per_minute: int = 600,
    by: Member,
    at: datetime,
) -> Issued:
    """Make a key. It acts as `acts_as`, a program that is here already, or as a new program with `role`."""
    permit(by, "keys.manage")
    name = name.strip()
    _check(name, scopes, expires_at, per_minute, at)
    _no_more_than_own(by, scopes)
    if ApiKey.objects.filter(revoked_at=None).count() >= MOST_KEYS:
        raise RuleSaysNo(f"{MOST_KEYS} keys are in use. Revoke some first.", code="too_many_keys")
    key = new_key()
    row = ApiKey.objects.create(
        member=acts_as and _usable(acts_as) or _new_program(name, role, by=by, at=at),
        name=name,
        prefix=key.prefix,
        secret_hash=key.secret_hash,
        scopes=sorted(set(scopes)),
        per_minute=per_minute,
        created_at=at,
        created_by=by,
        made_by_id=made_by(by),
        expires_at=expires_at,
    )
    facts = {"name": name, "prefix": key.prefix, "scopes": row.scopes, "member": row.member.name}
    record("key.created", row, at=at, actor=by, facts=facts)
    return Issued(row, key)


def _check(name: str, scopes: Collection[str], expires_at: datetime | None, per_minute: int, at: datetime) -> None:
    if not name:
        raise BadInput("A key needs a name that tells who uses it.", field="name")
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown or not scopes:
        raise BadInput(
            "Choose at least one of the scopes.", field="scopes", facts={"known": SCOPES, "unknown": unknown}
        )
    if expires_at and not at < expires_at <= at + LONGEST:
        raise BadInput("A key expires in the future, within ten years.", field="expires_at")
    if not 1 <= per_minute <= MOST_PER_MINUTE:
        raise BadInput(f"Between 1 and {MOST_PER_MINUTE:,} calls a minute.", field="per_minute")


def _no_more_than_own(by: Member, scopes: Collection[str]) -> None:
    """A key cannot make a stronger key."""
    own = getattr(by, "key_scopes", None)
    if own is not None and not set(scopes) <= own:
        raise NotPermitted("A key gives only scopes it has itself.", facts={"own": sorted(own)})


def _usable(member: Member) -> Member:
    if member.kind == Member.Kind.PERSON or not member.is_active:
        raise RuleSaysNo("A key acts as an active program, never as a person.", code="not_a_program", field="acts_as")
    return member


def _new_program(name: str, role: str, *, by: Member, at: datetime) -> Member:
    permit_role(by, role)
    if role not in Member.Role.values or role == Member.Role.OWNER:
        raise BadInput("A program is never an owner; choose another role.", field="role")
    program = Member.objects.create(
        kind=Member.Kind.INTEGRATION, role=role, name=name, joined_at=at, made_by_id=made_by(by)
    )
    record("member.joined", program, at=at, actor=by, facts={"role": role, "kind": program.kind})
    return program


@transaction.atomic
def revoke_key(row: ApiKey, *, by: Member, at: datetime) -> ApiKey:
    """Close a key, at once and for good."""
    permit(by, "keys.manage")
    row = ApiKey.objects.select_for_update().get(pk=row.pk)
    if not row.revoked_at:
        row.revoked_at = at
        row.save(update_fields=["revoked_at"])
        record("key.revoked", row, at=at, actor=by, facts={"name": row.name, "prefix": row.prefix})
    return row
