"""Who may take care of records, and who may give one to somebody else. No database."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from core.people.permissions import PERMITS, may

if TYPE_CHECKING:
    from core.people.models import Member

NOT_YOURS = "The record is a colleague's. Only who leads gives it to somebody else."


def why_not_person(member: "Member") -> tuple[str, str] | None:
    """Code and sentence of why a property cannot name the member; None for a person who is here."""
    if not member.is_active:
        return "inactive_member", f"{member.display_name} is no longer active here."
    if member.kind != "person":
        return "not_a_person", f"{member.display_name} is a program; a person takes care of records."
    return None


def why_not_owner(member: "Member") -> tuple[str, str] | None:
    """Code and sentence of why records, companies and handoffs cannot be the member's; None where they can.

    A person who is here and whose role works on records: who only reads would let them lie.
    """
    if member.role not in PERMITS["record.write"][0] and member.is_active and member.kind == "person":
        return "role_cannot_own", f"{member.display_name} is a {member.role}, who does not work on records."
    return why_not_person(member)


def may_give(by: "Member | None", owner_id: UUID | None) -> bool:
    """Whether `by` may give away what `owner_id` has: what nobody has and what is one's own, or anything as a lead.
    The product itself (None) may."""
    return by is None or owner_id is None or owner_id == by.pk or may(by, "record.assign")


def facts_of_change(before: "Member | None", after: "Member | None") -> dict[str, Any]:
    """What the event of a change says: names for people, ids for programs."""
    return {
        "from": str(before.pk) if before else None,
        "from_name": before.display_name if before else None,
        "to": str(after.pk) if after else None,
        "owner": after.display_name if after else None,
    }
