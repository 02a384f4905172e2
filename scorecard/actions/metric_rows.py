"""Writing the metrics of a blueprint into their table, which readings point at."""

from blueprint.rows import sync_rows
from blueprint.schema import Blueprint
from core.people.models import Member
from scorecard.models import Metric


def sync_metrics(blueprint: Blueprint) -> None:
    """Write the metric table. Only a publishing change request may."""
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
                "is_headline": metric.headline,
                "position": metric.position,
                "owner_id": owners.get(metric.owner),
                "definition_version": metric.definition_version,
            }
            for metric in blueprint.metrics
        ),
    )
