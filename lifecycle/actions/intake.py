"""Taking records in: the page passes one row, an import passes thousands, and they go the same way."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from math import isfinite
from typing import Any

from core.errors import BadInput
from core.history.actions import tell
from core.people.models import Member, Workspace
from core.people.permissions import permit
from lifecycle.actions import journeys
from lifecycle.intake.batch_rows import Incoming, Outcome, Refused
from lifecycle.intake.upsert import upsert
from lifecycle.models import Import, Rejection

__all__ = ["MOST_ROWS", "Incoming", "Outcome", "Refused", "keep_rejections", "take_in"]

MOST_ROWS = 10_000


def take_in(
    workspace: Workspace,
    rows: Sequence[Incoming],
    *,
    by: Member,
    at: datetime,
    cause: str = "intake",
    on_repeat: str = "update",
    of: Import | None = None,
) -> Outcome:
    """Create or update a record for every row, score it, move it on, and say what became of each row.

    `on_repeat`: a later row about the same record updates it, or with "first" is rejected. Beats: permit, shape, one
    statement per wave (a wave has no record twice), keep the rejections, let the journey and the followers act. Raises
    NotPermitted, BadInput for too many rows.
    """
    permit(by, "record.write")
    if any(row.stage for row in rows):
        permit(by, "record.advance")
    if any(row.history for row in rows):
        permit(by, "record.import")
    if any(row.is_override for row in rows):
        permit(by, "record.override")
    assert not any(row.is_made for row in rows), "the journey makes its records itself"
    if len(rows) > MOST_ROWS:
        raise BadInput(f"At most {MOST_ROWS:,} rows at once.", code="too_many_rows")
    outcome = upsert(workspace, rows, by=by, at=at, cause=cause, is_first_only=on_repeat == "first", of=of)
    if outcome.rejected:
        keep_rejections(outcome.rejected, of=of, at=at)
    if updated := [outcome.ids[line] for line, state in outcome.states.items() if state == "updated"]:
        tell("records.scored", workspace=workspace, record_ids=updated, at=at)
    fresh = [outcome.ids[line] for line, state in outcome.states.items() if state == "created"]
    journeys.after_entering(workspace, outcome.entered, followers=outcome.followers, fresh=fresh, by=by, at=at)
    return outcome


def keep_rejections(refused: Iterable[Refused], *, of: Import | None, at: datetime) -> None:
    """Keep every row that did not become a record, with its reason. One query, none when there is nothing."""
    kept = [
        Rejection(
            of=of, line=each.line, code=each.code, field=each.field[:120], detail=each.detail[:500],
            row=storable(dict(each.raw)), at=at,
        )
        for each in refused
    ]  # fmt: skip
    if kept:
        Rejection.objects.bulk_create(kept, batch_size=2_000)


def storable(value: Any) -> Any:
    """A rejected row as JSON can hold it: what made it wrong must not stop it from being kept."""
    if isinstance(value, str):
        return value.replace("\x00", "\\0").encode("utf-8", "backslashreplace").decode()
    if isinstance(value, Mapping):
        return {storable(str(key)): storable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [storable(each) for each in value]
    if isinstance(value, float) and not isfinite(value):
        return str(value)
    return value if isinstance(value, int | float | bool | None) else str(value)
