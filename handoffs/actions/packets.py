"""The packet: what the sender tells the receiver."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import F

from blueprint.schema import SeamTerms
from blueprint.typed_values import text
from core.errors import BadInput, NotPermitted
from core.history.actions import record as tell_history
from core.people.models import Member
from core.people.permissions import permit
from handoffs.actions.access import hold, may_fill
from handoffs.actions.returning import offer_again
from handoffs.models import Handoff
from handoffs.rules import packet

LONGEST_ITEM = 5_000


def save_packet(handoff: Handoff, items: Mapping[str, str], *, by: Member, at: datetime) -> Handoff:
    """Fill items of a packet; items not given stay as they are. One that was returned and still waits at its seam is
    offered again once nothing it was returned for is missing. Only the sending side fills it.

    Raises NotPermitted, HandoffAlreadyAnswered, BadInput."""
    permit(by, "handoff.offer")
    with transaction.atomic():
        is_returned = waits_returned(handoff)
        held = hold(handoff, by=by, at=at, must_be_open=not is_returned)
        present, seam = held.handoff, held.seam
        if not is_theirs_to_fill(present, seam, by):
            raise not_yours_to_fill(seam)
        given = checked(items, seam)
        changed = [key for key, value in given.items() if value != present.packet.get(key, "")]
        present.packet = {**present.packet, **given}
        present.save(update_fields=["packet"])
        if changed:
            facts = {"number": present.number, "items": changed, "gaps": packet.gaps(seam.packet, present.packet)}
            record_id = present.record_id
            tell_history("handoff.packet_saved", present, at=held.at, actor=by, record_id=record_id, facts=facts)
        needed = [item.key for item in seam.packet if item.required] + present.gaps
        if changed and is_returned and all(packet.says_something(present.packet.get(key)) for key in needed):
            offer_again(held.workspace, seam, [present.record_id], by=by, at=held.at)
    return present


def is_theirs_to_fill(handoff: Handoff, seam: SeamTerms, member: Member) -> bool:
    """Whether the member is of the side that tells; whoever has it, only where they offered it themselves."""
    holder_id = handoff.assignee_id if handoff.assignee_id != handoff.offered_by_id else None
    return may_fill(seam, member, {handoff.offered_by_id, handoff.record.owner_id}, holder_id)


def not_yours_to_fill(seam: SeamTerms) -> NotPermitted:
    """The refusal of a packet that is filled by somebody else than its sender."""
    side = seam.from_function.label
    detail = f"The packet is filled by who hands over: {side}, who offered it, or somebody who leads."
    return NotPermitted(detail, code="not_yours_to_fill", facts={"side": seam.from_function.value})


def waits_returned(handoff: Handoff) -> bool:
    """Whether it was returned and its record still stands at the seam, with nothing offered since. Two queries."""
    if handoff.state != Handoff.State.REJECTED:
        return False
    stands = Handoff.objects.filter(pk=handoff.pk, record__stage=F("seam__trigger_stage"))
    later = Handoff.objects.filter(record=handoff.record_id, seam=handoff.seam_id, offered_at__gt=handoff.offered_at)
    return stands.exists() and not later.exists()


def checked(items: Mapping[str, str], seam: SeamTerms) -> dict[str, str]:
    """Items of the packet as text, within bounds. Raises BadInput."""
    known = {item.key for item in seam.packet}
    for key, value in items.items():
        if key not in known:
            raise BadInput("The packet has no such item.", code="unknown_item", field=key[:60])
        if not isinstance(value, str):  # nor a number, which is read as its digits elsewhere
            raise BadInput("An item of the packet is text.", code="not_text", field=key)
    return {key: text(key, value, LONGEST_ITEM) or "" for key, value in items.items()}
