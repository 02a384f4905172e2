"""Writing the handoffs' part of a document into its tables."""

from typing import Any
from uuid import UUID

from blueprint.rows import sync_rows
from core.people.models import Member
from core.tenancy.ids import key_id
from handoffs.blueprint.reading import day_of, handoffs_of
from handoffs.blueprint.terms import Handoffs, SeamTerms
from handoffs.models import Calendar, Holiday, LadderStep, Pool, ReasonCode, RoutingRule, Seam
from lifecycle.blueprint import lines_written


def sync_handoffs(workspace_id: UUID, document: dict[str, Any]) -> None:
    """Write the definition tables from a document. Only a publishing change request may."""
    terms: Handoffs = handoffs_of.parse(workspace_id, document)  # type: ignore[attr-defined]
    owners = dict(Member.objects.exclude(email="").values_list("email", "id"))
    sync_rows(
        Calendar,
        (
            {
                "id": key_id(workspace_id, "calendar", each["key"]),
                "key": each["key"],
                "label": each["label"],
                "time_zone": each["time_zone"],
                "weekly": each.get("weekly", {}),
            }
            for each in document["calendars"]
        ),
    )
    sync_rows(
        Holiday,
        (
            {
                "id": key_id(workspace_id, "holiday", each["key"], str(holiday["date"])),
                "calendar_id": key_id(workspace_id, "calendar", each["key"]),
                "on": day_of(holiday["date"]),
                "label": holiday.get("label", ""),
            }
            for each in document["calendars"]
            for holiday in each.get("holidays", [])
        ),
    )
    sync_rows(
        Pool,
        (
            {
                "id": pool.id,
                "key": pool.key,
                "label": pool.label,
                "function": pool.function,
                "team_key": pool.team_key,
                "region": pool.region,
            }
            for pool in terms.pools
        ),
    )
    sync_rows(
        ReasonCode,
        (
            {
                "id": each.id,
                "key": each.key,
                "label": each.label,
                "purpose": each.purpose,
                "disposition": each.disposition,
                "needs_note": each.needs_note,
                "position": place,
            }
            for place, each in enumerate(terms.reasons)
        ),
    )
    sync_rows(Seam, (_seam_row(seam, raw, owners) for seam, raw in zip(terms.seams, document["seams"], strict=True)))
    sync_rows(
        LadderStep,
        (
            {
                "id": key_id(workspace_id, "ladder", seam.key, str(step.position)),
                "seam_id": seam.id,
                "position": step.position,
                "after_minutes": step.after_minutes,
                "action": step.action,
            }
            for seam in terms.seams
            for step in seam.ladder
        ),
    )
    sync_rows(
        RoutingRule,
        (
            {
                "id": key_id(workspace_id, "routing", seam.key, str(rule.position)),
                "seam_id": seam.id,
                "position": rule.position,
                "label": rule.label,
                "expression": rule.expression,
                "target": rule.target,
                "pool_id": rule.pool_id,
                "member_key": rule.member_key,
            }
            for seam in terms.seams
            for rule in seam.routing
        ),
    )


def _seam_row(seam: SeamTerms, raw: dict[str, Any], owners: dict[str, UUID]) -> dict[str, Any]:
    return {
        "id": seam.id,
        "key": seam.key,
        "label": seam.label,
        "position": seam.position,
        "from_function": seam.from_function,
        "to_function": seam.to_function,
        "trigger_stage_id": seam.trigger_stage_id,
        "acceptance_criteria": lines_written(seam.acceptance),
        "packet": [{"key": item.key, "label": item.label, "required": item.required} for item in seam.packet],
        "on_accept": raw.get("on_accept", {}),
        "answer_minutes": seam.answer_minutes,
        "touch_minutes": seam.touch_minutes,
        "act_hours": seam.act_hours,
        "calendar_id": seam.calendar_id,
        "owner_id": owners.get(seam.owner_email),
    }
