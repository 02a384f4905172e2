"""Score models as a document says them."""

from collections.abc import Iterable, Mapping
from typing import Any

from blueprint.schema import ScoringTerms


def score_rule(label: str, group: str, expression: str, points: int) -> dict[str, Any]:
    """One score rule of a document."""
    return {"label": label, "group": group, "expression": expression, "points": points}


def score_model(
    rules: Iterable[dict[str, Any]] = (), *, bands: Mapping[str, int] | None = None, **parts: Any
) -> ScoringTerms:
    """A score model: caps of 50 and a threshold of 70 unless told otherwise; no half-life where it is None."""
    said = {"key": "shared", "label": "Shared", "threshold": 70, "fit_cap": 50, "behaviour_cap": 50, **parts}
    found = [{"label": label, "from": start} for label, start in (bands or {}).items()]
    plain = {name: value for name, value in said.items() if value is not None}
    return ScoringTerms.model_validate({**plain, "rules": list(rules), "bands": found})
