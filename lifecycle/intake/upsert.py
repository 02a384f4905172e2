"""A batch on its way through the waves: rows about the same record take turns, and every row is accounted for."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from blueprint.documents import blueprint_of
from blueprint.expressions.amounts import Rate
from blueprint.expressions.wall_clock import ZONE
from blueprint.schema import Blueprint
from core.errors import BadInput
from core.people.models import Member, Workspace
from lifecycle.actions.waiting import HELD
from lifecycle.ask_again_sql import schedule
from lifecycle.closed_periods import CLOSED_FACTS
from lifecycle.facts import rate_of
from lifecycle.intake.batch_rows import Incoming, Outcome, Refused
from lifecycle.intake.execute import RowResult, execute
from lifecycle.intake.new_records import are_likely_new
from lifecycle.intake.row_schema import Shaped, shape
from lifecycle.models import Import
from lifecycle.rules.gates import GateClosed, Unmet, born_from, what_is_missing
from lifecycle.rules.owners import NOT_YOURS

MOST_WAVES = 50  # rows of one batch that mean the same record; each needs a statement of its own
TAKEN = ("created", "updated", "unchanged")
SAID = {
    "repeated_id": "This id came before in the same file, with other values.",
    "exact_duplicate": "The same row came before in the same file.",
    "unknown_stage": "There is no such stage in the record's pipeline.",
    "another_pipeline": "The record is in another pipeline. Another pipeline is another record.",
    "not_yours": NOT_YOURS,
    "history_conflicts": "The record already has a history of its own here; dated stages cannot replace it.",
    "repeated_too_often": f"More than {MOST_WAVES} rows of one batch mean the same record.",
}


def upsert(
    workspace: Workspace,
    rows: Sequence[Incoming],
    *,
    by: Member | None,
    at: datetime,
    cause: str,
    is_first_only: bool = False,
    of: Import | None = None,
) -> Outcome:
    """Create or update a record for every row, and say where records now stand that stood elsewhere before. `of` is
    the import the rows come from; with `is_first_only` the first of its rows about a record wins."""
    return _Batch(workspace, blueprint_of(workspace), by, at, cause, is_first_only, of).take(rows)


@dataclass
class _Batch:
    """One call of `upsert` on its way through the waves. `stands`: record → the stage it entered last; `taken`: key →
    the digest of the row that took it; `rates`: by currency, what refused rows are explained with."""

    workspace: Workspace
    lifecycle: Blueprint
    by: Member | None
    at: datetime
    cause: str
    is_first_only: bool
    of: Import | None
    outcome: Outcome = field(default_factory=Outcome)
    stands: dict[UUID, UUID] = field(default_factory=dict)
    taken: dict[tuple[str, ...], UUID | None] = field(default_factory=dict)
    rates: dict[str, dict[str, Rate]] = field(default_factory=dict)

    def take(self, rows: Sequence[Incoming]) -> Outcome:
        """Take the rows in, wave after wave; then work out when each record is asked again."""
        outcome, waiting = self.outcome, []
        for row in rows:
            try:
                shaped = shape(
                    row,
                    self.lifecycle,
                    self.at,
                    is_of_file=self.of is not None,
                    is_first_only=self.is_first_only,
                    by=self.by,
                )
                waiting.append(shaped)
            except BadInput as bad:
                outcome.rejected.append(Refused(row.line, bad.code, bad.field or "", bad.detail, row.raw))
        are_new = are_likely_new(waiting)
        for place in range(MOST_WAVES):
            waiting = waiting and self._wave(waiting, are_new and place == 0)
        outcome.rejected += [_refused(each, "repeated_too_often") for each in waiting]
        kinds = {row.line: row.kind for row in rows}
        schedule(self.workspace, {record_id: kinds[line] for line, record_id in outcome.ids.items()}, self.at)
        for record_id, stage_id in self.stands.items():
            outcome.entered.setdefault(stage_id, []).append(record_id)
        return outcome

    def _wave(self, waiting: list[Shaped], are_new: bool) -> list[Shaped]:
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
        again = self._take_wave(wave, are_new)
        return again + later

    def _take_wave(self, wave: list[Shaped], are_new: bool) -> list[Shaped]:
        if not wave:
            return []
        for place, each in enumerate(wave):
            each.sent["place"] = place
        results = execute(
            self.workspace,
            [each.sent for each in wave],
            by=self.by,
            at=self.at,
            cause=self.cause,
            of=self.of.pk if self.of else None,
            are_new=are_new,
        )
        again = []
        for result in sorted(results, key=lambda each: each.place):
            shaped = wave[result.place]
            if result.verdict == "again":
                again.append(shaped)
            elif result.verdict == "gate_closed" and shaped.row.is_override:
                # nothing was written: once more, with the lines it passes over, which the event keeps
                shaped.sent["override_facts"] = {"overridden": [each.as_json() for each in self._unmet(shaped, result)]}
                again.append(shaped)
            elif result.verdict in TAKEN:
                self._note(shaped, result)
            else:
                self.outcome.rejected.append(self._refusal(shaped, result))
        return again

    def _note(self, shaped: Shaped, result: RowResult) -> None:
        number, state, outcome = shaped.row.line, result.verdict, self.outcome
        setattr(outcome, state, getattr(outcome, state) + 1)
        assert result.number is not None, "a record that was taken in has its number"
        outcome.numbers[number], outcome.ids[number], outcome.states[number] = result.number, result.id, state
        if result.stage_id:
            outcome.stages[number] = result.stage_id
        if result.held_keys:
            outcome.held[number] = result.held_keys
            outcome.kept_closed += not CLOSED_FACTS.isdisjoint(result.held_keys)
        if shaped.keys:
            self.taken.setdefault(shaped.keys[0], shaped.digest)
        if result.entered_stage_id:
            self.stands[result.id] = result.entered_stage_id
            if result.origin_id:
                outcome.followers.add(result.id)

    def _refusal(self, shaped: Shaped, result: RowResult) -> Refused:
        if result.verdict == "email_taken":
            detail = f"Another lead, number {result.email_of}, already has this address."
            return Refused(shaped.row.line, result.verdict, "email", detail, shaped.row.raw)
        if result.hold is not None:
            return Refused(shaped.row.line, HELD, "stage", result.hold.detail, shaped.row.raw, result.hold.facts)
        if result.verdict == "gate_closed" and result.target_stage_id:
            shut = GateClosed(self.lifecycle.stages_by_id[result.target_stage_id], self._unmet(shaped, result))
            return Refused(shaped.row.line, shut.code, "stage", shut.detail, shaped.row.raw, shut.facts)
        return _refused(shaped, result.verdict)

    def _unmet(self, shaped: Shaped, result: RowResult) -> list[Unmet]:
        """Every line of the gate that the statement found shut."""
        assert result.target_stage_id and result.facts is not None, "a shut gate says what it looked at"
        to_stage = self.lifecycle.stages_by_id[result.target_stage_id]
        if result.old_stage_id:
            from_stage = self.lifecycle.stages_by_id.get(result.old_stage_id)
        else:
            pipeline = self.lifecycle.pipeline(to_stage.pipeline_key)
            from_stage = None if shaped.row.is_made else born_from(pipeline, to_stage)
        is_reasoned, looked_at = "loss_reason" in shaped.sent, json.loads(result.facts)
        currency = looked_at["currency"]
        if currency not in self.rates:
            self.rates[currency] = rate_of(self.workspace, currency, self.at)
        looked_at |= self.rates[currency] | {ZONE: self.workspace.time_zone}
        return what_is_missing(self.lifecycle, from_stage, to_stage, looked_at, self.at, is_reasoned=is_reasoned)


def _refused(shaped: Shaped, code: str) -> Refused:
    field = {
        "unknown_stage": "stage",
        "another_pipeline": "pipeline",
        "not_yours": "owner",
        "history_conflicts": "history",
    }.get(code, "external_id")
    return Refused(shaped.row.line, code, field, SAID[code], shaped.row.raw)
