"""What a check looks at and what it says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from blueprint.expressions.fields import Catalogue, DataType, Field
from blueprint.paths import Document
from blueprint.schema import Blueprint
from blueprint.schema.part import NOBODY

PASSED, WARNED, FAILED = "passed", "warned", "failed"
MOST_SHOWN = 12


class Said(str):
    """A sentence of a check about one place: `path` is the place as spelled, `seams/marketing_to_sales/owner`."""

    path: str

    def __new__(cls, sentence: str, path: str) -> Said:
        said = super().__new__(cls, sentence)
        said.path = path
        return said


@dataclass(frozen=True)
class Finding:
    """What one check said, in sentences; `placed` are those that are about one place."""

    key: str
    label: str
    verdict: str
    detail: str = ""
    placed: tuple[Said, ...] = ()


@dataclass(frozen=True)
class WorkspaceFacts:
    """What the database knows that a check needs. Counts are of this workspace's rows now."""

    records_by_stage: Mapping[str, int] = field(default_factory=dict)
    """`pipeline/stage` → records in it."""
    open_handoffs_by_seam: Mapping[str, int] = field(default_factory=dict)
    values_by_property: Mapping[str, int] = field(default_factory=dict)
    """Property key → records that hold a value; only asked for the properties that would go or change their type."""
    active_emails: frozenset[str] = frozenset()
    seats_by_pool: Mapping[str, int] = field(default_factory=dict)
    """Pool key → active people who take turns in it, by the proposed pools."""


@dataclass(frozen=True)
class CheckInput:
    """The version in force, the proposed one, and the world."""

    base: Document
    proposed: Document
    world: WorkspaceFacts

    @cached_property
    def read(self) -> Blueprint:
        """The proposed version, read."""
        return Blueprint.of(NOBODY, self.proposed)

    @cached_property
    def catalogue(self) -> Catalogue:
        """What the proposed version's expressions may name."""
        return catalogue_of(self.proposed)

    @cached_property
    def stage_paths(self) -> frozenset[str]:
        """`pipeline/stage` of every proposed stage."""
        return stage_paths(self.proposed)


def catalogue_of(document: Document) -> Catalogue:
    """The fields a document's expressions may name. Raises BadField."""
    return Catalogue.of(
        Field(each["key"], DataType(each["type"]), each["label"], tuple(each.get("options", ())))
        for each in document["properties"]
    )


def stage_paths(document: Document) -> frozenset[str]:
    """`pipeline/stage` of every stage."""
    return frozenset(
        f"{pipeline['key']}/{stage['key']}" for pipeline in document["pipelines"] for stage in pipeline["stages"]
    )


def finding(key: str, label: str, *, failed: Iterable[str] = (), warned: Iterable[str] = (), fine: str = "") -> Finding:
    """Failed if anything failed, else warned if anything warned, else passed with `fine`."""
    faults, doubts = list(failed), list(warned)
    verdict = FAILED if faults else WARNED if doubts else PASSED
    said = faults + doubts
    more = [f"… and {len(said) - MOST_SHOWN} more."] if len(said) > MOST_SHOWN else []
    placed = tuple(each for each in said if isinstance(each, Said))
    return Finding(key, label, verdict, "\n".join([*said[:MOST_SHOWN], *more]) or fine, placed)


def verdict_of(findings: Iterable[Finding]) -> str:
    """The worst of all."""
    verdicts = {each.verdict for each in findings}
    return FAILED if FAILED in verdicts else WARNED if WARNED in verdicts else PASSED
