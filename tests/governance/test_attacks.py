"""What the serving role itself tries against what is published, with statements of its own. The database refuses.

What the role is trusted with is in docs/security.md: which workspace it works for, and who is asking."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.db import DatabaseError, connection, transaction

from blueprint.models import BlueprintVersion, ConfigurationModel
from core.people.models import Member
from core.tenancy.scope import workspace_scope
from governance.actions.deciding import approve, withdraw
from governance.actions.drafting import draft
from governance.actions.publishing import publish
from governance.actions.submitting import submit
from governance.models import ChangeRequest, Impact
from tests.cast import MONDAY_10, Cast
from tests.isolation.walk import tenant_models

pytestmark = pytest.mark.django_db

SHADOWS = (
    "governance_changerequest",
    "governance_approval",
    "governance_authorship",
    "blueprint_blueprintversion",
    "workspaces_member",
)


def must_refuse(statement: str, *values: Any) -> str:
    """The database's words; the test fails where there are none."""
    with pytest.raises(DatabaseError) as no, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values[0] if values and isinstance(values[0], dict) else values)
        cursor.execute("set constraints all immediate")
    return str(no.value)


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


# --- the guard of the definition tables -----------------------------------------------------------------------------

LATER = MONDAY_10 + timedelta(hours=1)
THRESHOLD = ["scoring", "threshold"]
LOWER = "update lifecycle_stage set age_limit_days = 1"


def drafted(cast: Cast, points: int = 50) -> ChangeRequest:
    return draft(cast.dana, title="Lower", edits=[(THRESHOLD, points)], at=MONDAY_10)


def in_review(cast: Cast, points: int = 50) -> ChangeRequest:
    change = drafted(cast, points)
    submit(change, by=cast.dana, at=MONDAY_10)
    Impact.objects.filter(change=change).update(state=Impact.State.DONE)
    return change


def approved(cast: Cast, points: int = 50) -> ChangeRequest:
    change = in_review(cast, points)
    approve(change, by=cast.vera, at=LATER)
    return change


def published(cast: Cast, points: int = 50) -> ChangeRequest:
    change = approved(cast, points)
    publish(change, by=cast.ada, at=LATER)
    return change


def withdrawn(cast: Cast) -> ChangeRequest:
    change = approved(cast)
    withdraw(change, by=cast.dana, at=LATER)
    return change


def under(request: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select set_config('app.change_request', %s, true)", [str(request)])


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
VERSION = """
insert into blueprint_blueprintversion (workspace_id, number, document, summary, change_request_id, published_at)
select workspace_id, 2, document, '', id, now() from governance_changerequest where id = %(change)s;
select set_config('app.change_request', %(change)s::text, true);
"""
PUBLISHED = """
update workspaces_workspace set blueprint_version = 2 where id = %(workspace)s;
update governance_changerequest set state = 'published', published_version = 2, published_at = now()
where id = %(change)s;
"""


# What publishing a threshold of 50 writes: it is part of one stage's criteria.
FIFTY = "update lifecycle_stage set entry_criteria = replace(entry_criteria::text, '60', '50')::jsonb where key = 'mql'"
MORE = {
    "another value": LOWER,
    "a label": f"{FIFTY}; update lifecycle_stage set label = 'Mine' where key = 'mql'",
    "a gate": f"{FIFTY}; update lifecycle_stage set auto_enter = not auto_enter",
    "a promise": f"{FIFTY}; update handoffs_seam set answer_minutes = answer_minutes * 9",
    "an owner": f"{FIFTY}; update handoffs_seam set owner_id = null",
    "a trigger": f"{FIFTY}; update handoffs_seam set trigger_stage_id = (select id from lifecycle_stage limit 1)",
    "a turn": f"{FIFTY}; update handoffs_pool set region = 'Mine'",
    "a reason": f"{FIFTY}; update handoffs_reasoncode set disposition = 'none' where disposition <> 'none'",
    "hours": f"{FIFTY}; update handoffs_calendar set weekly = '{{}}'",
    "a target": f"{FIFTY}; update scorecard_metric set target = 0.0001",
    "a row less": f"{FIFTY}; update handoffs_reasoncode set is_retired = true",
    "a way out": f"{FIFTY}; update lifecycle_stage set exit_criteria = '[{{}}]'",
    "a row more": f"{FIFTY}; insert into handoffs_pool (id, workspace_id, is_retired, key, label, function, team_key,"
    " region) select gen_random_uuid(), workspace_id, false, 'mine', 'Mine', 'sales', '', ''"
    " from handoffs_pool limit 1",
    "nothing": "select 1",
}


@pytest.mark.parametrize("more", MORE.values(), ids=MORE)
def test_what_is_published_is_what_was_approved_and_nothing_else(cast: Cast, more: str) -> None:
    with workspace_scope(cast.acme):
        names = {"change": approved(cast).pk, "workspace": cast.acme.pk}
        words = must_refuse(f"{VERSION} {more}; {PUBLISHED}", names)
        assert "the tables do not say what the approved document says" in words, words


def test_the_rows_of_exactly_what_was_approved_pass(cast: Cast) -> None:
    with workspace_scope(cast.acme), connection.cursor() as cursor:
        change = approved(cast)
        cursor.execute(f"{VERSION} {FIFTY}; {PUBLISHED}", {"change": change.pk, "workspace": cast.acme.pk})
        change.refresh_from_db()
        assert (change.state, change.published_version) == ("published", 2)


def test_what_is_retired_keeps_saying_what_it_said(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        names = {"change": approved(cast).pk}
        retire = "update handoffs_pool set is_retired = true"
        assert "stays" in must_refuse(f"{VERSION} {retire}, label = 'Mine'", names)
        assert "stays" in must_refuse(f"{VERSION} {retire}; update handoffs_pool set label = 'Mine'", names)
        assert "never deleted" in must_refuse(f"{VERSION} delete from handoffs_pool", names)


def test_an_approved_version_is_published_in_one_transaction_or_not_at_all(cast: Cast) -> None:
    """A version and its rows, but the request stays approved: the commit is refused, and so the side door it left."""
    with workspace_scope(cast.acme):
        assert "in one transaction" in must_refuse(VERSION, {"change": approved(cast).pk})


def test_after_the_publication_its_request_opens_nothing_in_the_same_transaction(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        under(published(cast).pk)
        assert "approved change request" in must_refuse(LOWER)


def test_the_document_of_a_submitted_request_stays(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        for change in (in_review(cast), approved(cast)):
            other = "update governance_changerequest set document = jsonb_set(document, '{scoring,threshold}', '1')"
            assert "frozen" in must_refuse(f"{other} where id = %s", change.pk)
            must_refuse("update governance_changerequest set state = 'draft' where id = %s", change.pk)


def test_a_request_is_approved_by_no_row_that_is_missing_or_wrong(cast: Cast) -> None:
    """For oneself, in a colleague's name who may not, and by taking a rejection back."""
    approve_it = "update governance_changerequest set state = 'approved' where id = %s"
    answer = (
        "insert into governance_approval (workspace_id, change_id, member_id, verdict, note, at) "
        "select workspace_id, id, %s, 'approved', '', now() from governance_changerequest where id = %s"
    )
    with workspace_scope(cast.acme):
        change = in_review(cast)
        robot = Member.objects.create(kind="integration", role="admin", name="Robot")
        agent = Member.objects.create(kind="agent", role="owner", name="Agent")
        left = Member.objects.create(role="admin", name="Left", is_active=False)
        for member, fault in (
            (cast.dana, "a role that answers no changes"),
            (cast.rick, "a role that answers no changes"),
            (robot, "is not a person"),
            (agent, "is not a person"),
            (left, "is no active member"),
            (cast.otto, "is no active member"),
        ):
            assert fault in must_refuse(answer, member.pk, change.pk)
        Member.objects.filter(pk=cast.dana.pk).update(role="admin")
        assert "is an author" in must_refuse(answer, cast.dana.pk, change.pk)
        EmailAddress.objects.filter(user=cast.vera.user).update(verified=False)
        assert "has not proved" in must_refuse(answer, cast.vera.pk, change.pk)
        assert "wrote none of it" in must_refuse(approve_it, change.pk)
        must_refuse(f"{answer.replace('approved', 'rejected')}; {approve_it}", cast.mona.pk, change.pk, change.pk)


def test_an_approval_given_before_a_demotion_does_not_make_the_request_approved(cast: Cast) -> None:
    """The row is there, its writer no longer may: what counts is the moment the request becomes approved."""
    with workspace_scope(cast.acme), connection.cursor() as cursor:
        change = in_review(cast)
        cursor.execute(
            "insert into governance_approval (workspace_id, change_id, member_id, verdict, note, at) "
            "values (%s, %s, %s, 'approved', '', now())",
            [cast.acme.pk, change.pk, cast.vera.pk],
        )
        Member.objects.filter(pk=cast.vera.pk).update(role="rep")
        must_refuse("update governance_changerequest set state = 'approved' where id = %s", change.pk)


def test_an_answer_once_given_is_neither_changed_nor_taken_away(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        approved(cast)
        assert "never changed" in must_refuse("delete from governance_approval")
        assert "never changed" in must_refuse("update governance_approval set verdict = 'rejected'")
        assert "never changed" in must_refuse("update governance_approval set member_id = %s", cast.mona.pk)


def test_the_version_in_force_follows_what_is_published(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        published(cast)
        for number in (0, 1, 3):
            must_refuse("update workspaces_workspace set blueprint_version = %s where id = %s", number, cast.acme.pk)


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
