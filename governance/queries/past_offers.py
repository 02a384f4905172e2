"""Handoffs of the past as routing is tried with them: each record as it was when it was offered."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from blueprint.schema import SeamTerms
from core.errors import BadInput
from core.people.models import Workspace
from core.sql import load
from governance.impact.replay import AS_THEY_WERE
from handoffs.queries.tryout import RoutingTrial
from lifecycle.facts import facts_of
from lifecycle.models import Account, Record, Stage

OFFERED = AS_THEY_WERE.fill(decided=load("governance", "parts/offers_named"))
AS_OFFERED = load("governance", "handoffs_as_offered").fill(offered=OFFERED)


class PastOffer(NamedTuple):
    """A handoff as it was offered, and whom the rules of that time gave it to."""

    handoff: int
    receiver: str
    rule: str
    trial: RoutingTrial


def past_offers(workspace: Workspace, seam: SeamTerms, numbers: Sequence[int]) -> list[PastOffer]:
    """The handoffs of the seam with these numbers, in their order. Three queries, and one where money is in another
    currency. Raises BadInput for a number that is none of this seam."""
    asked = {"seam": seam.id, "trigger": seam.trigger_stage_id, "numbers": list(numbers)}
    rows = [dict(zip(AS_OFFERED.columns, row, strict=True)) for row in AS_OFFERED.rows(**asked)]
    if missing := set(numbers) - {row["handoff"] for row in rows}:
        raise BadInput(f"{seam.label} has no handoff {min(missing)}.", field="handoffs")
    stages = Stage.objects.in_bulk({row["stage_id"] for row in rows})
    accounts = Account.objects.in_bulk({row["account_id"] for row in rows})
    return [_past(workspace, row, stages, accounts) for row in rows]


def _past(
    workspace: Workspace, row: dict[str, Any], stages: dict[Any, Stage], accounts: dict[Any, Account]
) -> PastOffer:
    number, receiver, rule, moment = (row.pop(name) for name in ("handoff", "was_receiver", "was_rule", "moment"))
    account = accounts.get(row["account_id"])
    record = Record(**row | {"properties": json.loads(row["properties"])})
    record.stage, record.account = stages[record.stage_id], account
    label = f"#{number} {record.name}"
    facts = facts_of(record, workspace, moment)
    trial = RoutingTrial(label, facts, record.account_id, record.domain, record.owner_id, moment=moment)
    return PastOffer(number, receiver, rule, trial)
