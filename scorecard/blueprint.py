"""The scorecard's part of the blueprint: metric definitions as frozen dataclasses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

from blueprint.documents import per_version
from blueprint.rows import sync_rows
from core.people.models import Member
from core.tenancy.ids import key_id
from scorecard.models import Metric
from scorecard.rules.declarations import Known, faults_of


@dataclass(frozen=True)
class MetricTerms:
    """One metric: kind + parameters + filter, and how its value is read."""

    id: UUID
    key: str
    label: str
    description: str
    kind: str
    parameters: dict[str, Any]
    filter: str
    unit: str
    direction: str
    target: Decimal | None
    segments: tuple[str, ...]
    is_headline: bool
    owner_email: str
    definition_version: int


@dataclass(frozen=True)
class Metrics:
    """Everything the blueprint says about what is measured."""

    metrics: tuple[MetricTerms, ...]
    faults: Mapping[str, str] = field(default_factory=dict)
    """Metric key → why it cannot be counted as it is defined; a version in force may hold what checks refuse today."""

    @cached_property
    def by_key(self) -> dict[str, MetricTerms]:
        """Metric key → terms."""
        return {metric.key: metric for metric in self.metrics}


@per_version
def metrics_of(workspace_id: UUID, document: dict[str, Any]) -> Metrics:
    """The metrics in force in a workspace."""
    known = Known.of(document)
    faults = {each["key"]: faults_of(each, known) for each in document["metrics"]}
    return Metrics(
        faults={key: " ".join(map(str, found)) for key, found in faults.items() if found},
        metrics=tuple(
            MetricTerms(
                id=key_id(workspace_id, "metric", each["key"]),
                key=each["key"],
                label=each["label"],
                description=each.get("description", ""),
                kind=each["kind"],
                parameters=each.get("parameters", {}),
                filter=each.get("filter", ""),
                unit=each["unit"],
                direction=each.get("direction", "up"),
                target=None if each.get("target") is None else Decimal(str(each["target"])),
                segments=tuple(each.get("segments", ())),
                is_headline=each.get("headline", False),
                owner_email=each.get("owner", ""),
                definition_version=each.get("definition_version", 1),
            )
            for each in document["metrics"]
        ),
    )


def sync_metrics(workspace_id: UUID, document: dict[str, Any]) -> None:
    """Write the metric table from a document. Only a publishing change request may."""
    terms: Metrics = metrics_of.parse(workspace_id, document)  # type: ignore[attr-defined]
    owners = dict(Member.objects.exclude(email="").values_list("email", "id"))
    sync_rows(
        Metric,
        (
            {
                "id": metric.id,
                "key": metric.key,
                "label": metric.label,
                "description": metric.description,
                "kind": metric.kind,
                "parameters": metric.parameters,
                "filter": metric.filter,
                "unit": metric.unit,
                "direction": metric.direction,
                "target": metric.target,
                "segments": list(metric.segments),
                "is_headline": metric.is_headline,
                "position": place,
                "owner_id": owners.get(metric.owner_email),
                "definition_version": metric.definition_version,
            }
            for place, metric in enumerate(terms.metrics)
        ),
    )
