"""A draft change with score rules made from what was won."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction

from blueprint.documents import blueprint_of
from blueprint.paths import Document
from blueprint.schema import Blueprint
from core.errors import BadInput, RuleSaysNo
from core.people.models import Member, Workspace
from governance.actions.drafting import draft
from governance.models import ChangeRequest
from governance.queries.published import document_of
from governance.queries.score_proposal import Obstacle, ScoreProposal, score_proposal
from governance.rules.score_evidence import ValueTold

ROOM = 100  # points that the proposed rules together may add
TYPES = {bool: "boolean", str: "text", int: "number", float: "number"}


@transaction.atomic
def propose_scores(
    workspace: Workspace, keys: Collection[str], *, by: Member, at: datetime, leave_out: bool = False
) -> ChangeRequest:
    """Draft rules for the fields of `keys` beside those that are there, the properties they read, and the threshold
    that parts the leads best; with `leave_out`, the seam's acceptance lines that no lead meets go. Nothing is in force
    before somebody publishes it.

    Raises NotPermitted, BadInput for a field that tells nothing, RuleSaysNo where too little was won or lost."""
    if not keys:
        raise BadInput("Choose at least one field.", field="keys")
    proposal = score_proposal(workspace, by, keys)
    if silent := sorted(set(keys) - proposal.by_key.keys()):
        raise BadInput(f"{silent[0][:60]} tells nothing about winning.", field="keys", facts={"keys": silent[:20]})
    if proposal.threshold is None:
        raise RuleSaysNo("Too little was won or lost to tell leads apart.", code="nothing_to_tell")
    document = document_of(workspace.blueprint_version)
    scoring = document["scoring"]
    new = _properties(blueprint_of(workspace), proposal)
    edits: list[tuple[list[Any], Any]] = [(["properties"], [*document["properties"], *new])] if new else []
    edits += [
        (["scoring", "rules"], [*scoring["rules"], *map(_rule, proposal.values)]),
        (["scoring", "fit_cap"], min(scoring["fit_cap"] + ROOM, 1_000)),
        (["scoring", "threshold"], proposal.threshold),
    ]
    edits += _without(document, proposal.obstacles) if leave_out else []
    fields = ", ".join(sorted(values[0].label for values in proposal.by_key.values()))
    reason = f"From {proposal.won:,} won of {proposal.leads:,} leads, by {fields}."
    return draft(by, title="Score leads by what was won", reason=reason[:2_000], edits=edits, at=at)


def _properties(blueprint: Blueprint, proposal: ScoreProposal) -> list[dict[str, Any]]:
    """Those that rules read and nobody has defined."""
    return [
        {"key": key, "label": values[0].label[:120], "type": TYPES[type(values[0].value)]}
        for key, values in proposal.by_key.items()
        if key not in blueprint.catalogue
    ]


def _without(document: Document, obstacles: Collection[Obstacle]) -> list[tuple[list[Any], Any]]:
    """The seams' acceptance without these lines."""
    gone = {(each.seam, each.label) for each in obstacles}
    return [
        (
            ["seams", {"key": seam["key"]}, "acceptance"],
            [line for line in seam["acceptance"] if (seam["key"], line["label"]) not in gone],
        )
        for seam in document["seams"]
        if any(seam["key"] == key for key, _ in gone)
    ]


def _rule(told: ValueTold) -> dict[str, Any]:
    if isinstance(told.value, bool):
        test = told.key if told.value else f"!{told.key}"
    elif isinstance(told.value, str):
        test = f"{told.key} == {json.dumps(told.value, ensure_ascii=False)}"
    else:
        test = f"{told.key} >= {json.dumps(told.value)}"
    label = f"{told.label}: {told.words}"[:120]
    return {"label": label, "group": "fit", "expression": test, "points": told.points}
