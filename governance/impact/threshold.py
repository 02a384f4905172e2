"""One threshold tried out at once: the same replay, answered while the slider is still in the hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from blueprint.documents import document as published_document
from blueprint.paths import put
from core.people.models import Workspace
from core.sql import load
from governance.sets import Replay, ReplayedVersion

DAYS = 90

WHAT_IF_THRESHOLD = load("governance", "what_if_threshold")
RECORDS_BY_SCORE = load("governance", "records_by_score")


@dataclass(frozen=True)
class ThresholdWhatIf:
    """A candidate threshold on the records in play: how many qualify now and then, and what those who differ became."""

    threshold: int
    candidate: int
    days: int
    considered: int
    before: int
    after: int
    gained: int
    lost: int
    would_enter: int
    wins_lost: int
    wins_gained: int
    gained_accepted: int
    lost_accepted: int
    lost_rejected: int


@dataclass(frozen=True)
class ThresholdCurve:
    """How many records have each score, and how many of them were won: where to put the line."""

    scores: tuple[int, ...]
    records: tuple[int, ...]
    won: tuple[int, ...]

    def reached(self, threshold: int) -> int:
        """Records at or above a score."""
        return sum(count for score, count in zip(self.scores, self.records, strict=True) if score >= threshold)


def what_if_threshold(
    workspace: Workspace, threshold: int, *, at: datetime, days: int = DAYS, path: str = ""
) -> ThresholdWhatIf | None:
    """What another MQL threshold would have done over the last `days`. One query; None where no stage asks for it."""
    base = published_document(workspace.pk, workspace.blueprint_version)
    before = ReplayedVersion.of(workspace.pk, base)
    after = ReplayedVersion.of(workspace.pk, put(base, ("scoring", "threshold"), threshold))
    path = path or threshold_stage(before)
    if not path:
        return None
    replay = Replay(before, after, path, at=at, since=at - timedelta(days=days))
    [counted] = replay.fill(WHAT_IF_THRESHOLD).rows()
    return ThresholdWhatIf(before.blueprint.scoring.threshold, threshold, days, *counted)


def threshold_curve(workspace: Workspace, *, at: datetime, days: int = DAYS) -> ThresholdCurve | None:
    """The scores of the records in play. One query."""
    version = ReplayedVersion.of(workspace.pk, published_document(workspace.pk, workspace.blueprint_version))
    path = threshold_stage(version)
    if not path:
        return None
    rows = Replay(version, version, path, at=at, since=at - timedelta(days=days)).fill(RECORDS_BY_SCORE).rows()
    columns = list(zip(*rows, strict=True)) or [(), (), ()]
    return ThresholdCurve(*columns)


def threshold_stage(version: ReplayedVersion) -> str:
    """The stage whose gate asks for a score: `lifecycle/mql`. The first that triggers a seam, else the first at all."""
    asking = [
        stage
        for stage in version.blueprint.stages_by_id.values()
        if any("score" in line.expression for line in stage.entry)
    ]
    at_seam = [stage for stage in asking if version.seam_at(stage)]
    return next((stage.path for stage in (*at_seam, *asking)), "")
