"""One threshold tried out at once: the same replay, answered while the slider is still in the hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from blueprint.documents import document as published_document
from blueprint.paths import put
from blueprint.schema import Blueprint
from core.people.models import Workspace
from core.sql import load
from governance.impact.replay import Replay

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


def what_if_threshold(workspace: Workspace, threshold: int, *, at: datetime) -> ThresholdWhatIf | None:
    """What another MQL threshold would have done over the last 90 days. One query; None where no stage asks for it."""
    base = published_document(workspace.pk, workspace.blueprint_version)
    before = Blueprint.of(workspace.pk, base)
    after = Blueprint.of(workspace.pk, put(base, ("scoring", "threshold"), threshold))
    path = threshold_stage(before)
    if not path:
        return None
    replay = Replay(before, after, path, at=at, since=at - timedelta(days=DAYS))
    [counted] = replay.fill(WHAT_IF_THRESHOLD).rows()
    return ThresholdWhatIf(before.scoring.threshold, threshold, DAYS, *counted)


def threshold_curve(workspace: Workspace, *, at: datetime) -> ThresholdCurve | None:
    """The scores of the records in play. One query."""
    version = Blueprint.of(workspace.pk, published_document(workspace.pk, workspace.blueprint_version))
    path = threshold_stage(version)
    if not path:
        return None
    rows = Replay(version, version, path, at=at, since=at - timedelta(days=DAYS)).fill(RECORDS_BY_SCORE).rows()
    columns = list(zip(*rows, strict=True)) or [(), (), ()]
    return ThresholdCurve(*columns)


def threshold_stage(version: Blueprint) -> str:
    """The stage whose gate asks for a score: `lifecycle/mql`. The first that triggers a seam, else the first at all."""
    stages = version.stages_by_path.values()
    asking = [stage for stage in stages if any("score" in line.expression for line in stage.entry)]
    at_seam = [stage for stage in asking if stage.id in version.seams_by_trigger]
    return next((stage.path for stage in (*at_seam, *asking)), "")
