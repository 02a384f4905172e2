"""What becomes of a member: another role, a pause, an end."""

from datetime import datetime, timedelta

from django.db import transaction

from core.bounds import check_day
from core.errors import BadInput, NotPermitted, RuleSaysNo
from core.history.actions import record, tell
from core.people import makings
from core.people.models import Deputy, Member, Team, TimeOff
from core.people.permissions import permit, permit_grant, permit_role
from core.people.team_seats import leads_person

Role = Member.Role


def _locked(member: Member) -> Member:
    return Member.objects.select_for_update().get(pk=member.pk)


def _keep_an_owner(member: Member) -> None:
    """A workspace without an active owner could never be handed on."""
    owners = Member.objects.select_for_update().filter(role=Role.OWNER, is_active=True, user__isnull=False)
    if member.role == Role.OWNER and {owner.pk for owner in owners} <= {member.pk}:
        raise RuleSaysNo("This is the last owner. Make somebody else an owner first.", code="last_owner")


@transaction.atomic
def change_role(member: Member, role: str, *, by: Member, at: datetime) -> Member:
    """Give the member another role. The last owner keeps theirs; programs are never owners."""
    permit(by, "people.manage")
    member = _locked(member)
    permit_role(by, member.role)
    if role not in Role.values:
        raise BadInput("There is no such role.", field="role")
    permit_grant(by, role, field="role")
    if role == Role.OWNER and member.kind != Member.Kind.PERSON:
        raise RuleSaysNo("Only a person can be an owner.", code="not_a_person")
    if role == member.role:
        return member
    if member.role == Role.OWNER:
        _keep_an_owner(member)
    ended = makings.end(member, role, by=by, at=at)
    before, member.role = member.role, role
    member.save(update_fields=["role"])
    record("member.role_changed", member, at=at, actor=by, facts={"from": before, "to": role} | ended)
    return member


@transaction.atomic
def describe(member: Member, *, name: str, external_key: str, by: Member, at: datetime) -> Member:
    """Correct a member's name, and how imported files name them (once per workspace)."""
    permit(by, "people.manage")
    member = _locked(member)
    name, external_key = name.strip(), external_key.strip()
    if not name:
        raise BadInput("A member needs a name.", field="name")
    if external_key and Member.objects.filter(external_key=external_key).exclude(pk=member.pk).exists():
        raise BadInput("Another member already goes by this name in files.", code="key_taken", field="external_key")
    if (name, external_key) != (member.name, member.external_key):
        member.name, member.external_key = name, external_key
        member.save(update_fields=["name", "external_key"])
        record("member.described", member, at=at, actor=by, facts={"name": name, "external_key": external_key})
    return member


@transaction.atomic
def deactivate(member: Member, *, by: Member, at: datetime) -> Member:
    """Close the door behind a member and end what they made: keys, invitations, drafts, sessions. Refused while
    anything waits for them alone; followers of `member.leaving` say what."""
    permit(by, "people.manage")
    member = _locked(member)
    permit_role(by, member.role)
    if not member.is_active:
        return member
    _keep_an_owner(member)
    managed = list(Team.objects.filter(manager=member).order_by("name").values_list("name", flat=True))
    if managed:
        raise RuleSaysNo(
            f"{member.name} manages {', '.join(managed)}. Name another manager first.",
            code="still_manages",
            facts={"teams": managed},
        )
    tell("member.leaving", workspace=by.workspace, member=member, at=at)
    ended = makings.end(member, None, by=by, at=at)
    member.is_active, member.deactivated_at = False, at
    member.save(update_fields=["is_active", "deactivated_at"])
    record("member.deactivated", member, at=at, actor=by, facts=ended)
    return member


@transaction.atomic
def reactivate(member: Member, *, by: Member, at: datetime) -> Member:
    """Let a member in again, with the role and the seats they had; what ended when they left stays ended."""
    permit(by, "people.manage")
    member = _locked(member)
    permit_role(by, member.role)
    if not member.is_active:
        permit_grant(by, member.role)
        member.is_active, member.deactivated_at = True, None
        member.save(update_fields=["is_active", "deactivated_at"])
        record("member.reactivated", member, at=at, actor=by)
        tell("people.available", at=at)
    return member


def may_plan_for(by: Member, member: Member) -> bool:
    """Time off, hours and a deputy are said by the member, by managers of a team they sit in, and by admins. One query
    where they manage."""
    return by.pk == member.pk or leads_person(by, member)


def _permit_planning(by: Member, member: Member) -> None:
    permit(by, "time_off.plan")
    if not may_plan_for(by, member):
        said = "Only the member, who manages a team of theirs, or an admin plans this."
        raise NotPermitted(said, code="not_your_team", facts={"role": by.role})


def check_absence(starts_at: datetime | None, ends_at: datetime | None) -> None:
    """It ends after it starts, on days that every clock can show. Raises BadInput."""
    if starts_at:
        check_day(starts_at, "starts_at")
    if not (starts_at and ends_at and ends_at > starts_at):
        raise BadInput("Time off ends after it starts.", code="backwards", field="ends_at")
    check_day(ends_at - timedelta(days=1), "ends_at")  # the midnight after the last day


@transaction.atomic
def add_time_off(
    member: Member, *, starts_at: datetime, ends_at: datetime, note: str = "", by: Member, at: datetime
) -> TimeOff:
    """Note when a member receives nothing. Raises NotPermitted, BadInput."""
    _permit_planning(by, member)
    check_absence(starts_at, ends_at)
    absence = TimeOff.objects.create(member=member, starts_at=starts_at, ends_at=ends_at, note=note)
    facts = {"starts_at": starts_at.isoformat(), "ends_at": ends_at.isoformat()}
    record("time_off.added", member, at=at, actor=by, facts=facts)
    return absence


@transaction.atomic
def remove_time_off(absence: TimeOff, *, by: Member, at: datetime) -> None:
    """The member is there after all."""
    _permit_planning(by, absence.member)
    facts = {"starts_at": absence.starts_at.isoformat(), "ends_at": absence.ends_at.isoformat()}
    record("time_off.removed", absence.member, at=at, actor=by, facts=facts)
    absence.delete()
    tell("people.available", at=at, member=absence.member)


@transaction.atomic
def name_deputy(member: Member, deputy: Member | None, *, by: Member, at: datetime) -> Deputy | None:
    """Say who stands in for a member while they are away; None is nobody. Raises NotPermitted, BadInput."""
    _permit_planning(by, member)
    if deputy is not None and deputy.pk == member.pk:
        raise BadInput("Nobody stands in for themselves.", code="same_member", field="deputy")
    if deputy is not None and not (deputy.is_active and deputy.kind == Member.Kind.PERSON):
        raise BadInput("A deputy is a person who is here.", code="not_a_person", field="deputy")
    Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    named = None
    if deputy is None:
        Deputy.objects.filter(member=member).delete()
    else:
        named, _ = Deputy.objects.update_or_create(member=member, defaults={"deputy": deputy})
    record("member.deputy_named", member, at=at, actor=by, facts={"deputy": deputy.name if deputy else None})
    return named
