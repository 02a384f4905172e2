"""What the blueprint says about who takes it, as frozen dataclasses."""

from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from blueprint.expressions.criteria import Line
from core import businesstime
from handoffs.rules.first_touch import FirstTouch


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
    first_touch: FirstTouch
    act_hours: int
    calendar: businesstime.Calendar
    calendar_id: UUID
    owner_email: str
    ladder: tuple[StepTerms, ...]
    routing: tuple[RuleTerms, ...]
    offer_again_minutes: int | None = None


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


def queue_for(terms: Handoffs, seam: SeamTerms) -> PoolTerms | None:
    """The pool a seam's handoffs wait in when nobody is there: that of its last rule with one, else of the function."""
    ids = [rule.pool_id for rule in seam.routing if rule.pool_id]
    if ids:
        return terms.pools_by_id[ids[-1]]
    return next((pool for pool in terms.pools if pool.function == seam.to_function), None)
