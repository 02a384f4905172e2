"""The handoffs' part of the blueprint, as frozen dataclasses: calendars, seams, ladders, reason codes, pools, routing.

terms = handoffs_of(workspace)     # the version in force
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from handoffs.models import Calendar, Holiday, LadderStep, Pool, ReasonCode, RoutingRule, Seam
from lifecycle.blueprint import lines
from lifecycle.rules.criteria import Line
from revops import businesstime
from revops.blueprint.documents import per_version
from revops.blueprint.rows import sync_rows
from revops.workspaces.ids import key_id
from revops.workspaces.models import Member, Workspace

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class PacketItem:
    """One thing the sender must hand over."""

    key: str
    label: str
    required: bool


@dataclass(frozen=True)
class StepTerms:
    """One step of the ladder; minutes are working minutes from the due time, negative before it."""

    position: int
    after_minutes: int
    action: str


@dataclass(frozen=True)
class RuleTerms:
    """One routing rule."""

    position: int
    label: str
    expression: str
    target: str
    pool_key: str = ""
    pool_id: UUID | None = None
    member_key: str = ""


@dataclass(frozen=True)
class PoolTerms:
    """Who takes turns."""

    id: UUID
    key: str
    label: str
    function: str
    team_key: str = ""
    region: str = ""


@dataclass(frozen=True)
class ReasonTerms:
    """Why not, and what happens next."""

    id: UUID
    key: str
    label: str
    purpose: str
    disposition: str
    needs_note: bool


@dataclass(frozen=True)
class SeamTerms:
    """Where one team hands to another."""

    id: UUID
    key: str
    label: str
    position: int
    from_function: str
    to_function: str
    trigger: str
    trigger_stage_id: UUID
    acceptance: tuple[Line, ...]
    packet: tuple[PacketItem, ...]
    accept_stage: str
    creates: dict[str, str] | None
    answer_minutes: int
    touch_minutes: int | None
    act_hours: int
    calendar: businesstime.Calendar
    calendar_id: UUID
    owner_email: str
    ladder: tuple[StepTerms, ...]
    routing: tuple[RuleTerms, ...]


@dataclass(frozen=True)
class Handoffs:
    """Everything the blueprint says about who takes it."""

    seams: tuple[SeamTerms, ...]
    pools: tuple[PoolTerms, ...]
    reasons: tuple[ReasonTerms, ...]

    @cached_property
    def seams_by_id(self) -> dict[UUID, SeamTerms]:
        """Seam id → terms."""
        return {seam.id: seam for seam in self.seams}

    @cached_property
    def seams_by_trigger(self) -> dict[UUID, SeamTerms]:
        """Trigger stage id → seam."""
        return {seam.trigger_stage_id: seam for seam in self.seams}

    @cached_property
    def pools_by_id(self) -> dict[UUID, PoolTerms]:
        """Pool id → terms."""
        return {pool.id: pool for pool in self.pools}

    def reason(self, purpose: str, key: str) -> ReasonTerms:
        """By purpose and key. Raises KeyError."""
        for each in self.reasons:
            if (each.purpose, each.key) == (purpose, key):
                return each
        raise KeyError(key)


def calendar_of(each: dict[str, Any]) -> businesstime.Calendar:
    """A document's calendar as business time understands it."""
    weekly = each.get("weekly", {})
    return businesstime.Calendar(
        time_zone=each["time_zone"],
        weekly=tuple(tuple(tuple(span.split("-")) for span in weekly.get(day, ())) for day in DAYS),
        holidays=frozenset(_day(holiday["date"]) for holiday in each.get("holidays", [])),
    )


def _day(given: str | date) -> date:
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
        act_hours=each.get("act_hours", 48),
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
                "on": _day(holiday["date"]),
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
        "acceptance_criteria": [{"label": each.label, "expression": each.expression} for each in seam.acceptance],
        "packet": [{"key": item.key, "label": item.label, "required": item.required} for item in seam.packet],
        "on_accept": raw.get("on_accept", {}),
        "answer_minutes": seam.answer_minutes,
        "touch_minutes": seam.touch_minutes,
        "act_hours": seam.act_hours,
        "calendar_id": seam.calendar_id,
        "owner_id": owners.get(seam.owner_email),
    }


def handoffs_at(workspace_id: UUID, version: int) -> Handoffs:
    """The seams as a published version had them: what clocks started under it are kept by."""
    return handoffs_of(Workspace(pk=workspace_id, blueprint_version=version))


def queue_for(terms: Handoffs, seam: SeamTerms) -> PoolTerms | None:
    """The pool a seam's handoffs wait in when nobody is there: that of its last rule with one, else of the function."""
    ids = [rule.pool_id for rule in seam.routing if rule.pool_id]
    if ids:
        return terms.pools_by_id[ids[-1]]
    return next((pool for pool in terms.pools if pool.function == seam.to_function), None)
