"""Setting this quarter's target for a seam, and writing down what was tried for it in a week."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from core.errors import BadInput, NotPermitted, RuleSaysNo
from core.history.actions import record
from core.people.models import Member
from core.people.permissions import LEADS, permit
from scorecard.models import LeakEntry, SeamTarget
from scorecard.queries.boards import Board
from scorecard.queries.leaks import came_across_before, quarter_of, weeks_of
from scorecard.rules.periods import start_of
from scorecard.rules.seam_losses import LONGEST_TRIED

BASIS_POINT = Decimal("0.0001")


@transaction.atomic
def set_target(board: Board, *, seam: str, target_ratio: Decimal, owner: str, by: Member, at: datetime) -> SeamTarget:
    """One target a quarter: what of a seam's handoffs is to come across, and who sees to it, by their address. Setting
    it again changes it; another seam only before anything was tried, or where the former is no seam any more. Raises
    BadInput, RuleSaysNo."""
    permit(by, "leak.target")
    if seam not in board.blueprint.seams_by_key:
        raise BadInput("There is no such seam.", code="unknown_seam", field="seam")
    if not 0 < target_ratio <= 1:
        raise BadInput("A target is above 0 and at most 1.", code="out_of_bounds", field="target_ratio")
    people = Member.objects.filter(is_active=True, kind=Member.Kind.PERSON)
    sees_to_it = people.filter(email__iexact=owner).exclude(role=Member.Role.VIEWER).first()
    if sees_to_it is None:
        raise BadInput("There is nobody with this address who could.", code="unknown_member", field="owner")
    quarter = quarter_of(board).first
    if not SeamTarget.objects.filter(quarter=quarter).exists():  # two at once: the second waits, and changes the first
        fresh = _fresh(board, seam, quarter, target_ratio, sees_to_it, by, at)
        SeamTarget.objects.bulk_create([fresh], ignore_conflicts=True)
    target: SeamTarget = SeamTarget.objects.select_for_update().get(quarter=quarter)
    if target.seam != seam:
        is_there = target.seam in board.blueprint.seams_by_key
        if is_there and LeakEntry.objects.filter(of=target, seam=target.seam).exists():
            said = "Something was tried for this quarter's seam already. Another one is for the next quarter."
            raise RuleSaysNo(said, code="log_begun", field="seam", facts={"seam": target.seam})
        target.seam, target.baseline_ratio = seam, _baseline(board, seam)
    target.target_ratio, target.owner = target_ratio.quantize(BASIS_POINT), sees_to_it
    target.set_by, target.set_at = by, at
    target.save()
    record("seam_target.set", target, at=at, actor=by, facts=_facts(target))
    return target


@transaction.atomic
def log_tried(board: Board, *, tried: str, week: date | None = None, by: Member, at: datetime) -> LeakEntry:
    """Write down what was tried in a week of this quarter, without one in this week; what one wrote of it before is
    replaced. Whoever sees to the target does, or leads. Raises BadInput, RuleSaysNo, NotPermitted."""
    permit(by, "leak.log")
    said, monday = " ".join(tried.split()), start_of(week or board.today, "week")
    if not said:
        raise BadInput("Say what was tried.", code="missing", field="tried")
    if len(said) > LONGEST_TRIED:
        raise BadInput(f"At most {LONGEST_TRIED:,} letters.", code="too_long", field="tried")
    quarter = quarter_of(board)
    if monday not in weeks_of(quarter):
        raise BadInput("Choose a week of this quarter that has begun.", code="out_of_bounds", field="week")
    target = SeamTarget.objects.select_for_update().filter(quarter=quarter.first).first()
    if target is None:
        raise RuleSaysNo("This quarter has no target yet.", code="no_target")
    if by.role not in LEADS and by.pk != target.owner_id:
        raise NotPermitted("Who sees to the target writes its log, or somebody who leads.", code="not_yours")
    if target.seam not in board.blueprint.seams_by_key:
        raise RuleSaysNo("The target's seam was taken out. Set one for another seam first.", code="seam_gone")
    entry, _ = LeakEntry.objects.update_or_create(
        of=target, seam=target.seam, week=monday, by=by, defaults={"tried": said, "at": at}
    )
    facts = {"seam": target.seam, "week": monday.isoformat(), "tried": said}
    record("seam_target.tried", target, at=at, actor=by, facts=facts)
    return entry


def _fresh(
    board: Board, seam: str, quarter: date, target_ratio: Decimal, owner: Member, by: Member, at: datetime
) -> SeamTarget:
    known: dict[str, Any] = {"quarter": quarter, "seam": seam, "target_ratio": target_ratio.quantize(BASIS_POINT)}
    return SeamTarget(**known, baseline_ratio=_baseline(board, seam), owner=owner, set_by=by, set_at=at)


def _baseline(board: Board, seam: str) -> Decimal | None:
    before = came_across_before(board, seam)
    return None if before is None else before.quantize(BASIS_POINT)


def _facts(target: SeamTarget) -> dict[str, Any]:
    return {
        "seam": target.seam,
        "quarter": target.quarter.isoformat(),
        "target": str(target.target_ratio),
        "baseline": None if target.baseline_ratio is None else str(target.baseline_ratio),
        "owner": target.owner.name,
    }
