"""One threshold tried out at once: the same replay, answered while the slider is still in the hand."""

from __future__ import annotations

from datetime import datetime, timedelta

from blueprint.documents import blueprint_of
from blueprint.documents import document as published_document
from blueprint.paths import put
from blueprint.schema import Blueprint
from core.people.models import Workspace
from core.sql import load
from governance.impact.replay import Replay

DAYS = 90

WHAT_IF_THRESHOLD = load("governance", "what_if_threshold")
RECORDS_BY_SCORE = load("governance", "records_by_score")


def what_if_threshold(workspace: Workspace, threshold: int, *, at: datetime) -> dict[str, int] | None:
    """What another MQL threshold would have done over the last 90 days: the columns of the statement, beside both
    thresholds. One query; None where no stage asks for it."""
    before = blueprint_of(workspace)
    base = published_document(workspace.pk, workspace.blueprint_version)
    after = Blueprint.of(workspace.pk, put(base, ("scoring", "threshold"), threshold))
    path = threshold_stage(before)
    if not path:
        return None
    file = Replay(before, after, path, at=at, since=at - timedelta(days=DAYS)).fill(WHAT_IF_THRESHOLD)
    [counted] = file.rows()
    told = {"threshold": before.scoring.threshold, "candidate": threshold, "days": DAYS}
    return told | dict(zip(file.columns, counted, strict=True))


def threshold_curve(workspace: Workspace, *, at: datetime) -> list[tuple[int, int, int]]:
    """How many of the records in play have each score, and how many of them were won: `(score, records, won)`. One
    query; nothing where no stage asks for a score."""
    version = blueprint_of(workspace)
    path = threshold_stage(version)
    if not path:
        return []
    replay = Replay(version, version, path, at=at, since=at - timedelta(days=DAYS))
    return [(score, records, won) for score, records, won in replay.fill(RECORDS_BY_SCORE).rows()]


def threshold_stage(version: Blueprint) -> str:
    """The stage whose gate asks for a score: `lifecycle/mql`. The first that triggers a seam, else the first at all."""
    stages = version.stages_by_path.values()
    asking = [stage for stage in stages if any("score" in line.expression for line in stage.entry)]
    at_seam = [stage for stage in asking if stage.id in version.seams_by_trigger]
    return next((stage.path for stage in (*at_seam, *asking)), "")
