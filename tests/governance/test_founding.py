"""A new workspace starts with version 1 of the blueprint."""

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from blueprint.documents import blueprint_of
from core.tenancy.scope import workspace_scope
from lifecycle.models import Stage
from scorecard.models import Metric
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_a_new_workspace_has_version_1_with_every_part(cast: Cast) -> None:
    assert cast.acme.blueprint_version == 1
    with workspace_scope(cast.acme):
        lifecycle, handoffs = blueprint_of(cast.acme), blueprint_of(cast.acme)
        assert lifecycle.stages_by_path["lifecycle/mql"].entry[0].expression == "score >= 60"
        assert [seam.key for seam in handoffs.seams] == [
            "marketing_to_sales",
            "sales_to_success",
            "success_to_sales",
            "renewal_to_sales",
            "success_to_marketing",
        ]
        assert Stage.objects.count() == len(lifecycle.stages_by_id)
        assert Metric.objects.filter(owner=cast.ada).count() == Metric.objects.count() > 10


def test_configuration_refuses_writes_outside_a_change_request(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        with pytest.raises(ProgrammingError, match="approved change request"), transaction.atomic():
            Stage.objects.filter(key="mql").update(label="Hacked")
        with connection.cursor() as cursor, pytest.raises(ProgrammingError), transaction.atomic():
            cursor.execute("delete from lifecycle_stage")
