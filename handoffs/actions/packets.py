"""The packet: what the sender tells the receiver."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from blueprint.schema import SeamTerms
from blueprint.schema.vocabularies import PacketType
from core.errors import BadInput, NotPermitted
from core.history.actions import record as tell_history
from core.people.models import Member
from core.people.permissions import permit
from handoffs.actions.access import InHand, hold, may_fill
from handoffs.actions.keeping_files import forget_unnamed, keep_files, named_files
from handoffs.actions.returning import offer_again
from handoffs.actions.standing_still import wake
from handoffs.models import Handoff, Pause
from handoffs.rules import packet
from handoffs.rules.files_taken import SentFile


def save_packet(
    handoff: Handoff,
    items: Mapping[str, str],
    *,
    by: Member,
    at: datetime,
    files: Mapping[str, SentFile] | None = None,
) -> Handoff:
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
        given = checked(items, seam, present.record_id)
        given |= keep_files(present.record_id, seam, files or {}, present.packet | given, by=by, at=held.at)
        changed = [key for key, value in given.items() if value != present.packet.get(key, "")]
        present.packet = {**present.packet, **given}
        present.save(update_fields=["packet"])
        if changed:
            facts = {"number": present.number, "items": changed, "gaps": packet.gaps(seam.packet, present.packet)}
            record_id = present.record_id
            tell_history("handoff.packet_saved", present, at=held.at, actor=by, record_id=record_id, facts=facts)
            if present.is_paused(held.at):
                _wake_where_filled(held)
            if any(item.type == PacketType.FILE for item in seam.packet):
                forget_unnamed(record_id)
        needed = [item for item in seam.packet if item.required or item.key in present.gaps]
        if (
            changed
            and is_returned
            and not any(packet.why_missing(item, present.packet.get(item.key)) for item in needed)
        ):
            offer_again(held.workspace, seam, [present.record_id], by=by, at=held.at)
    return present


def _wake_where_filled(held: InHand) -> None:
    """The clock goes on that stood still for items of the packet, once none is missing. A handful of queries."""
    handoff, terms = held.handoff, {item.key: item for item in held.seam.packet}
    asked = Pause.objects.filter(handoff=handoff, kind=Pause.Kind.PACKET, ended_at=None, until_at__gt=held.at).first()
    missing = [key for key in asked.gaps if key in terms] if asked else []
    if asked and not any(packet.why_missing(terms[key], handoff.packet.get(key)) for key in missing):
        wake([handoff], by=held.by, at=held.at, kinds=[Pause.Kind.PACKET])


def is_theirs_to_fill(handoff: Handoff, seam: SeamTerms, member: Member) -> bool:
    """Whether the member is of the side that tells; whoever has it, only where they offered it themselves."""
    holder_id = handoff.assignee_id if handoff.assignee_id != handoff.offered_by_id else None
    return may_fill(seam, member, {handoff.offered_by_id, handoff.record.owner_id}, holder_id)


def not_yours_to_fill(seam: SeamTerms) -> NotPermitted:
    """The refusal of a packet that is filled by somebody else than its sender."""
    side = seam.from_label
    detail = f"The packet is filled by who hands over: {side}, who offered it, or somebody who leads."
    return NotPermitted(detail, code="not_yours_to_fill", facts={"side": seam.from_function})


def waits_returned(handoff: Handoff) -> bool:
    """Whether it was returned and its record still stands at the seam, with nothing offered since. Two queries."""
    if handoff.state != Handoff.State.REJECTED:
        return False
    stands = Handoff.objects.filter(pk=handoff.pk, record__stage=F("seam__trigger_stage"))
    later = Handoff.objects.filter(record=handoff.record_id, seam=handoff.seam_id, offered_at__gt=handoff.offered_at)
    return stands.exists() and not later.exists()


def checked(items: Mapping[str, str], seam: SeamTerms, record_id: UUID | None = None) -> dict[str, str]:
    """Items of the packet as their types keep them; people are members who are here, files were sent for the record.
    Raises BadInput."""
    terms = {item.key: item for item in seam.packet}
    if (unknown := next((key for key in items if key not in terms), None)) is not None:  # a name may be empty
        raise BadInput("The packet has no such item.", code="unknown_item", field=unknown[:60])
    given = {key: packet.read_item(terms[key], value) for key, value in items.items()}
    people = {key: said for key, said in given.items() if said and terms[key].type == PacketType.PERSON}
    if people:
        known = set(Member.objects.filter(email__in=people.values(), is_active=True).values_list("email", flat=True))
        if gone := next((key for key, said in people.items() if said not in known), None):
            raise BadInput("There is no active member with this address.", code="unknown_member", field=gone)
    file_keys = [key for key in given if terms[key].type == PacketType.FILE]
    return given | named_files(record_id, given, file_keys)
