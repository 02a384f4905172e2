"""What is proved of the rules and criteria of a document, list by list and line by line, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from blueprint.expressions.fields import Catalogue, DataType, Field
from blueprint.paths import Document
from blueprint.schema import Blueprint
from blueprint.schema.part import NOBODY
from governance.checks.proof_checks import sentence_of
from governance.checks.provable import CATCH_ALL_TAKES, SKILLED, ProvableList, provable_lists
from governance.models import RuleProof

NEVER_ASKED = "none"
NEEDED = {
    "named_account": "its account is named and has an owner who is here",
    "account_owner": "its account has an owner who is here",
    "territory": "it falls into a territory",
    CATCH_ALL_TAKES: "no other routing rule takes it",
}


@dataclass(frozen=True)
class ProvedLine:
    """One line: its outcome (blank until it is proved), what is wrong with it in words, and an example record."""

    place: int
    label: str
    expression: str
    outcome: str = ""
    said: str = ""
    by: tuple[int, ...] = ()
    parts: tuple[str, ...] = ()
    example: dict[str, Any] | None = None
    example_words: str = ""


@dataclass(frozen=True)
class ProvedList:
    """One list, and how far its proof is."""

    listed: ProvableList
    catalogue: Catalogue
    proof: RuleProof | None

    @property
    def path(self) -> str:
        return self.listed.path

    @property
    def where(self) -> str:
        return self.listed.where

    @property
    def state(self) -> str:
        """none (nobody has asked), waiting, running, done or failed."""
        return self.proof.state if self.proof else NEVER_ASKED

    @property
    def is_under_way(self) -> bool:
        return self.proof is not None and self.proof.is_under_way

    @property
    def progress_ratio(self) -> float:
        return self.proof.progress_ratio if self.proof else 0.0

    @property
    def error(self) -> str:
        return self.proof.error if self.proof else ""

    @property
    def asked_at(self) -> datetime | None:
        return self.proof.asked_at if self.proof else None

    @cached_property
    def lines(self) -> list[ProvedLine]:
        """Every line of the list, proved or not."""
        return list(self._lines())

    @property
    def troubles(self) -> list[ProvedLine]:
        """The lines with which something is wrong."""
        return [line for line in self.lines if line.said]

    def _lines(self) -> Iterator[ProvedLine]:
        told_by_place = dict(enumerate(self.proof.told if self.proof else ()))
        for place, line in enumerate(self.listed.lines):
            told = told_by_place.get(place)
            if told is None:
                yield ProvedLine(place + 1, line.label, line.expression)
                continue
            yield ProvedLine(
                place=place + 1,
                label=line.label,
                expression=line.expression,
                outcome=told["outcome"],
                said=sentence_of(self.listed, place, told),
                by=tuple(each + 1 for each in told["by"]),
                parts=tuple(told["parts"]),
                example=told["example"],
                example_words=self._example(told),
            )

    def _example(self, told: dict[str, Any]) -> str:
        """The example in words: `Employees 200, Region EMEA`."""
        if told["example"] is None:
            return ""
        fixed = self.listed.asked["fixed"]
        said = [
            f"{self.catalogue.field(key).label} {_worded(self.catalogue.field(key), value)}"
            for key, value in told["example"].items()
            if key not in fixed and key != "now"
        ]
        said += [_said_need(need) for need in told["needs"]]
        return ", ".join(said) or "a record with nothing filled in"


def _said_need(need: str) -> str:
    whom = need.rpartition(" ")[2]
    if need.startswith(f"{SKILLED} "):
        return f"somebody in pool {whom} has the skills it asks for"
    return NEEDED.get(need, f"{whom} is here")


def proofs_of(document: Document, path: str = "") -> list[ProvedList]:
    """The lists of a document that can be read, those below `path` where one is given. One query."""
    try:
        blueprint = Blueprint.of(NOBODY, document)
        lists = [each for each in provable_lists(blueprint) if f"{each.path}/".startswith(path)]
    except (ValueError, KeyError):
        return []
    proofs = {row.digest: row for row in RuleProof.objects.filter(digest__in=[each.digest for each in lists])}
    return [ProvedList(each, blueprint.catalogue, proofs.get(each.digest)) for each in lists]


def changed_proofs(base: Document, proposed: Document) -> list[ProvedList]:
    """The lists in which one document differs from the other. One query."""
    stood = {each.digest for each in provable_lists(Blueprint.of(NOBODY, base))} if base else set()
    return [each for each in proofs_of(proposed) if each.listed.digest not in stood]


def _worded(field: Field, value: Any) -> str:
    data_type = field.data_type
    if data_type is DataType.PERSON or field.key in ("owner", "team"):
        return "filled in"
    if data_type is DataType.BOOLEAN:
        return "yes" if value else "no"
    if isinstance(value, list):
        return " and ".join(map(str, value))
    if data_type is DataType.DATETIME:
        return f"{value[:16].replace('T', ' ')} UTC"
    if data_type in (DataType.NUMBER, DataType.INTEGER):
        return f"{value:,}"
    return f"“{value}”" if data_type in (DataType.TEXT, DataType.URL) else str(value)
