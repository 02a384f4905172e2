"""The journey: a stage that makes the next record, and the lead that follows what came of it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from blueprint.documents import blueprint_of
from blueprint.schema import Blueprint, StageTerms
from blueprint.schema.vocabularies import Category
from blueprint.typed_values import kept
from core.errors import RuleSaysNo
from core.history.actions import tell
from core.people.models import Member, Workspace
from lifecycle.actions.entering import Entry, enter, locked
from lifecycle.intake.batch_rows import Incoming
from lifecycle.intake.upsert import upsert
from lifecycle.models import Record

LONGEST_CHAIN = 8  # records of one journey that are looked back along: lead, deal, customer, expansion, and again
COPIED = ("name", "email", "domain", "source", "amount", "currency", "mrr", "renews_on", "owner_id")


class NoNextRecord(RuleSaysNo):
    """No next record is made of some records, nor then of the others: `why` for each. It is told as the first one."""

    def __init__(self, why: Mapping[UUID, RuleSaysNo]) -> None:
        first = next(iter(why.values()))
        super().__init__(first.detail, code=first.code, field=first.field, facts=first.facts)
        self.why = why


def after_entering(
    workspace: Workspace,
    entered: dict[UUID, list[UUID]],
    *,
    by: Member | None,
    at: datetime,
    followers: Collection[UUID] | None = None,
    fresh: Collection[UUID] = (),
) -> None:
    """Make what the stages entered make, let the leads follow, then tell everybody once; `entered` grows by both.

    `followers`: the records among them that came from another one (None: look). `fresh`: those made just now, which
    nothing can wait for yet. No query where no stage makes anything and nobody follows, but for the news' followers.
    """
    if not entered:
        return
    lifecycle = blueprint_of(workspace)
    waiting = stands = _stands(entered)
    for _ in range(LONGEST_CHAIN):
        news = _make_next(workspace, lifecycle, waiting, by, at)
        if followers is None or followers or news:
            news |= _leads_follow(workspace, lifecycle, waiting | news, by, at)
        if not news:
            break
        stands = stands | news
        waiting, followers = news, None
    entered.clear()
    for record_id, stage_id in stands.items():
        entered.setdefault(stage_id, []).append(record_id)
    tell("records.entered", workspace=workspace, entered=entered, fresh=frozenset(fresh), by=by, at=at)


def move(
    workspace: Workspace, lifecycle: Blueprint, entries: Sequence[Entry], *, by: Member | None, at: datetime
) -> None:
    """Write every entry, and let the journeys and the followers act. Raises AnswerFirst."""
    came_from_another = [each.record.pk for each in entries if each.record.origin_id]
    entered = enter(workspace, lifecycle, entries, by=by, at=at)
    after_entering(workspace, entered, followers=came_from_another, by=by, at=at)


def make_next(
    workspace: Workspace,
    origins: Sequence[Record],
    to_path: str,
    *,
    by: Member | None,
    at: datetime,
    owner_id: UUID | None = None,
    cause: str = "conversion",
) -> list[Record]:
    """Make the next record of each journey in the stage `pipeline/stage`, and tell; an origin that has one on its way
    there gets no second. Raises NoNextRecord where the stage may not be entered."""
    lifecycle = blueprint_of(workspace)
    to_stage = lifecycle.stages_by_path[to_path]
    entered = _make(workspace, lifecycle, origins, to_stage, by, at, cause, owner_id)
    after_entering(workspace, entered, by=by, at=at)
    return list(_on_their_way(lifecycle, origins, to_stage).order_by("number"))


def _stands(entered: Mapping[UUID, Sequence[UUID]]) -> dict[UUID, UUID]:
    """Record → the stage it entered; a record that entered again is only where it went last."""
    return {record_id: stage_id for stage_id, ids in entered.items() for record_id in ids}


def _make_next(
    workspace: Workspace, lifecycle: Blueprint, stands: Mapping[UUID, UUID], by: Member | None, at: datetime
) -> dict[UUID, UUID]:
    made: dict[UUID, UUID] = {}
    for stage_id in dict.fromkeys(stands.values()):
        stage = lifecycle.stages_by_id.get(stage_id)
        if stage and stage.creates:
            ids = [record_id for record_id, there in stands.items() if there == stage_id]
            origins = list(Record.objects.select_related("account").filter(pk__in=ids).order_by("pk"))
            target = lifecycle.stages_by_path[stage.creates]
            made |= _stands(_make(workspace, lifecycle, origins, target, by, at, "conversion", None))
    return made


def _make(
    workspace: Workspace,
    lifecycle: Blueprint,
    origins: Sequence[Record],
    to_stage: StageTerms,
    by: Member | None,
    at: datetime,
    cause: str,
    owner_id: UUID | None,
) -> dict[UUID, list[UUID]]:
    already = set(_on_their_way(lifecycle, origins, to_stage).values_list("origin_id", flat=True))
    kind = lifecycle.pipeline(to_stage.pipeline_key).record_kind
    rows = [
        _copy(lifecycle, place, origin, kind, to_stage, owner_id)
        for place, origin in enumerate(origins)
        if origin.pk not in already
    ]
    outcome = upsert(workspace, rows, by=by, at=at, cause=cause)
    if outcome.rejected:
        raise NoNextRecord(
            {
                origins[each.line].pk: RuleSaysNo(each.detail, code=each.code, field=each.field, facts=dict(each.facts))
                for each in outcome.rejected
            }
        )
    return outcome.entered


def _on_their_way(lifecycle: Blueprint, origins: Sequence[Record], to_stage: StageTerms) -> QuerySet[Record]:
    """The records of that pipeline which these origins have already. What was lost is over; a deal that was won as
    well, and what a lead won: one that comes back buys again. A customer's own contract goes on after it was won."""
    pipeline = lifecycle.pipeline(to_stage.pipeline_key)
    stages, is_deal = pipeline.stages, pipeline.record_kind == "opportunity"
    won = [each.id for each in stages if each.category == Category.WON]
    over = [each.id for each in stages if each.category not in (Category.OPEN, Category.WON)]
    again = [each.pk for each in origins if is_deal or each.kind == "lead"]
    there: QuerySet[Record] = Record.objects.filter(origin__in=origins, pipeline_id=to_stage.pipeline_id)
    return there.exclude(stage_id__in=over).exclude(origin_id__in=again, stage_id__in=won)


def _copy(
    lifecycle: Blueprint, place: int, origin: Record, kind: str, to_stage: StageTerms, owner_id: UUID | None
) -> Incoming:
    core: dict[str, Any] = {key: kept(getattr(origin, key)) for key in COPIED if getattr(origin, key) not in (None, "")}
    if kind != "customer":
        core.pop("renews_on", None)  # the day belongs to the contract
    if owner_id:
        core["owner_id"] = str(owner_id)
    if origin.account:
        core["account"] = origin.account.name
    if kind != "lead":
        core["name"] = origin.account.name if origin.account and origin.kind == "lead" else origin.name
    terms = lifecycle.properties_by_key
    properties = {
        key: value
        for key, value in origin.properties.items()
        if key not in terms or terms[key].record_kind in ("", kind)
    }
    return Incoming(
        line=place,
        kind=kind,
        core=core,
        properties=properties,
        pipeline=to_stage.pipeline_key,
        stage=to_stage.key,
        origin_id=origin.pk,
        is_made=True,
        is_read=True,
    )


def _leads_follow(
    workspace: Workspace, lifecycle: Blueprint, stands: Mapping[UUID, UUID], by: Member | None, at: datetime
) -> dict[UUID, UUID]:
    """The lead at the start of each journey moves to the lifecycle stage its last record has reached."""
    wanted = _wanted(lifecycle, stands)
    entries = []
    for lead in locked(wanted):
        here, there, cause_of = lifecycle.stages_by_id[lead.stage_id], *wanted[lead.pk]
        is_lesser_loss = there.category == "lost" and here.category == "won" and cause_of.kind == "opportunity"
        # an advocate stays one while the contract goes on
        is_lesser_win = here.category == there.category == "won" and there.position < here.position
        if here.lifecycle_stage != there.lifecycle_stage and not (is_lesser_loss or is_lesser_win):
            entries.append(Entry(lead, (there,), "journey", facts={"because_of": cause_of.number}))
    return _stands(enter(workspace, lifecycle, entries, by=by, at=at))


def _wanted(lifecycle: Blueprint, stands: Mapping[UUID, UUID]) -> dict[UUID, tuple[StageTerms, Record]]:
    """Lead id → where it should stand, and the record that says so."""
    climbing: dict[UUID, list[Record]] = {}  # origin → the records that entered, further down
    for each in Record.objects.filter(pk__in=stands, origin__isnull=False):
        if each.origin_id:
            climbing.setdefault(each.origin_id, []).append(each)
    wanted: dict[UUID, tuple[StageTerms, Record]] = {}
    for _ in range(LONGEST_CHAIN):
        if not climbing:
            break
        above = list(Record.objects.filter(pk__in=climbing).values_list("id", "origin_id", "kind", "pipeline_id"))
        further: dict[UUID, list[Record]] = {}
        for record_id, origin_id, kind, pipeline_id in above:
            if kind == "lead":
                for cause_of in climbing[record_id]:
                    target = _lead_stage(lifecycle, pipeline_id, stands[cause_of.pk])
                    if target:
                        wanted[record_id] = (target, cause_of)
            elif origin_id:
                further.setdefault(origin_id, []).extend(climbing[record_id])
        climbing = further
    return wanted


def _lead_stage(lifecycle: Blueprint, pipeline_id: UUID, stage_id: UUID) -> StageTerms | None:
    meaning = lifecycle.stages_by_id[stage_id].lifecycle_stage
    for pipeline in lifecycle.pipelines:
        if pipeline.id == pipeline_id:
            return next((each for each in pipeline.stages if each.key == meaning), None)
    return None
