"""Offering a batch of records across a seam: routing, turns, due times, assignments and events in one statement."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from blueprint.expressions.fields import Catalogue
from blueprint.expressions.to_sql import to_sql
from blueprint.schema import RuleTerms, SeamTerms
from core.history.actions import request_id
from core.sql import Fragment, in_one_trip, load
from handoffs.queries.routing_sql import ANSWERING_ROLES
from handoffs.rules.routing import REACHES_NOBODY, ROUND
from handoffs.rules.sla import Clock
from lifecycle.facts import RECORD_SQL

ASKED_AGAIN = timedelta(minutes=5)  # how often a queue is asked for somebody who is there
SHOWN_CANDIDATES = 20  # how many of a pool a trace keeps
LOCK_RECORDS = load("handoffs", "lock_records")
LOCK_ROTATION = load("handoffs", "lock_rotation")
OFFER = load("handoffs", "offer")


class Arrived(NamedTuple):
    """A handoff that was offered."""

    handoff_id: UUID
    number: int
    record_id: UUID
    assignee_id: UUID | None


def offer_batch(
    seam: SeamTerms,
    catalogue: Catalogue,
    clock: Clock,
    record_ids: Sequence[UUID],
    *,
    version: int,
    queue_id: UUID | None,
    by_id: UUID | None,
    packets: Mapping[UUID, Mapping[str, Any]],
    senders: Mapping[UUID, UUID] | None = None,
    barred: Collection[UUID] = (),
) -> list[Arrived]:
    """Route and offer records; those already open on this seam are left alone. One round trip whatever the number.

    `senders`: who offered them first, where that is not `by_id`. `barred`: who is not asked for these records."""
    records = list(dict.fromkeys(record_ids))
    pools = list({rule.pool_id for rule in seam.routing if rule.pool_id} | ({queue_id} if queue_id else set()))
    conditions = [
        Fragment.of(f"rule_{place}", to_sql(rule.expression, catalogue, columns=RECORD_SQL, at=clock.started_at))
        for place, rule in enumerate(seam.routing)
    ]
    offer = OFFER.fill(conditions=Fragment.joined(", ", conditions))
    rows = in_one_trip(LOCK_RECORDS, LOCK_ROTATION, offer).rows(
        records=records,
        pools=pools,
        seam=seam.id,
        seam_key=seam.key,
        function=seam.to_function,
        seam_owner=seam.owner,
        queue=queue_id,
        at=clock.started_at,
        by=by_id,
        packets=json.dumps({str(key): dict(packet) for key, packet in packets.items()}),
        senders=json.dumps({str(key): str(sender) for key, sender in (senders or {}).items()}),
        barred=list(barred),
        asked_again=ASKED_AGAIN,
        version=version,
        request_id=request_id.get(),
        **_rules(seam.routing),
        **_clock(clock),
    )
    return [Arrived(*row) for row in rows]


def _rules(rules: Sequence[RuleTerms]) -> dict[str, Any]:
    return {
        "rules": [rule.position for rule in rules],
        "rule_labels": [rule.label for rule in rules],
        "rule_targets": [rule.target for rule in rules],
        "rule_pools": [rule.pool_id for rule in rules],
        "rule_members": [rule.member for rule in rules],
        "reaches_nobody": json.dumps(REACHES_NOBODY),
        "answering_roles": ANSWERING_ROLES,
        "round": ROUND,
        "shown": SHOWN_CANDIDATES,
    }


def _clock(clock: Clock) -> dict[str, Any]:
    return {
        "due": clock.due_at,
        "touch_due": clock.touch_due_at,
        "ladder": json.dumps([{"action": rung.action, "at": rung.at.isoformat()} for rung in clock.ladder]),
        "first_step_at": clock.ladder[0].at if clock.ladder else None,
    }
