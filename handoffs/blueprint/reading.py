"""Reading the handoffs' part of a document."""

from datetime import date
from typing import Any
from uuid import UUID

from blueprint.documents import per_version
from core import businesstime
from core.people.models import Workspace
from core.tenancy.ids import key_id
from handoffs.blueprint.terms import Handoffs, PacketItem, PoolTerms, ReasonTerms, RuleTerms, SeamTerms, StepTerms
from handoffs.rules.first_touch import terms_of
from lifecycle.blueprint import lines

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def calendar_of(each: dict[str, Any]) -> businesstime.Calendar:
    """A document's calendar as business time understands it."""
    weekly = each.get("weekly", {})
    return businesstime.Calendar(
        time_zone=each["time_zone"],
        weekly=tuple(tuple(tuple(span.split("-")) for span in weekly.get(day, ())) for day in DAYS),
        holidays=frozenset(day_of(holiday["date"]) for holiday in each.get("holidays", [])),
    )


def day_of(given: str | date) -> date:
    """A holiday's day: YAML reads it as one, JSON brings it as text."""
    return given if isinstance(given, date) else date.fromisoformat(given)


@per_version
def handoffs_of(workspace_id: UUID, document: dict[str, Any]) -> Handoffs:
    """The seams in force in a workspace."""
    calendars = {each["key"]: calendar_of(each) for each in document["calendars"]}
    pools = tuple(
        PoolTerms(
            id=key_id(workspace_id, "pool", each["key"]),
            key=each["key"],
            label=each["label"],
            function=each["function"],
            team_key=each.get("team", ""),
            region=each.get("region", ""),
        )
        for each in document["pools"]
    )
    reasons = tuple(
        ReasonTerms(
            id=key_id(workspace_id, "reason", each["purpose"], each["key"]),
            key=each["key"],
            label=each["label"],
            purpose=each["purpose"],
            disposition=each.get("disposition", "none"),
            needs_note=each.get("needs_note", False),
        )
        for each in document["reason_codes"]
    )
    seams = tuple(_seam(workspace_id, position, each, calendars) for position, each in enumerate(document["seams"]))
    return Handoffs(seams, pools, reasons)


def _seam(
    workspace_id: UUID, position: int, each: dict[str, Any], calendars: dict[str, businesstime.Calendar]
) -> SeamTerms:
    on_accept = each.get("on_accept", {})
    return SeamTerms(
        id=key_id(workspace_id, "seam", each["key"]),
        key=each["key"],
        label=each["label"],
        position=position,
        from_function=each["from"],
        to_function=each["to"],
        trigger=each["trigger"],
        trigger_stage_id=key_id(workspace_id, "stage", *each["trigger"].split("/")),
        acceptance=lines(each.get("acceptance")),
        packet=tuple(
            PacketItem(item["key"], item["label"], item.get("required", True)) for item in each.get("packet", [])
        ),
        accept_stage=on_accept.get("advance", ""),
        creates=on_accept.get("create"),
        answer_minutes=each["answer_minutes"],
        touch_minutes=each.get("touch_minutes"),
        first_touch=terms_of(each.get("first_touch"), each["to"]),
        act_hours=each.get("act_hours", 48),
        offer_again_minutes=each.get("offer_again_minutes"),
        calendar=calendars[each["calendar"]],
        calendar_id=key_id(workspace_id, "calendar", each["calendar"]),
        owner_email=each.get("owner", ""),
        ladder=tuple(
            StepTerms(place, step["after_minutes"], step["action"]) for place, step in enumerate(each["ladder"])
        ),
        routing=tuple(
            RuleTerms(
                position=place,
                label=rule["label"],
                expression=rule["expression"],
                target=rule["target"],
                pool_key=rule.get("pool", ""),
                pool_id=key_id(workspace_id, "pool", rule["pool"]) if rule.get("pool") else None,
                member_key=rule.get("member", ""),
            )
            for place, rule in enumerate(each["routing"])
        ),
    )


def handoffs_at(workspace_id: UUID, version: int) -> Handoffs:
    """The seams as a published version had them: what clocks started under it are kept by."""
    return handoffs_of(Workspace(pk=workspace_id, blueprint_version=version))
