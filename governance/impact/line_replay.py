"""SLA lines of two versions over real handoffs: which one each would have met when it was offered."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from blueprint.documents import blueprint_of
from blueprint.schema import Blueprint, SeamTerms
from core.sql import Fragment, load
from core.tenancy.scope import current_id
from governance.impact.replay import ACCOUNT_MATCH, AS_THEY_WERE, SCORED_RECORDS
from governance.impact.rule_questions import Questions
from handoffs.rules.allowed import met_line

MOST = 20_000  # newest first; about 200 µs each
LINES_AT_OFFER = load("governance", "lines_at_offer")
OFFERS_OF_STRETCH = load("governance", "parts/offers_of_stretch")

LineKeys = dict[UUID, tuple[str, str]]


def lines_at_offer(before: Blueprint, after: Blueprint, old: SeamTerms, new: SeamTerms, since: datetime) -> LineKeys:
    """By handoff, the line that either version would have set its minutes by, "" for none; of the newest handoffs since
    then. Both are asked of the same facts, those of the offer, so that what differs is the versions. Whether only the
    catch-all took it is as it was. One query, none where neither version has lines."""
    if not (old.sla or new.sla):
        return {}
    questions = Questions()
    points = [questions.total(blueprint.scoring, blueprint.catalogue) for blueprint in (before, after)]
    met = [
        [questions.ask(blueprint.catalogue, line.expression, score) for line in seam.sla]
        for blueprint, seam, score in ((before, old, "old_points"), (after, new, "new_points"))
    ]
    were = AS_THEY_WERE.fill(decided=OFFERS_OF_STRETCH)
    offered = SCORED_RECORDS.fill(
        records=Fragment(f"({were.draft})"),
        questions=questions.columns,
        points=f"{points[0]} as old_points, {points[1]} as new_points",
        scored_questions=questions.scored_columns,
        which="true",
        account_match=ACCOUNT_MATCH,
    )
    asked = {"seam": new.id, "trigger": new.trigger_stage_id, "since": since, "most": MOST}
    asked |= {"function": new.to_function, "asks_accounts": False}
    values = {**questions.params, **offered.values, **asked}
    old_met, new_met = (f"array[{', '.join(f'w.{name} is true' for name in names)}]::boolean[]" for names in met)
    file = LINES_AT_OFFER.fill(offered=Fragment(offered.draft, values), old_met=old_met, new_met=new_met)
    found: LineKeys = {}
    for handoff_id, version, matched, *answers in file.rows():
        is_by_catch_all = matched is None or matched == _last_rule(version, new.id)
        lines = (
            met_line(seam.sla, answer, is_by_catch_all=is_by_catch_all)
            for seam, answer in zip((old, new), answers, strict=True)
        )
        was, would_be = (line.key if line else "" for line in lines)
        found[handoff_id] = was, would_be
    return found


def _last_rule(version: int, seam_id: UUID) -> int | None:
    """The position of the catch-all by which the seam's handoffs were routed."""
    seam = blueprint_of.at(current_id(), version).seams_by_id.get(seam_id)
    return seam.rules[-1].position if seam and seam.rules else None
