"""Giving keys to programs, and taking them back."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.text import slugify

from core.errors import BadInput, NotPermitted, RuleSaysNo
from core.history.actions import record, record_all
from core.people.behind import made_by, maker_of
from core.people.makings import Making, withdraw
from core.people.models import Invitation, Member
from core.people.permissions import PERMITS, SCOPES, lapses, permit
from integrations.key_text import Key, new_key
from integrations.models import ApiKey

MOST_PER_MINUTE = 60_000
MOST_KEYS = 200  # usable keys of one workspace
LONGEST = timedelta(days=3650)
SYSTEM = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")


@dataclass(frozen=True)
class KeyWithSecret:
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
    system: str = "",
    by: Member,
    at: datetime,
) -> KeyWithSecret:
    """Make a key. It acts as `acts_as`, a program that is here already, or as a new program with `role`, and speaks for
    `system`: unless told for the one the program spoke for before, else for one of its own name."""
    permit(by, "keys.manage")
    person, name = maker_of(by, "keys.manage"), name.strip()
    _check(name, scopes, expires_at, per_minute, at)
    expires_at = _no_more_than_own(by, scopes, acts_as.role if acts_as else role, expires_at, per_minute)
    if ApiKey.objects.filter(revoked_at=None).count() >= MOST_KEYS:
        raise RuleSaysNo(f"{MOST_KEYS} keys are in use. Revoke some first.", code="too_many_keys")
    key, system = new_key(), _system(system.strip(), name, acts_as, by)
    row = ApiKey.objects.create(
        member=acts_as and _usable(acts_as) or _new_program(name, role, by=by, at=at),
        name=name,
        prefix=key.prefix,
        secret_hash=key.secret_hash,
        scopes=sorted(set(scopes)),
        system=system,
        per_minute=per_minute,
        created_at=at,
        created_by=by,
        made_by=person,
        made_through_id=by.came_with.id if by.came_with else None,
        expires_at=expires_at,
    )
    facts = {"name": name, "prefix": key.prefix, "scopes": row.scopes, "member": row.member.name, "system": system}
    record("key.created", row, at=at, actor=by, facts=facts)
    return KeyWithSecret(row, key)


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


def _no_more_than_own(
    by: Member, scopes: Collection[str], role: str, expires_at: datetime | None, per_minute: int
) -> datetime | None:
    """A key cannot make a stronger key: in scopes, role, rate and time. When the new key ends; without a wish of its
    own, with the key it is made with."""
    if more := sorted(verb for verb, (roles, _) in PERMITS.items() if role in roles and by.role not in roles):
        raise NotPermitted("A key never outranks who makes it.", field="role", facts={"verbs": more})
    own = by.came_with
    if own is None:
        return expires_at
    if not set(scopes) <= own.scopes:
        raise NotPermitted("A key gives only scopes it has itself.", field="scopes", facts={"own": sorted(own.scopes)})
    if per_minute > own.per_minute:
        raise NotPermitted("A key gives no higher rate than its own.", field="per_minute")
    if own.expires_at and expires_at and expires_at > own.expires_at:
        raise NotPermitted("A key does not outlive the key it is made with.", field="expires_at")
    return expires_at or own.expires_at


def _system(wanted: str, name: str, acts_as: Member | None, by: Member) -> str:
    """What the key speaks for. Raises BadInput, and NotPermitted for a key that would speak for another system."""
    before = ApiKey.objects.filter(member=acts_as).order_by("-created_at").first() if acts_as else None
    own = (by.came_with.system if by.came_with else "") or slugify(name)[:60] or "unnamed"
    system = wanted or (before.system if before else "") or own
    if not SYSTEM.fullmatch(system):
        raise BadInput(
            "A system is a short key: small letters, digits, - and _.", field="system", facts={"system": system}
        )
    allowed = by.came_with.system if by.came_with else system
    if system != allowed:
        raise NotPermitted("A key makes keys for its own system only.", field="system", facts={"own": allowed})
    return system


def _usable(member: Member) -> Member:
    if member.kind == Member.Kind.PERSON or not member.is_active:
        raise RuleSaysNo("A key acts as an active program, never as a person.", code="not_a_program", field="acts_as")
    return member


def _new_program(name: str, role: str, *, by: Member, at: datetime) -> Member:
    if role not in Member.Role.values or role == Member.Role.OWNER:
        raise BadInput("A program is never an owner; choose another role.", field="role")
    program = Member.objects.create(
        kind=Member.Kind.INTEGRATION, role=role, name=name, joined_at=at, made_by_id=made_by(by)
    )
    record("member.joined", program, at=at, actor=by, facts={"role": role, "kind": program.kind})
    return program


@transaction.atomic
def revoke_key(row: ApiKey, *, by: Member, at: datetime) -> ApiKey:
    """Close a key, at once and for good, and with it what was made with it: keys and open invitations."""
    permit(by, "keys.manage")
    if not row.revoked_at:
        close_keys([row.pk], by=by, at=at)
    return ApiKey.objects.select_related("member", "created_by").get(pk=row.pk)


def close_keys(ids: Collection[UUID], *, by: Member, at: datetime) -> None:
    """Close these keys, all keys made with them, and the invitations made with any. Whether that may be is the caller's
    question."""
    closing = list(ApiKey.objects.select_for_update().filter(pk__in=ids, revoked_at=None))
    if not closing:
        return
    for row in closing:
        row.revoked_at = at
    ApiKey.objects.bulk_update(closing, ["revoked_at"])
    told = [("key.revoked", "apikey", row.pk, None, {"name": row.name, "prefix": row.prefix}) for row in closing]
    record_all(told, at=at, actor=by)
    closed = [row.pk for row in closing]
    waiting = Invitation.objects.filter(through_key__in=closed, accepted_at=None, revoked_at=None)
    withdraw(waiting.select_for_update(), by=by, at=at)
    close_keys(ApiKey.objects.filter(made_through__in=closed).values_list("pk", flat=True), by=by, at=at)


def _lapsing(member: Member, role: str | None) -> QuerySet[ApiKey]:
    """Keys in force that the member made, or that act as the member, and that may not stay with this role."""
    theirs = Q(made_by=member) if lapses("keys.manage", role) else Q(pk=None)
    if role is None:
        theirs |= Q(member=member)
    return ApiKey.objects.filter(theirs, revoked_at=None).order_by("created_at")


def keys_that_end(member: Member, role: str | None, at: datetime) -> list[Making]:
    """What `makings` lists of keys. One query."""
    found = _lapsing(member, role).select_related("member")
    return [Making("key", str(row.pk), f"{row.name} (rvp_{row.prefix}_…)", "revoked") for row in found]


def end_keys(member: Member, role: str | None, *, by: Member, at: datetime) -> None:
    """Close them: nobody comes in by a key whose maker may not make it."""
    close_keys(_lapsing(member, role).values_list("pk", flat=True), by=by, at=at)
