"""The rows of a blueprint's metrics, which readings point at."""

from blueprint.configuration import Rows, rows_of
from blueprint.schema import Blueprint
from core.people.models import Member
from scorecard.models import Metric


def rows_of_metrics(blueprint: Blueprint) -> list[Rows]:
    """For the table of metrics."""
    owners = dict(Member.objects.exclude(email="").values_list("email", "id"))
    return [rows_of(Metric, blueprint.metrics, is_headline="headline", owner_id=lambda each: owners.get(each.owner))]
