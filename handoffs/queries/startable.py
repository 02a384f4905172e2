"""Which handoffs can be started for a record: from where, how, and what is still missing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from blueprint.documents import blueprint_of
from blueprint.expressions.criteria import compile_line
from blueprint.schema import Blueprint, SeamTerms, StageTerms
from blueprint.schema.pipelines import PropertyTerms
from core.people.models import Member, Workspace
from handoffs.actions.access import may_offer
from handoffs.models import Handoff, PacketDraft
from handoffs.rules import packet
from handoffs.rules.way_to_seam import Way, way_to
from lifecycle.facts import facts_of
from lifecycle.models import Record
from lifecycle.rules.gates import Unmet, unmet_of, what_is_missing


@dataclass(frozen=True)
class SeamStart:
    """A seam as a record comes to it. `way` is None where none leads there; `record` is whose handoff it becomes, or
    whose next record is made. `unmet` keeps it from the trigger; `asked` would keep the receiver from accepting.
    `properties` are those of `asked`, to fill in beside the packet. `open_handoff` waits there already. `may_start`:
    whether it is for whoever asked to start."""

    seam: SeamTerms
    trigger: StageTerms
    record: Record
    way: Way | None
    unmet: tuple[Unmet, ...]
    asked: tuple[Unmet, ...]
    properties: tuple[PropertyTerms, ...]
    items: tuple[packet.FilledItem, ...]
    open_handoff: int | None
    may_start: bool

    @property
    def is_ready(self) -> bool:
        """Whether it can be started now."""
        return self.way is not None and not self.unmet and self.open_handoff is None

    @property
    def may_be_drafted(self) -> bool:
        """Whether its packet can be filled in before: the record is on the pipeline that leads there."""
        is_its_pipeline = self.record.pipeline_id == self.trigger.pipeline_id
        return bool(self.seam.packet) and is_its_pipeline and self.open_handoff is None

    @property
    def gaps(self) -> list[str]:
        """Labels of what is missing of the packet before anybody accepts."""
        return [each.terms.label for each in self.items if each.terms.required and each.why_missing]


def starts_of(workspace: Workspace, record: Record, at: datetime, *, by: Member) -> list[SeamStart]:
    """Every seam of the blueprint for this record, or the lead its journey began with. Five queries, and for whoever
    does not lead two for each seam."""
    blueprint = blueprint_of(workspace)
    records = [record, *_first_of(record)]
    latest = {(each.seam_id, each.record_id): each for each in _latest(records)}
    drafts = PacketDraft.objects.filter(record__in=records).values_list("seam_id", "record_id", "packet")
    drafted = {(seam_id, record_id): written for seam_id, record_id, written in drafts}
    facts = {each.pk: facts_of(each, workspace, at) for each in records}
    found = []
    for seam in blueprint.seams:
        whose, way = _whose(seam, records, blueprint)
        last, known = latest.get((seam.id, whose.pk)), facts[whose.pk]
        said = {} if way == Way.MAKES else drafted.get((seam.id, whose.pk), {}) | _kept(last, whose)
        trigger, here = blueprint.stages_by_path[seam.trigger], blueprint.stages_by_id[whose.stage_id]
        asked = tuple(unmet_of(blueprint, "acceptance", seam.acceptance, known, at))
        found.append(
            SeamStart(
                seam,
                trigger,
                whose,
                way,
                unmet=tuple(what_is_missing(blueprint, here, trigger, known, at)) if way == Way.MOVES else (),
                asked=asked,
                properties=tuple(_properties(seam, asked, trigger, blueprint)),
                items=tuple(packet.filled(seam.packet, said)),
                open_handoff=last.number if last and last.state == Handoff.State.OFFERED else None,
                may_start=may_offer(seam, by, whose),
            )
        )
    return found


def _first_of(record: Record) -> list[Record]:
    if record.root_id is None:
        return []
    return list(Record.objects.select_related("stage", "account", "owner").filter(pk=record.root_id, kind="lead"))


def _latest(records: list[Record]) -> list[Handoff]:
    """Handoffs of these records, the latest last: their seams keep what was filled in before."""
    found = Handoff.objects.filter(record__in=records).order_by("offered_at", "number")
    return list(found.only("number", "seam_id", "record_id", "state", "packet", "answered_at"))


def _kept(last: Handoff | None, record: Record) -> dict[str, str]:
    """What the packet says that goes out again: of the open handoff, or one that came back since the record is here."""
    if last is None or last.state == Handoff.State.ACCEPTED:
        return {}
    is_of_now = last.answered_at is None or last.answered_at >= record.entered_stage_at
    return dict(last.packet) if is_of_now else {}


def _whose(seam: SeamTerms, records: list[Record], blueprint: Blueprint) -> tuple[Record, Way | None]:
    """The first of these from which a way leads to the seam, else the one that is in its pipeline."""
    for each in records:
        if way := way_to(seam, blueprint.stages_by_id[each.stage_id], blueprint):
            return each, way
    pipeline_id = blueprint.stages_by_path[seam.trigger].pipeline_id
    return next((each for each in records if each.pipeline_id == pipeline_id), records[0]), None


def _properties(
    seam: SeamTerms, asked: tuple[Unmet, ...], trigger: StageTerms, blueprint: Blueprint
) -> Iterator[PropertyTerms]:
    """Properties that the unmet lines of acceptance read."""
    kind, labels = blueprint.pipeline(trigger.pipeline_key).record_kind, {each.label for each in asked}
    lines = [line for line in seam.acceptance if line.label in labels]
    keys = dict.fromkeys(key for line in lines for key in compile_line(blueprint.catalogue, line.expression).fields)
    for key in keys:
        terms = blueprint.properties_by_key.get(key)
        if terms and terms.record_kind in ("", kind):
            yield terms


@dataclass(frozen=True)
class PacketAhead:
    """A packet that the side which works a record now will have to hand over."""

    seam: SeamTerms
    filled: int
    missing: list[str]


def packets_ahead(workspace: Workspace, record: Record) -> list[PacketAhead]:
    """Packets of the seams that the record may come to from here. One query, none where no seam is ahead."""
    blueprint = blueprint_of(workspace)
    here, ahead = blueprint.stages_by_id[record.stage_id], []
    for seam in blueprint.seams:
        trigger = blueprint.stages_by_path[seam.trigger]
        is_ahead = trigger.pipeline_id == here.pipeline_id and trigger.position > here.position
        if seam.packet and is_ahead and here.team == seam.from_function:
            ahead.append(seam)
    if not ahead or here.category not in ("open", "won"):
        return []
    drafts = dict(PacketDraft.objects.filter(record=record).values_list("seam_id", "packet"))
    found = []
    for seam in ahead:
        items = packet.filled(seam.packet, drafts.get(seam.id, {}))
        missing = [each.terms.label for each in items if each.terms.required and each.why_missing]
        found.append(PacketAhead(seam, sum(not each.why_missing for each in items), missing))
    return found
