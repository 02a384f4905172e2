"""What each kind of metric declares: its parameters, unit, segments, and everything of the blueprint that it reads.

Checks, the editor, *which numbers change* and the scorecard read this one place. A kind's statement may use nothing
that is not declared here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from blueprint.schema import Blueprint, MetricTerms

SEGMENTS = ("source", "owner", "team", "region", "manager")  # beside properties, which are a workspace's own


@dataclass(frozen=True)
class KnownNames:
    """Mark of a parameter that names something of the blueprint: pipeline, stages (a pipeline or one stage), seam."""

    what: Literal["pipeline", "stages", "seam"]


PipelineKey = Annotated[str, KnownNames("pipeline")]
StagePath = Annotated[str, KnownNames("stages")]
SeamKey = Annotated[str, KnownNames("seam")]


class Parameters(BaseModel):
    """Of one kind: these, and no others."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class FromTo(Parameters):
    """Two places on the way."""

    from_: StagePath = Field(alias="from", title="Of those that entered", description="A stage, or a whole pipeline.")
    to: StagePath = Field(title="How many reached", description="A stage, or a whole pipeline.")


class OfPipeline(Parameters):
    """One pipeline."""

    pipeline: PipelineKey = Field(title="Pipeline")


class SourcedOf(OfPipeline):
    """One pipeline, by amount or by count."""

    by: Literal["amount", "count"] = Field("amount", title="Counted by", description="Amounts added up, or records.")


class OfSeam(Parameters):
    """One seam."""

    seam: SeamKey = Field(title="Seam")


class LeakageOf(OfSeam):
    """One seam, and how long a record may sit between two teams before it has leaked."""

    window_days: int = Field(14, ge=1, le=3_650, title="Window in days")


@dataclass(frozen=True)
class Declaration:
    """One kind. `stage_parts` and `seam_parts` are what it reads of the stages and the seam that its parameters name;
    `brings` are segments it can be read by beside the metric's own; `moves_with` is what marks its days anew."""

    parameters: type[Parameters]
    units: tuple[str, ...]
    stage_parts: frozenset[str] = frozenset()
    seam_parts: frozenset[str] = frozenset()
    brings: tuple[str, ...] = ()
    moves_with: str = ""


ENTERED = frozenset({"entry", "exit", "moves_to", "required", "creates"})  # what decides who comes in
CLOSED = ENTERED | {"category"}
OFFERED = frozenset({"trigger", "acceptance", "packet", "on_accept"})  # what decides who is offered and accepted
TIMED = OFFERED | {"answer_minutes", "calendar", "ladder"}

DECLARATIONS: Mapping[str, Declaration] = {
    "conversion": Declaration(FromTo, ("ratio",), ENTERED, moves_with="cohort"),
    "win_rate": Declaration(OfPipeline, ("ratio",), CLOSED),
    "average_deal": Declaration(OfPipeline, ("money",), CLOSED),
    "cycle": Declaration(OfPipeline, ("days",), CLOSED),
    "velocity": Declaration(OfPipeline, ("money_per_day",), CLOSED),
    "aging": Declaration(OfPipeline, ("days",), CLOSED | {"age_limit_days"}, brings=("stage",)),
    "acceptance": Declaration(OfSeam, ("ratio",), ENTERED, OFFERED, moves_with="seam"),
    "acted": Declaration(OfSeam, ("ratio",), ENTERED, OFFERED | {"act_hours", "first_touch"}, moves_with="seam"),
    "attainment": Declaration(OfSeam, ("ratio",), ENTERED, TIMED, moves_with="seam"),
    "first_touch": Declaration(
        OfSeam, ("minutes",), ENTERED, OFFERED | {"touch_minutes", "calendar", "first_touch"}, moves_with="seam"
    ),
    "leakage": Declaration(
        LeakageOf, ("ratio",), ENTERED, OFFERED | {"first_touch"}, brings=("cause",), moves_with="seam"
    ),
    "sourced": Declaration(SourcedOf, ("ratio",), ENTERED, moves_with="cohort"),
}


@dataclass(frozen=True)
class Known:
    """What a blueprint has that a metric can name."""

    pipelines: frozenset[str]
    stages: frozenset[str]
    seams: frozenset[str]
    properties: frozenset[str]

    @classmethod
    def of(cls, blueprint: Blueprint) -> Known:
        """Of a whole blueprint."""
        return cls(
            pipelines=frozenset(each.key for each in blueprint.pipelines),
            stages=frozenset(blueprint.stages_by_path),
            seams=frozenset(each.key for each in blueprint.seams),
            properties=frozenset(blueprint.properties_by_key),
        )

    def has(self, what: str, name: str) -> bool:
        """Whether the name leads somewhere."""
        among = {"pipeline": self.pipelines, "seam": self.seams, "stages": self.stages | self.pipelines}[what]
        return name in among


@dataclass(frozen=True)
class Fault:
    """Why a metric cannot be counted: the place in the blueprint, and a sentence."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


def faults_of(metric: MetricTerms, known: Known) -> list[Fault]:
    """Everything that keeps a metric of a document from being counted; empty where it can be."""
    where, kind = f"metrics/{metric.key}", metric.kind
    declared = DECLARATIONS.get(kind)
    if declared is None:
        return [Fault(f"{where}/kind", f"There is no kind “{kind}”. Choose one of: {', '.join(DECLARATIONS)}.")]
    faults = list(_faults_of_parameters(metric.parameters, kind, declared, known, f"{where}/parameters"))
    if metric.unit not in declared.units:
        faults.append(Fault(f"{where}/unit", f"A metric of kind “{kind}” is told in {' or '.join(declared.units)}."))
    for segment in metric.segments:
        if segment not in known.properties and segment not in SEGMENTS and segment not in declared.brings:
            faults.append(Fault(f"{where}/segments", f"“{segment}” is no segment and no property."))
    return faults


def _faults_of_parameters(given: Any, kind: str, declared: Declaration, known: Known, where: str) -> Iterator[Fault]:
    try:
        read = declared.parameters.model_validate(given)
    except ValidationError as refused:
        for error in refused.errors():
            place = "/".join((where, *map(str, error["loc"])))
            said = {
                "missing": "This is missing.",
                "extra_forbidden": f"A metric of kind “{kind}” has no such parameter.",
            }
            yield Fault(place, said.get(error["type"], f"{error['msg']}."))
        return
    for name, what, value in references(read):
        if not known.has(what, value):
            noun = {"pipeline": "no pipeline", "seam": "no seam", "stages": "no stage and no pipeline"}[what]
            yield Fault(f"{where}/{name}", f"“{value}” is {noun}.")


def references(parameters: Parameters) -> Iterator[tuple[str, str, str]]:
    """What parameters name: the parameter, what kind of thing (pipeline, stages, seam), and its name."""
    for name, field in type(parameters).model_fields.items():
        for mark in field.metadata:
            if isinstance(mark, KnownNames):
                yield field.alias or name, mark.what, getattr(parameters, name)
