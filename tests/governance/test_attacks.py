"""What the serving role itself tries against what is published, with statements of its own. The database refuses.

What the role is trusted with is in docs/security.md: which workspace it works for, and who is asking."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from blueprint.models import BlueprintVersion, ConfigurationModel
from core.tenancy.scope import workspace_scope
from governance.actions.deciding import approve
from governance.actions.drafting import draft
from governance.actions.publishing import publish
from governance.actions.submitting import submit
from governance.models import ChangeRequest, Impact
from tests.cast import MONDAY_10, Cast
from tests.governance.attacking import (
    LATER,
    LOWER,
    THRESHOLD,
    VERSION,
    approved,
    drafted,
    in_review,
    must_refuse,
    published,
    under,
    withdrawn,
)
from tests.isolation.walk import tenant_models

pytestmark = pytest.mark.django_db

SHADOWS = (
    "governance_changerequest",
    "governance_approval",
    "governance_authorship",
    "blueprint_blueprintversion",
    "workspaces_member",
)


def test_the_serving_role_makes_no_table_that_could_be_read_in_anothers_place(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        for table in SHADOWS:
            assert "permission denied" in must_refuse(f"create temp table {table} as select * from public.{table}")
            assert "permission denied" in must_refuse(f"create table shadow_{table} ()")
        assert "permission denied" in must_refuse("create schema mine")
        assert "permission denied" in must_refuse("create function pg_temp.now() returns timestamptz return null")


def test_no_function_looks_where_its_caller_points(db: None) -> None:
    """A fixed path with temporary tables last, or a body whose names were looked up when it was made."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select p.proname, coalesce((select c from unnest(p.proconfig) c where c like 'search_path=%'), '') "
            "from pg_proc p where p.pronamespace = 'public'::regnamespace and p.prosqlbody is null "
            "and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')"
        )
        paths = dict(cursor.fetchall())
    assert "guard_change" in paths and "refuse_change" in paths
    loose = {name for name, path in paths.items() if not path.endswith("pg_temp") or path.count("pg_temp") > 1}
    assert not loose, f"functions that resolve names through their caller's path: {loose}"


@pytest.mark.parametrize("made", [drafted, in_review, approved, published, withdrawn], ids=lambda made: made.__name__)
def test_definitions_change_under_no_request_that_is_not_being_published(cast: Cast, made: Any) -> None:
    """An approved one as little: nothing of it is in force before its version is."""
    with workspace_scope(cast.acme):
        under(made(cast).pk)
        assert "approved change request" in must_refuse(LOWER)
        assert "approved change request" in must_refuse("update lifecycle_stage set label = 'Mine'")


def test_definitions_change_under_no_request_of_the_founding_nor_of_nobody(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        for request in (ChangeRequest.objects.get(kind="founding").pk, uuid4(), ""):
            under(request)
            assert "approved change request" in must_refuse(LOWER)


def test_definitions_change_under_no_request_of_another_workspace(cast: Cast) -> None:
    """Acme's request is approved and being published; Globex's rows do not care."""
    with workspace_scope(cast.acme):
        change = approved(cast)
        names = {"change": change.pk, "globex": str(cast.globex.pk)}
        elsewhere = "select set_config('app.workspace_id', %(globex)s, true);"
        assert "approved change request" in must_refuse(f"{VERSION} {elsewhere} {LOWER}", names)
        assert "approved" in must_refuse(f"{VERSION} update lifecycle_stage set workspace_id = %(globex)s", names)


# The steps of publishing, as the action takes them; `%(change)s` is the request.


# --- rows and document, compared by the database --------------------------------------------------------------------


def test_every_column_of_a_definition_is_compared_with_the_document(cast: Cast) -> None:
    """A column that nobody compares could be written with anything: add it to configuration_said and _kept."""
    referred = {"(pool)": "pool_id", "(owner)": "owner_id", "(calendar)": "calendar_id"}
    referred["(trigger_stage)"] = "trigger_stage_id"
    by_key = {"id", "workspace_id", "is_retired", "key", "position", "purpose"}  # what the key is made of
    by_key |= {"pipeline_id"}
    with workspace_scope(cast.acme), connection.cursor() as cursor:
        cursor.execute(
            "select of_table, array_agg(distinct k) from configuration_said(%s, %s), jsonb_object_keys(said) k "
            "group by 1",
            [cast.acme.pk, json.dumps(BlueprintVersion.objects.get().document)],
        )
        said = {table: {referred.get(column, column) for column in columns} for table, columns in cursor.fetchall()}
    for model in tenant_models():
        if issubclass(model, ConfigurationModel):
            columns = {field.column for field in model._meta.local_fields}
            missing = columns - said.get(model._meta.db_table, set()) - by_key
            assert not missing, f"{model.__name__}: {missing}"


def test_definitions_of_every_kind_are_written_and_compared_alike(cast: Cast) -> None:
    """A change that touches what is optional and what is written in another form than it is kept."""
    seam = ["seams", {"key": "marketing_to_sales"}]
    stage = ["pipelines", {"key": "lifecycle"}, "stages", {"key": "mql"}]
    entry = [{"label": "At {mql_threshold}", "expression": "score >= mql_threshold && employees > 1"}]
    edits = [
        (THRESHOLD, 40),
        (["scoring", "half_life_days"], 14),
        ([*stage, "entry"], entry),
        ([*stage, "probability"], 0.35),
        ([*stage, "age_limit_days"], 5),
        ([*seam, "touch_minutes"], None),
        ([*seam, "owner"], "mona@acme.example"),
        ([*seam, "answer_minutes"], 30),
        (["metrics", {"key": "win_rate"}, "target"], 0.3333),
        (["calendars", {"key": "office"}, "holidays"], [{"date": "2026-12-25", "label": "Christmas"}]),
    ]
    with workspace_scope(cast.acme):
        change = draft(cast.dana, title="Much", edits=[(p, a) for p, a in edits], at=MONDAY_10)
        submit(change, by=cast.dana, at=MONDAY_10)
        Impact.objects.filter(change=change).update(state=Impact.State.DONE)
        approve(change, by=cast.vera, at=LATER)
        publish(change, by=cast.ada, at=LATER)
        assert change.state == "published"
