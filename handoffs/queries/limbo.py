"""Limbo: whatever waits for nobody who can act, with its cause, since when, and what comes next. It should be empty."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from blueprint.documents import blueprint_of, seams_since
from core.errors import BadInput
from core.http.paging import PAGE, cut, mark_of, read_mark
from core.people.models import Member, Workspace
from core.sql import load
from handoffs.models import Seam
from handoffs.queries.inbox import seam_named
from handoffs.rules.routing import ANSWERING_ROLES

MARKETING = "marketing"
LIMBO_ITEMS = load("handoffs", "limbo_items")

# cause → how it is called, what it waits for, and what to do about it
CAUSES: dict[str, tuple[str, str, str]] = {
    "returned": ("Returned", "the sender to put it right", "Offer again"),
    "recalled": ("Recalled", "the sender to offer it again", "Offer again"),
    "never_offered": ("Never offered", "somebody to offer it", "Offer"),
    "queue": ("In a queue", "somebody of the team to be there", "Route again"),
    "unmatched": ("No rule matched", "a routing rule, or somebody to take it", "Route again"),
    "left": ("Holder left", "somebody who is here", "Hand over"),
    "program": ("Held by a program", "a person", "Hand over"),
    "role": ("Holder may not act", "somebody whose role may", "Hand over"),
    "absent": ("Holder is away", "somebody who is here before it is due", "Route again"),
    "lost_seat": ("Holder lost the seat", "somebody of the team", "Route again"),
    "ladder_ended": ("Ladder ended", "anybody at all", "Route again"),
    "no_owner": ("No owner", "an owner", "Name an owner"),
}


@dataclass(frozen=True)
class LimboItem:
    """One thing that waits for nobody. `noun`: record, handoff or task; `next_at`: when it is routed again; then its
    cause in words, what would end it, and what to do about it."""

    noun: str
    cause: str
    id: UUID
    number: int
    record_number: int | None
    name: str
    seam_id: UUID | None
    holder: str | None
    since: datetime
    next_at: datetime | None
    seam_key: str | None
    seam_label: str | None
    age_minutes: int
    label: str
    waits_for: str
    action: str

    @property
    def is_routed(self) -> bool:
        """Whether routing can end it; a record without an able owner needs one named by a person."""
        return self.noun != "record" or self.cause in ("returned", "recalled", "never_offered")


@dataclass(frozen=True)
class Limbo:
    """How much is in limbo by cause, and since when the oldest."""

    counts: Mapping[str, int]
    oldest_at: datetime | None

    @property
    def total(self) -> int:
        """All of it."""
        return sum(self.counts.values())


def limbo_page(
    workspace: Workspace, at: datetime, *, cause: str = "", seam: str = "", after: str = "", size: int = PAGE
) -> tuple[list[LimboItem], str, Limbo]:
    """One page, longest waiting first, the mark of the next ("" when there is none), and how much there is of every
    cause. One query. Raises BadInput."""
    if cause and cause not in CAUSES:
        raise BadInput(f"Choose one of: {', '.join(CAUSES)}.", field="cause")
    seam_id, mark = _seam_id(workspace, seam), read_mark(after) if after else None
    items, limbo = _looked(workspace, at, cause=cause or None, seam=seam_id, after=mark, most=size + 1)
    return *cut(items, size, lambda item: mark_of(item.id, item.since)), limbo


def limbo_items(workspace: Workspace, at: datetime, ids: Collection[UUID] | None = None) -> list[LimboItem]:
    """Those with these ids, or the thousand longest waiting ones. One query."""
    return _looked(workspace, at, ids=None if ids is None else list(ids))[0]


def _looked(
    workspace: Workspace,
    at: datetime,
    *,
    ids: list[UUID] | None = None,
    cause: str | None = None,
    seam: UUID | None = None,
    after: tuple[datetime, UUID] | None = None,
    most: int = 1_000,
) -> tuple[list[LimboItem], Limbo]:
    after_at, after_id = after or (None, None)
    wanted = {"ids": ids, "cause": cause, "seam": seam, "most": most, "after_at": after_at, "after_id": after_id}
    rows = LIMBO_ITEMS.rows(**wanted, **_blueprint(workspace, at))
    *_, counts, oldest_at = rows[0]
    items = []
    for *row, _, _ in rows if rows[0][2] else ():
        _, why, *_, seam_id, _, since, _ = row
        found = blueprint_of(workspace).seams_by_id.get(seam_id)
        of_seam = (found.key, found.label) if found else (None, None)
        told: tuple[Any, ...] = (*of_seam, round((at - since).total_seconds() / 60), *CAUSES[why])
        items.append(LimboItem(*row, *told))
    return items, Limbo(counts, oldest_at)


def limbo_counts(workspace: Workspace, at: datetime, *, seam: str = "") -> Limbo:
    """How many by cause, and the oldest. One query. Raises BadInput."""
    return _looked(workspace, at, seam=_seam_id(workspace, seam), most=0)[1]


@dataclass(frozen=True)
class LimboCard:
    """How much is in limbo now, the oldest of it, and its owners: those of the seams, else the workspace's admins."""

    total: int
    oldest_at: datetime | None
    owners: tuple[str, ...]

    @property
    def owner(self) -> str:
        """Their names in one line."""
        return ", ".join(self.owners)


def limbo_card(workspace: Workspace, at: datetime) -> LimboCard:
    """As it is now, whatever period is looked at. Two queries."""
    limbo = limbo_counts(workspace, at)
    seams = Seam.objects.filter(is_retired=False, owner__is_active=True).order_by("position")
    owners = list(dict.fromkeys(seams.values_list("owner__name", flat=True)))
    if not owners:
        admins = Member.objects.filter(role__in=(Member.Role.OWNER, Member.Role.ADMIN), is_active=True)
        owners = list(admins.order_by("joined_at").values_list("name", flat=True)[:2])
    return LimboCard(limbo.total, limbo.oldest_at, tuple(owners))


def _seam_id(workspace: Workspace, key: str) -> UUID | None:
    return seam_named(blueprint_of(workspace), key).id if key else None


def _blueprint(workspace: Workspace, at: datetime) -> dict[str, Any]:
    """What the statements ask of the blueprint in force; of the open stages, those in which a record has an owner."""
    blueprint = blueprint_of(workspace)
    since = seams_since(workspace)
    seams, made = blueprint.seams, [seam.on_accept.create for seam in blueprint.seams]
    stages = [each for each in blueprint.stages_by_id.values() if each.is_open]
    owned = [each for each in stages if each.team != MARKETING and each.id not in blueprint.seams_by_trigger]
    return {
        "at": at,
        "answering_roles": ANSWERING_ROLES,
        "seams": [seam.id for seam in seams],
        "triggers": [seam.trigger_stage_id for seam in seams],
        "are_closed": [not blueprint.stages_by_id[seam.trigger_stage_id].is_open for seam in seams],
        "there_since": [since.get(seam.key) for seam in seams],
        "next_pipelines": [each and blueprint.pipeline(each.pipeline).id for each in made],
        "open_stages": [each.id for each in stages],
        "owned_stages": [each.id for each in owned],
    }
