"""Taking records in: the page passes one row, an import passes thousands, and they go the same way."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from lifecycle.actions.gate import facts as gate_facts
from lifecycle.actions.gate import sentence
from lifecycle.blueprint import Lifecycle, lifecycle_of
from lifecycle.intake.reasons import loss_keys, reasons_of
from lifecycle.intake.rows import Incoming, Outcome, Refused
from lifecycle.intake.running import Line, run
from lifecycle.intake.shape import Shaped, shape
from lifecycle.models import Import, Rejection
from lifecycle.rules.gates import what_is_missing
from revops.errors import BadInput
from revops.history.actions import tell
from revops.workspaces.models import Member, Workspace
from revops.workspaces.permissions import permit

__all__ = ["MOST_ROWS", "Incoming", "Outcome", "Refused", "take_in"]

MOST_ROWS = 10_000
MOST_WAVES = 50  # rows of one batch that mean the same record; each needs a statement of its own
TAKEN = ("created", "updated", "unchanged")
SAID = {
    "repeated_id": "This id came before in the same file, with other values.",
    "exact_duplicate": "The same row came before in the same file.",
    "unknown_stage": "There is no such stage in the record's pipeline.",
    "history_conflicts": "The record already has a history of its own here; dated stages cannot replace it.",
    "repeated_too_often": f"More than {MOST_WAVES} rows of one batch mean the same record.",
}


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

    `on_repeat`: a later row about the same record updates it, or with "first" is rejected (also against earlier
    batches of the import `of`). Beats: permit, shape, one statement per wave (a wave has no record twice), keep the
    rejections, tell the followers. Raises NotPermitted, BadInput for too many rows.
    """
    permit(by, "record.write")
    if any(row.history for row in rows):
        permit(by, "record.import")
    if len(rows) > MOST_ROWS:
        raise BadInput(f"At most {MOST_ROWS:,} rows at once.", code="too_many_rows")
    batch = _Batch(workspace, by, at, cause, is_first_only=on_repeat == "first", of=of)
    batch.take(rows)
    keep_rejections(batch.outcome.rejected, of=of, at=at)
    batch.tell()
    return batch.outcome


def keep_rejections(refused: Iterable[Refused], *, of: Import | None, at: datetime) -> None:
    """Keep every row that did not become a record, with its reason. One query, none when there is nothing."""
    kept = [
        Rejection(
            of=of, line=each.line, code=each.code, field=each.field[:120], detail=each.detail[:500],
            row=dict(each.raw), at=at,
        )
        for each in refused
    ]  # fmt: skip
    if kept:
        Rejection.objects.bulk_create(kept, batch_size=2_000)


class _Batch:
    """One call of `take_in` on its way through the waves."""

    def __init__(
        self, workspace: Workspace, by: Member, at: datetime, cause: str, *, is_first_only: bool, of: Import | None
    ) -> None:
        self.workspace, self.by, self.at, self.cause, self.of = workspace, by, at, cause, of
        self.is_first_only = is_first_only
        self.lifecycle: Lifecycle = lifecycle_of(workspace)
        self.outcome = Outcome()
        self.stands: dict[UUID, UUID] = {}  # record → the stage it entered last
        self.followers: set[UUID] = set()  # records that came from another one
        self.days: set[date] = set()  # past days that now read otherwise
        self.taken: dict[tuple[str, ...], UUID | None] = {}  # key → digest of the row that took it

    def take(self, rows: Sequence[Incoming]) -> None:
        waiting = self._shaped(rows)
        for _ in range(MOST_WAVES):
            if not waiting:
                return
            waiting = self._wave(waiting)
        self.outcome.rejected += [_refused(each, "repeated_too_often") for each in waiting]

    def _shaped(self, rows: Sequence[Incoming]) -> list[Shaped]:
        reasons = loss_keys(reasons_of(self.workspace))
        ready = []
        is_imported = self.of is not None or self.is_first_only
        for row in rows:
            shaped = shape(row, self.lifecycle, self.at, is_imported=is_imported, reasons=reasons)
            if isinstance(shaped, Refused):
                self.outcome.rejected.append(shaped)
            else:
                ready.append(shaped)
        return ready

    def _wave(self, waiting: list[Shaped]) -> list[Shaped]:
        """Take in the first row of every record; what remains waits for the next wave."""
        wave: list[Shaped] = []
        later: list[Shaped] = []
        seen: set[tuple[str, ...]] = set()
        for each in waiting:
            if self.is_first_only and each.keys and each.keys[0] in self.taken:
                same = self.taken[each.keys[0]] == each.digest
                self.outcome.rejected.append(_refused(each, "exact_duplicate" if same else "repeated_id"))
                continue
            (later if not seen.isdisjoint(each.keys) else wave).append(each)
            seen.update(each.keys)
        again = self._take_wave(wave)
        return again + later

    def _take_wave(self, wave: list[Shaped]) -> list[Shaped]:
        if not wave:
            return []
        for place, each in enumerate(wave):
            each.sent["i"] = place
            if self.of is not None and self.is_first_only and each.keys:
                identity = hashlib.md5(repr(each.keys[0]).encode(), usedforsecurity=False).hexdigest()
                each.sent["q"], each.sent["dg"] = identity, each.digest and each.digest.hex
        lines = run(
            self.workspace,
            [each.sent for each in wave],
            by=self.by,
            at=self.at,
            cause=self.cause,
            of=self.of.pk if self.of else None,
        )
        again = []
        for line in sorted(lines, key=lambda each: each.i):
            shaped = wave[line.i]
            if line.verdict == "again":
                again.append(shaped)
            elif line.verdict in TAKEN:
                self._note(shaped, line)
            else:
                self.outcome.rejected.append(self._refusal(shaped, line))
        return again

    def _note(self, shaped: Shaped, line: Line) -> None:
        number, state, outcome = shaped.row.line, line.verdict, self.outcome
        setattr(outcome, state, getattr(outcome, state) + 1)
        assert line.number is not None, "a record that was taken in has its number"
        outcome.numbers[number], outcome.ids[number], outcome.states[number] = line.number, line.id, state
        if line.held:
            outcome.held[number] = line.held
        if shaped.keys:
            self.taken.setdefault(shaped.keys[0], shaped.digest)
        if line.entered:
            self.stands[line.id] = line.entered
            if line.origin_id:
                self.followers.add(line.id)
        if shaped.row.history and state != "unchanged":
            moments = [moment for _, moment in shaped.row.history] + (line.old_moments or [])
            self.days.update(moment.date() for moment in moments)

    def _refusal(self, shaped: Shaped, line: Line) -> Refused:
        if line.verdict == "email_taken":
            detail = f"Another lead, number {line.email_of}, already has this address."
            return Refused(shaped.row.line, line.verdict, "email", detail, shaped.row.raw)
        if line.verdict == "gate_closed" and line.target and line.facts is not None:
            to_stage = self.lifecycle.stages_by_id[line.target]
            from_stage = self.lifecycle.stages_by_id.get(line.old_stage) if line.old_stage else None
            is_reasoned = bool(shaped.row.reason_key)
            looked_at = json.loads(line.facts)
            unmet = what_is_missing(self.lifecycle, from_stage, to_stage, looked_at, self.at, is_reasoned=is_reasoned)
            words = sentence(to_stage, unmet)
            return Refused(shaped.row.line, "gate_closed", "stage", words, shaped.row.raw, gate_facts(to_stage, unmet))
        return _refused(shaped, line.verdict)

    def tell(self) -> None:
        """The followers act in this transaction: handoffs are offered where the stage is a seam's trigger."""
        for record_id, stage_id in self.stands.items():
            self.outcome.entered.setdefault(stage_id, []).append(record_id)
        if self.outcome.entered:
            tell(
                "records.entered", workspace=self.workspace, entered=self.outcome.entered, by=self.by, at=self.at
            )
        if self.days:
            tell("history.told", workspace=self.workspace, days=sorted(self.days), by=self.by, at=self.at)


def _refused(shaped: Shaped, code: str) -> Refused:
    field = {"unknown_stage": "stage", "history_conflicts": "history"}.get(code, "external_id")
    return Refused(shaped.row.line, code, field, SAID[code], shaped.row.raw)
