"""Accepting many: each is asked what one is asked, and what follows is written together."""

from collections import defaultdict
from uuid import UUID

from blueprint.schema import SeamTerms
from blueprint.schema.vocabularies import AccountKeeping, PacketType
from core.errors import Refusal
from core.people.models import Member
from handoffs.actions.answering import ASKED_OF_RECEIVER, goes_by_itself, is_behind
from handoffs.actions.in_bulk.bulk_answers import answer_all
from handoffs.actions.in_bulk.bulk_rows import InHands
from handoffs.actions.keeping_accounts import keep_account
from handoffs.actions.lock_order import hold_for_accepting
from handoffs.actions.pausing_by_state import look_at
from handoffs.actions.promising import take_promises
from handoffs.actions.seam_clocks import begin_seam_clocks
from handoffs.models import Handoff
from handoffs.refused import AcceptanceRefused, PacketIncomplete
from handoffs.rules import packet
from lifecycle.actions import journeys
from lifecycle.actions.advancing import carry_all
from lifecycle.actions.entering import locked
from lifecycle.actions.owning import give
from lifecycle.actions.rescoring import ask_soon
from lifecycle.facts import Rates, facts_of
from lifecycle.models import Record
from lifecycle.rules.gates import GateClosed, unmet_of, what_is_missing


def accept_all(held: InHands) -> None:
    """Take those that may be taken; the others are noted with what is missing. Raises GateClosed and the like where one
    shows only while it is written."""
    rates: Rates = {}
    refused = {each.pk: why for each in held.handoffs if (why := _why_not(held, each, rates))}
    if not (held := held.without(refused)).handoffs:
        return
    answer_all(held, Handoff.State.ACCEPTED)
    hold_for_accepting([seam for seam, _ in held.by_seam()], [each.record_id for each in held.handoffs])
    owned = _come_as_far(held, _make_next(held))
    records = {each.pk: each for each in locked([each.record_id for each in held.handoffs])}
    _give(held, {each.pk: owned.get(each.pk) or records[each.record_id] for each in held.handoffs}, set(owned))
    ways, stays = [], []
    for seam, handoffs in held.by_seam():
        for each in handoffs:
            record = records[each.record_id]
            here = held.lifecycle.stages_by_id[record.stage_id]
            if seam.on_accept.advance and here.key != seam.on_accept.advance:
                ways.append((record, held.lifecycle.pipeline(here.pipeline_key).stage(seam.on_accept.advance)))
            elif goes_by_itself(held.lifecycle, here):
                stays.append(record.pk)
    if stays:
        ask_soon(stays, held.at)
    if ways:
        carry_all(held.workspace, ways, cause="handoff", asks=ASKED_OF_RECEIVER, **held.moment)
    begin_seam_clocks(held.handoffs, **held.moment)
    waits = [each.record_id for seam, handoffs in held.by_seam() if seam.pause_when for each in handoffs]
    if waits:
        look_at(held.lifecycle, waits, held.at)


def _why_not(held: InHands, handoff: Handoff, rates: Rates) -> Refusal | None:
    """What keeps it from being accepted: gaps of the packet, criteria, and the gate of where its record goes."""
    seam, record = held.seam(handoff), handoff.record
    if gaps := packet.gaps(seam.packet, handoff.packet):
        return PacketIncomplete(packet.labels(seam.packet, gaps))
    facts = facts_of(record, held.workspace, held.at, rates)
    if unmet := unmet_of(held.lifecycle, "acceptance", seam.acceptance, facts, held.at):
        return AcceptanceRefused([each.as_json() for each in unmet])
    here, advance = held.lifecycle.stages_by_id[record.stage_id], seam.on_accept.advance
    if not advance or seam.on_accept.create or here.key == advance:
        return None
    there = held.lifecycle.pipeline(here.pipeline_key).stage(advance)
    facts |= {"owner": handoff.assignee_id or held.by.pk, "team": handoff.team_id}
    missing = what_is_missing(held.lifecycle, here, there, facts, held.at)
    shut = [each for each in missing if each.part in ASKED_OF_RECEIVER]
    return GateClosed(there, shut) if shut else None


def _make_next(held: InHands) -> dict[UUID, Record]:
    """Make the next records of the journeys; the one that came of each handoff. A handful of queries for each seam and
    receiver."""
    made: dict[UUID, Record] = {}
    for seam, handoffs in held.by_seam():
        if seam.on_accept.create:
            for receiver, those in _by_receiver(handoffs).items():
                records, path = [each.record for each in those], seam.on_accept.create.path
                next_ones = journeys.make_next(
                    held.workspace, records, path, owner_id=receiver, cause="handoff", **held.moment
                )
                of_record = {each.origin_id: each for each in next_ones}
                for each in those:
                    each.result = of_record.get(each.record_id)
                    if each.result:
                        made[each.pk] = each.result
                Handoff.objects.bulk_update(those, ["result"])
        if any(item.type == PacketType.PROMISES for item in seam.packet):
            take_promises(held.workspace, handoffs, seam, **held.moment)
    return made


def _come_as_far(held: InHands, owned: dict[UUID, Record]) -> dict[UUID, Record]:
    """The same records, once those that were there before and are behind where accepting leads have gone there through
    their gates. The queries do not grow with them, none where all were made just now."""
    leads_to = {
        owned[each.pk].pk: held.lifecycle.stages_by_path[seam.on_accept.create.path]
        for seam, handoffs in held.by_seam()
        if seam.on_accept.create
        for each in handoffs
        if each.pk in owned
    }
    behind = [each.pk for each in owned.values() if is_behind(held.lifecycle, each, leads_to[each.pk])]
    if not behind:
        return owned
    present = {each.pk: each for each in locked(behind)}
    ways = [(each, leads_to[each.pk]) for each in present.values()]
    carry_all(held.workspace, ways, cause="handoff", asks=ASKED_OF_RECEIVER, **held.moment)
    return {key: present.get(each.pk, each) for key, each in owned.items()}


def _by_receiver(handoffs: list[Handoff]) -> dict[UUID | None, list[Handoff]]:
    found: dict[UUID | None, list[Handoff]] = defaultdict(list)
    for each in handoffs:
        found[each.assignee_id].append(each)
    return found


def _give(held: InHands, owned: dict[UUID, Record], made: set[UUID]) -> None:
    """The records, or what was made of them, become the receivers'; and their companies, where the seam says so."""
    for seam, handoffs in held.by_seam():
        if seam.on_accept.create:
            handoffs = [each for each in handoffs if each.pk in made]
        groups: dict[tuple[Member | None, UUID | None], list[Handoff]] = defaultdict(list)
        for each in handoffs:
            groups[each.assignee, each.team_id].append(each)
        for (receiver, team_id), those in groups.items():
            told = {owned[each.pk].pk: {"handoff": each.number} for each in those}
            records = [owned[each.pk] for each in those]
            give(records, receiver, team_id=team_id, each_facts=told, **held.moment)
        if seam.keeps_account != AccountKeeping.NEVER:
            _keep_accounts(held, seam, handoffs, owned)


def _keep_accounts(held: InHands, seam: SeamTerms, handoffs: list[Handoff], owned: dict[UUID, Record]) -> None:
    """As one after the other: the first keeps a company that had nobody, the last one that changes hands each time."""
    is_first = seam.keeps_account == AccountKeeping.WHERE_NONE
    owners: dict[UUID, Member] = {}
    for each in sorted(handoffs, key=lambda one: one.number, reverse=is_first):
        account_id = owned[each.pk].account_id
        if account_id and each.assignee:
            owners[account_id] = each.assignee
    if owners:
        keep_account(seam, owners, seam.keeps_account, cause="accepted", **held.moment)
