"""Proving one list of lines, line after line. Only the worker that proves loads this: the solver is large."""

from __future__ import annotations

import time
from dataclasses import asdict
from datetime import datetime
from typing import Any

from blueprint.expressions.fields import Catalogue, DataType, Field
from blueprint.expressions.prove import ProvableLine, Prover
from core.businesstime.instants import instant_of
from governance.checks.provable import CRITERIA, ROUTING, SLA

MOST_S = 20.0  # for a line of a list, and for all lines that must hold together; a transaction is open meanwhile


def prove_more(
    asked: dict[str, Any], told: list[dict[str, Any]], *, at: datetime, until: float, zone: str = "UTC"
) -> None:
    """Add to `told` what is proved of the next lines, at least one, until a moment of `time.monotonic()`; days are
    those of `zone`."""
    prover = prover_of(asked, at, zone)
    prover.until = until + MOST_S
    if asked["kind"] == CRITERIA:
        told[:] = [asdict(each) for each in prover.together()]
        return
    prove = prover.first_match if asked["kind"] in (ROUTING, SLA) else prover.alone
    for place in range(len(told), len(asked["lines"])):
        prover.until = time.monotonic() + MOST_S
        told.append(asdict(prove(place)))
        if time.monotonic() > until:
            return


def prover_of(asked: dict[str, Any], at: datetime, zone: str) -> Prover:
    """The prover of what is asked."""
    fields = [Field(key, DataType(kind), "", tuple(options)) for key, kind, options in asked["fields"]]
    lines = [ProvableLine(*line) for line in asked["lines"]]
    known = Catalogue(fields, asked["currency"])
    return Prover(known, lines, instant_of(at), asked["fixed"], asked["most"], zone=zone)
