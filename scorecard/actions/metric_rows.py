"""Writing the metrics of a blueprint into their table, which readings point at."""

from blueprint.configuration import sync_rows
from blueprint.schema import Blueprint
from core.people.models import Member
from scorecard.models import Metric


def sync_metrics(blueprint: Blueprint) -> None:
    """Write the metric table. Only a publishing change request may."""
    owners = dict(Member.objects.exclude(email="").values_list("email", "id"))
    sync_rows(Metric, blueprint.metrics, is_headline="headline", owner_id=lambda metric: owners.get(metric.owner))
