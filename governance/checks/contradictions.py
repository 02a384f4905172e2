"""Check of words: no label of a line says something else than its test."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.paths import Document
from governance.checks.finding import CheckInput, Finding, finding
from governance.rules.labels import contradiction

CATCH_ALL = "true"
Line = tuple[str, str, str]  # where in words, the label, the test


def check_words(given: CheckInput) -> Finding:
    """Words and test say the same. What stood there before is only doubted: a change is not held up by older lines."""
    before = {(label, test) for _, label, test in _lines(given.base)}
    faults, doubts = [], []
    for where, label, test in _lines(given.proposed):
        if said := contradiction(given.catalogue, label, test):
            (doubts if (label, test) in before else faults).append(f"{where}, “{label}”: {said}")
    return finding("words", "Words and tests say the same", failed=faults, warned=doubts, fine="No label contradicts.")


def _lines(document: Document) -> Iterator[Line]:
    """Every line of words and a test, as written."""
    for pipeline in document["pipelines"]:
        for stage in pipeline["stages"]:
            for part in ("entry", "exit"):
                for line in stage.get(part, ()):
                    yield f"{pipeline['label']} · {stage['label']} · {part}", line["label"], line["expression"]
    for line in document["scoring"]["rules"]:
        yield "Scoring", line["label"], line["expression"]
    for seam in document["seams"]:
        for part in ("acceptance", "routing"):
            for line in seam.get(part, ()):
                if line["expression"].strip() != CATCH_ALL:
                    yield f"{seam['label']} · {part}", line["label"], line["expression"]
