"""What a check looks at and what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Protocol

from blueprint.paths import Document
from blueprint.schema import Blueprint
from blueprint.schema.part import NOBODY
from blueprint.shape import check_document

PASSED, WARNED, FAILED = "passed", "warned", "failed"
MOST_SHOWN = 12


class Said(str):
    """A sentence of a check about one place: `path` is the place as spelled, `seams/marketing_to_sales/owner`."""

    path: str
    verdict: str


def fault(path: str, sentence: str) -> Said:
    """What keeps a proposal from being handed in."""
    said = Said(sentence)
    said.path, said.verdict = path, FAILED
    return said


def doubt(path: str, sentence: str) -> Said:
    """What a reviewer should know."""
    said = fault(path, sentence)
    said.verdict = WARNED
    return said


@dataclass(frozen=True)
class Finding:
    """What one check said: `detail` as text, `said` sentence by sentence."""

    key: str
    label: str
    verdict: str
    detail: str = ""
    said: tuple[Said, ...] = ()


class Proof(Protocol):
    """What is proved of a list of lines: an entry for each line, once it is no longer under way."""

    @property
    def is_under_way(self) -> bool: ...
    @property
    def told(self) -> list[dict[str, Any]]: ...


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
    teams: frozenset[str] = frozenset()
    """Keys of the teams; only asked for where a proposal gives some a region."""
    teams_by_function: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Function → names of the teams that stand on it; only asked of functions that would go."""
    companies_by_function: Mapping[str, int] = field(default_factory=dict)
    """Function → companies that have an owner there; only asked of functions that would go."""
    today: date = date.min
    """The day it is in the workspace, whose time zone is `zone`."""
    zone: str = "UTC"
    people_by_team: Mapping[str, str] = field(default_factory=dict)
    """Team key → its name and who sits there, of teams that are paid by a metric."""
    proofs: Mapping[str, Proof] = field(default_factory=dict)
    """Digest of a list of lines → what is proved of it, as far as somebody asked."""


@dataclass(frozen=True)
class CheckInput:
    """The version in force and the proposed one, and what the workspace knows of both."""

    documents: tuple[Document, Document]
    facts_of: Callable[[CheckInput], WorkspaceFacts]

    @cached_property
    def base(self) -> Blueprint:
        """The version in force, as it is written."""
        return Blueprint.model_validate(self.documents[0], context={"workspace_id": NOBODY})

    @cached_property
    def proposed(self) -> Blueprint:
        """The proposed version, as it is written. Raises BadShape."""
        return check_document(self.documents[1])

    @cached_property
    def read(self) -> Blueprint:
        """The proposed version with the threshold in its criteria."""
        return Blueprint.of(NOBODY, self.documents[1])

    @cached_property
    def facts(self) -> WorkspaceFacts:
        """What the workspace knows."""
        return self.facts_of(self)


@dataclass(frozen=True)
class Check:
    """One check: `says` yields its faults and doubts, `fine` is what it says where there are none."""

    key: str
    label: str
    fine: str | Callable[[CheckInput], str]
    says: Callable[[CheckInput], Iterable[Said]]

    def finding(self, given: CheckInput) -> Finding:
        """Failed if anything failed, else warned if anything warned, else passed. Faults come first."""
        said = sorted(dict.fromkeys(self.says(given)), key=lambda each: each.verdict != FAILED)
        more = [f"… and {len(said) - MOST_SHOWN} more."] if len(said) > MOST_SHOWN else []
        fine = self.fine if isinstance(self.fine, str) else self.fine(given)
        detail = "\n".join([*said[:MOST_SHOWN], *more]) or fine
        return Finding(self.key, self.label, said[0].verdict if said else PASSED, detail, tuple(said))


def check(
    key: str, label: str, *, fine: str | Callable[[CheckInput], str]
) -> Callable[[Callable[[CheckInput], Iterator[Said]]], Check]:
    """Make a check of a function that yields what it has to say."""
    return lambda says: Check(key, label, fine, says)


def verdict_of(findings: Iterable[Finding]) -> str:
    """The worst of all."""
    verdicts = {each.verdict for each in findings}
    return FAILED if FAILED in verdicts else WARNED if WARNED in verdicts else PASSED
