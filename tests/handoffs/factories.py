"""The smallest true records and handoffs, made directly: what a handoff's test stands on."""

from datetime import datetime
from typing import Any
from uuid import UUID

from factory import BUILD_STRATEGY, LazyAttribute, SelfAttribute
from factory.django import DjangoModelFactory

from blueprint.documents import blueprint_of, document
from blueprint.schema import SeamTerms
from core.history.actions import record as tell_history
from core.people.models import Member, Workspace
from core.tenancy.numbers import take_numbers
from handoffs.actions.leaving.handover_work import start_handover
from handoffs.actions.leaving.occasions import Kind, Occasion
from handoffs.actions.leaving.plans import Plan
from handoffs.actions.offer_batch import offer_batch
from handoffs.models import Clock, Handoff
from lifecycle.models import Record, StageStay
from tests.cast import MONDAY_10


def what_held(record: Record) -> dict[str, Any]:
    """What a stay that begins now keeps of its record."""
    return {name: getattr(record, name) for name in ("owner_id", "team_id", "amount", "currency", "source")}


class RecordFactory(DjangoModelFactory):
    """A record that has stood in its stage since `at`; built, not saved: many go into the database at once."""

    class Meta:
        model = Record
        strategy = BUILD_STRATEGY

    class Params:
        at = MONDAY_10

    name = LazyAttribute(lambda made: f"Lead {made.number}")
    email = LazyAttribute(lambda made: f"lead{made.number}@example.com")
    opened_at = entered_stage_at = created_at = updated_at = SelfAttribute("at")


def seam_with(workspace: Workspace, **parts: Any) -> SeamTerms:
    """The first seam of the blueprint in force, saying something else in some parts."""
    said = document(workspace.pk, workspace.blueprint_version)
    first, *others = said["seams"]
    return blueprint_of.parse(workspace.pk, {**said, "seams": [{**first, **parts}, *others]}).seams[0]


def make_records(
    workspace: Workspace, count: int = 1, *, path: str = "lifecycle/mql", at: datetime = MONDAY_10, **fields: Any
) -> list[Record]:
    """Records in a stage, each with its open stay. Two queries and one for their numbers."""
    stage = blueprint_of(workspace).stages_by_path[path]
    pipeline = blueprint_of(workspace).pipeline(stage.pipeline_key)
    stands = {"kind": pipeline.record_kind, "pipeline_id": stage.pipeline_id, "stage_id": stage.id, "at": at}
    records = [RecordFactory.build(number=number, **{**stands, **fields}) for number in take_numbers("record", count)]
    Record.objects.bulk_create(records, batch_size=5_000)
    StageStay.objects.bulk_create(
        (
            StageStay(
                record=record,
                pipeline_id=stage.pipeline_id,
                stage_id=stage.id,
                entered_at=at,
                cause="intake",
                blueprint_version=workspace.blueprint_version,
                **what_held(record),
            )
            for record in records
        ),
        batch_size=5_000,
    )
    return records


def offer_records(
    workspace: Workspace,
    records: list[Record],
    *,
    seam_key: str = "marketing_to_sales",
    by: Member | None = None,
    at: datetime = MONDAY_10,
    packets: dict[UUID, dict[str, Any]] | None = None,
) -> list[Handoff]:
    """Offer them, and the handoffs in order of their numbers."""
    seam = next(seam for seam in blueprint_of(workspace).seams if seam.key == seam_key)
    arrived = offer_batch(workspace, seam, [record.pk for record in records], by=by, at=at, packets=packets)
    return list(Handoff.objects.filter(pk__in=[each.handoff_id for each in arrived]).order_by("number"))


def running(handoff: Handoff) -> Clock:
    """The clock of whoever has an open handoff."""
    return Clock.objects.get(handoff=handoff, kind=Clock.Kind.ANSWER, stopped_at=None)


def as_testimony(record: Record) -> None:
    """Let the record's present stay be testimony of a file, as when its history was told better."""
    stay = StageStay.objects.get(record=record, exited_at=None)
    tell_history("record.history_corrected", record, at=stay.entered_at, record_id=record.pk)
    StageStay.objects.filter(pk=stay.pk).delete()
    stay.cause = "history"
    stay.save(force_insert=True)


def depart(member: Member, successor: Member | None = None, *, by: Member, at: datetime) -> Plan:
    """The member leaves as the page and the API have it: the plan that was carried out."""
    plan, _ = start_handover(Occasion(Kind.LEAVES, member), successor, by=by, at=at)
    assert plan, "so few change hands at once"
    return plan
