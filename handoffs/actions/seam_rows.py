"""Writing calendars, pools, reasons and seams of a blueprint into their tables, which handoffs point at."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from blueprint.rows import sync_rows
from blueprint.schema import Blueprint, CalendarTerms, PoolTerms, ReasonTerms, SeamTerms
from core.people.models import Member
from handoffs.models import Calendar, Pool, ReasonCode, Seam
from lifecycle.actions.stage_rows import lines_written


def sync_seams(blueprint: Blueprint) -> None:
    """Write the definition tables. Only a publishing change request may."""
    owners = dict(Member.objects.exclude(email="").values_list("email", "id"))
    sync_rows(Calendar, map(_calendar_row, blueprint.calendars))
    sync_rows(Pool, map(_pool_row, blueprint.pools))
    sync_rows(ReasonCode, map(_reason_row, blueprint.reason_codes))
    sync_rows(Seam, (_seam_row(seam, owners) for seam in blueprint.seams))


def _calendar_row(calendar: CalendarTerms) -> dict[str, Any]:
    return {
        "id": calendar.id,
        "key": calendar.key,
        "label": calendar.label,
        "time_zone": calendar.time_zone,
        "weekly": calendar.weekly.model_dump(mode="json", exclude_unset=True),
    }


def _pool_row(pool: PoolTerms) -> dict[str, Any]:
    return {
        "id": pool.id,
        "key": pool.key,
        "label": pool.label,
        "function": pool.function,
        "team_key": pool.team,
        "region": pool.region,
    }


def _reason_row(reason: ReasonTerms) -> dict[str, Any]:
    return {
        "id": reason.id,
        "key": reason.key,
        "label": reason.label,
        "purpose": reason.purpose,
        "disposition": reason.disposition,
        "needs_note": reason.needs_note,
        "position": reason.position,
    }


def _seam_row(seam: SeamTerms, owners: Mapping[str, UUID]) -> dict[str, Any]:
    return {
        "id": seam.id,
        "key": seam.key,
        "label": seam.label,
        "position": seam.position,
        "from_function": seam.from_function,
        "to_function": seam.to_function,
        "trigger_stage_id": seam.trigger_stage_id,
        "acceptance_criteria": lines_written(seam.acceptance),
        "packet": [item.model_dump() for item in seam.packet],
        "on_accept": seam.on_accept.model_dump(mode="json", exclude_unset=True),
        "answer_minutes": seam.answer_minutes,
        "touch_minutes": seam.touch_minutes,
        "act_hours": seam.act_hours,
        "calendar_id": seam.calendar_id,
        "owner_id": owners.get(seam.owner),
    }
