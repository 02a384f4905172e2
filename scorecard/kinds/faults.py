"""Whether a metric of a document keeps to what its kind declares."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import ValidationError

from blueprint.expressions.fields import DataType, Family
from blueprint.schema import Blueprint, MetricTerms
from scorecard.kinds import KINDS
from scorecard.kinds.parameters import GoingTogether

SEGMENTS = ("source", "owner", "team", "region", "manager", "currency")  # beside properties
MONEY = ("amount", "mrr")  # what bands can be made of, beside properties that are numbers
NOUNS = {
    "pipeline": "no pipeline",
    "seam": "no seam",
    "stages": "no stage and no pipeline",
    "calendar": "no calendar",
}


@dataclass(frozen=True)
class Fault:
    """Why a metric cannot be counted: the place in the blueprint, and a sentence."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


def faults_of(metric: MetricTerms, blueprint: Blueprint) -> list[Fault]:
    """Everything that keeps a metric of a document from being counted; empty where it can be."""
    where, kind = f"metrics/{metric.key}", KINDS.get(metric.kind)
    if kind is None:
        told = f"There is no kind “{metric.kind}”. Choose one of: {', '.join(KINDS)}."
        return [Fault(f"{where}/kind", told)]
    faults = list(_faults_of_parameters(metric, blueprint, f"{where}/parameters"))
    units = (kind.unit, *kind.other_units)
    if metric.unit not in units:
        told = f"A metric of kind “{metric.kind}” is told in {' or '.join(units)}."
        faults.append(Fault(f"{where}/unit", told))
    if metric.filter.strip() and not faults and not kind.bound(metric).is_of_records:
        faults.append(Fault(f"{where}/filter", "It counts no records that a filter could leave out."))
    if metric.segment_bands:
        faults += _faults_of_bands(metric, blueprint, f"{where}/segment_bands")
    for segment in metric.segments:
        is_offered = segment in blueprint.properties_by_key or segment in (*SEGMENTS, *kind.brings)
        if not is_offered and segment not in metric.edges:
            faults.append(Fault(f"{where}/segments", f"“{segment}” is no segment and no property."))
        elif (kept := blueprint.properties_by_key.get(segment)) and kept.type is DataType.CHOICES:
            said = f"“{segment}” holds several values: a record would count in several segments. Filter by it instead."
            faults.append(Fault(f"{where}/segments", said))
        elif kind.is_made_of_metrics and not faults and segment not in (kind.segments(metric, blueprint) or ()):
            faults.append(Fault(f"{where}/segments", f"Not all that it is made of is read by “{segment}”."))
    return faults


def _faults_of_bands(metric: MetricTerms, blueprint: Blueprint, where: str) -> Iterator[Fault]:
    fields = blueprint.catalogue
    for segment, edges in metric.edges.items():
        is_kept = segment in blueprint.properties_by_key or segment in MONEY
        if not is_kept or segment not in fields or fields.field(segment).data_type.family is not Family.NUMBER:
            yield Fault(f"{where}/{segment}/segment", f"“{segment}” is no number that bands can be made of.")
        if list(edges) != sorted(set(edges)):
            yield Fault(f"{where}/{segment}/edges", "Edges go upwards, each once.")
        if segment not in metric.segments:
            yield Fault(f"{where}/{segment}/segment", f"“{segment}” is not among the metric's segments.")


def _faults_of_parameters(metric: MetricTerms, blueprint: Blueprint, where: str) -> Iterator[Fault]:
    try:
        read = KINDS[metric.kind].parameters.model_validate(metric.parameters)
    except ValidationError as refused:
        said = {
            "missing": "This is missing.",
            "extra_forbidden": f"A metric of kind “{metric.kind}” has no such parameter.",
        }
        for error in refused.errors():
            yield Fault("/".join((where, *map(str, error["loc"]))), said.get(error["type"], f"{error['msg']}."))
        return
    pipelines = {pipeline.key for pipeline in blueprint.pipelines}
    known = {
        "pipeline": pipelines,
        "seam": blueprint.seams_by_key,
        "stages": pipelines | blueprint.stages_by_path.keys(),
        "calendar": {calendar.key for calendar in blueprint.calendars},
    }
    for name, what, value in read.references():
        if value not in known[what]:
            yield Fault(f"{where}/{name}", f"“{value}” is {NOUNS[what]}.")
    if read.decides_unit and read.unit != metric.unit:
        yield Fault(f"metrics/{metric.key}/unit", f"This is told in {read.unit}.")
    if isinstance(read, GoingTogether):
        for name, told in read.contradictions(blueprint):
            yield Fault(f"{where}/{name}", told)
