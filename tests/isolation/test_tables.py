"""The wall in the database: every tenant table, found in the catalog, is closed to the role that serves."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, models, transaction

from blueprint.models import BlueprintVersion, ConfigurationModel
from core.database import faults_of_role
from core.history.models import Event
from core.people.queries import workspaces_of
from core.tenancy.scope import NoWorkspace, workspace_scope
from core.tenancy.walls import TenantKey, TenantModel
from tests.cast import Cast
from tests.isolation.rows import one_of_each
from tests.isolation.walk import tenant_models, tenant_tables

pytestmark = pytest.mark.django_db
SETTING = "NULLIF(current_setting('app.workspace_id'::text, true), ''::text)"
POLICY = f'(workspace_id = ( SELECT ({SETTING})::uuid AS "nullif"))'
# Tables of nobody's workspace: the tenant itself, people who may belong to several, and Django's own.
COMMON = {
    "workspaces_workspace",
    "operating_heartbeat",
    "workspaces_limit",  # attempts to sign in, before anybody is in a workspace
    "workspaces_user",
    "workspaces_user_groups",
    "workspaces_user_user_permissions",
}
COMMON_PREFIXES = ("django_", "auth_", "account_", "mfa_", "usersessions_")
INSUFFICIENT_PRIVILEGE = "42501"


def ask(question: str, values: list[Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question, values or [])
        return cursor.fetchall()


def test_tests_run_as_the_role_that_serves(db: None) -> None:
    assert faults_of_role() == []


def test_every_table_is_a_tenants_or_known_to_be_common(db: None) -> None:
    every = {name for (name,) in ask("select tablename from pg_tables where schemaname = 'public'")}
    others = {name for name in every - set(tenant_tables()) - COMMON if not name.startswith(COMMON_PREFIXES)}
    assert not others, f"tables without a workspace: {others}"


def test_every_tenant_model_has_its_table_found(db: None) -> None:
    assert {model._meta.db_table for model in tenant_models() if model._meta.managed} <= set(tenant_tables())


def test_every_tenant_table_has_forced_row_security_and_the_one_policy(db: None) -> None:
    forced = dict(ask("select relname, relrowsecurity and relforcerowsecurity from pg_class"))
    policies: dict[str, list[tuple[Any, ...]]] = {}
    bound = "select tablename, permissive, cmd, qual, with_check from pg_policies where roles && %s::name[]"
    for table, *policy in ask(bound, [["public", connection.settings_dict["USER"]]]):
        policies.setdefault(table, []).append(tuple(policy))
    for table in tenant_tables():
        assert forced[table], f"{table} has no forced row security"
        assert policies.get(table) == [("PERMISSIVE", "ALL", POLICY, POLICY)], f"{table}: {policies.get(table)}"


def test_references_between_tenant_tables_carry_the_workspace(db: None) -> None:
    """A foreign key sees through the wall, so it must name the workspace beside the row."""
    tables = set(tenant_tables())
    found = ask(
        """
        select c.conrelid::regclass::text, c.confrelid::regclass::text,
          (select array_agg(a.attname::text order by k.ord) from unnest(c.conkey) with ordinality k(num, ord)
           join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.num)
        from pg_constraint c where c.contype = 'f' and c.connamespace = 'public'::regnamespace
        """
    )
    composite = {(table, ("workspace_id", column)) for table, _, columns in found for column in columns[1:]}
    for table, target, columns in found:
        if table in tables and target in tables:
            assert columns[0] == "workspace_id" and len(columns) >= 2, f"{table} → {target} by {columns}"
    for model in tenant_models():
        for field in model._meta.local_fields:
            is_reference = isinstance(field, models.ForeignKey) and field.related_model._meta.db_table in tables
            if is_reference:
                assert isinstance(field, TenantKey), f"{model.__name__}.{field.name} is no TenantKey"
                assert (model._meta.db_table, ("workspace_id", field.column)) in composite, f"{model}.{field.name}"


def test_every_row_is_held_in_its_workspace(db: None) -> None:
    """By a key to it, or by a reference that no row may lack; the words of the search are an index of records."""
    held = ask(
        """
        select c.conrelid::regclass::text from pg_constraint c
        join pg_attribute own on own.attrelid = c.conrelid and own.attnum = c.conkey[1]
        join pg_attribute other on other.attrelid = c.confrelid and other.attnum = c.confkey[1]
        where c.contype = 'f' and own.attname = 'workspace_id' and not exists (
          select from pg_attribute a where a.attrelid = c.conrelid and a.attnum = any(c.conkey) and not a.attnotnull)
        and (other.attname = 'workspace_id' or c.confrelid = 'workspaces_workspace'::regclass)
        """
    )
    assert set(tenant_tables()) - {table for (table,) in held} == {"lifecycle_searchtoken"}


def test_unique_keys_begin_with_the_workspace(db: None) -> None:
    """A unique key sees through the wall too; only ids, which nobody chooses, may be unique by themselves."""
    found = ask(
        """
        select i.indrelid::regclass::text, a.attname from pg_index i
        join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
        where i.indisunique and not i.indisprimary
        """
    )
    tables = set(tenant_tables())
    assert [(table, first) for table, first in found if table in tables and first != "workspace_id"] == []


@pytest.mark.parametrize("model", tenant_models(), ids=lambda model: model.__name__)
def test_the_manager_raises_outside_a_scope(db: None, model: type[models.Model]) -> None:
    managers = [model._default_manager]
    if issubclass(model, TenantModel):
        managers.append(model._base_manager)
    for manager in managers:
        with pytest.raises(NoWorkspace):
            list(manager.all()[:1])


def test_a_row_for_another_workspace_is_refused_by_the_database(cast: Cast) -> None:
    for table in tenant_tables():
        with workspace_scope(cast.acme), pytest.raises(DatabaseError) as refused, transaction.atomic():
            ask(f'insert into "{table}" (workspace_id) values (%s) returning 1', [cast.globex.pk])
        assert refused.value.__cause__.pgcode == INSUFFICIENT_PRIVILEGE, f"{table}: {refused.value}"  # type: ignore[union-attr]


@pytest.fixture
def globex_has_rows(cast: Cast) -> set[str]:
    """The tables in which Globex has rows now: where nobody has any, seeing none says nothing."""
    one_of_each(cast.globex, cast.otto, number=7, key="only-at-globex")
    with workspace_scope(cast.globex):
        filled = {table for table in tenant_tables() if ask(f'select count(*) from "{table}"') != [(0,)]}
    assert len(filled) > 20
    return filled


def test_outside_a_scope_the_database_shows_nothing(globex_has_rows: set[str]) -> None:
    for table in globex_has_rows:
        assert ask(f'select count(*) from "{table}"') == [(0,)], table


def test_outside_a_scope_the_database_takes_nothing(cast: Cast) -> None:
    for table in tenant_tables():
        with pytest.raises(DatabaseError) as refused, transaction.atomic():
            ask(f'insert into "{table}" (workspace_id) values (%s) returning 1', [cast.globex.pk])
        assert refused.value.__cause__.pgcode == INSUFFICIENT_PRIVILEGE, f"{table}: {refused.value}"  # type: ignore[union-attr]


def test_inside_a_scope_only_own_rows_are_seen(cast: Cast, globex_has_rows: set[str]) -> None:
    assert globex_has_rows
    with workspace_scope(cast.acme):
        for table in tenant_tables():
            own = ask(f'select count(*) from "{table}" where workspace_id <> %s', [cast.acme.pk])
            assert own == [(0,)], table


def test_the_one_question_across_tenants_tells_a_person_only_their_own_places(cast: Cast) -> None:
    assert [(place.slug, place.role) for place in workspaces_of(cast.otto.user)] == [("globex", "owner")]
    body = ask(
        "select prosecdef, proconfig::text, pg_get_userbyid(proowner) from pg_proc where proname = 'workspaces_of'"
    )
    assert body[0][0] is True and "search_path" in body[0][1]
    assert body[0][2] != connection.settings_dict["USER"]
    callers = ask("select grantee from information_schema.routine_privileges where routine_name = 'workspaces_of'")
    assert "PUBLIC" not in {grantee for (grantee,) in callers}


def test_only_audited_functions_see_through_the_wall(db: None) -> None:
    audited = {"workspaces_of", "refresh_statistics", "note_account_event", "remove_sample"}
    audited.add("version_is_published")  # a trigger, which nobody calls
    found = {
        name for (name,) in ask("select proname from pg_proc where prosecdef and pronamespace = 'public'::regnamespace")
    }
    assert found == audited


def test_whatever_happens_to_deleted_rows_lets_a_sample_company_go(db: None) -> None:
    """Its removal deletes history, and marks nothing: every function that a deletion calls asks is_leaving."""
    held = ask(
        "select distinct p.proname from pg_trigger t join pg_proc p on p.oid = t.tgfoid"
        " join pg_attribute a on a.attrelid = t.tgrelid and a.attname = 'workspace_id'"
        " where not t.tgisinternal and t.tgtype & 8 = 8 and p.prosrc not like '%%is_leaving%%'"
    )
    assert held == []


def _configuration() -> list[type[models.Model]]:
    return [model for model in tenant_models() if issubclass(model, ConfigurationModel)]


@pytest.mark.parametrize("model", _configuration(), ids=lambda model: model.__name__)
def test_configuration_is_written_only_under_an_approved_change_request(cast: Cast, model: type[models.Model]) -> None:
    table = model._meta.db_table
    with (
        workspace_scope(cast.acme),
        pytest.raises(DatabaseError, match="approved change request"),
        transaction.atomic(),
    ):
        ask(f'insert into "{table}" (workspace_id) values (%s) returning 1', [cast.acme.pk])
    with workspace_scope(cast.acme):
        has_rows = model.objects.exists()
    if has_rows:
        for change in (f'update "{table}" set is_retired = true', f'delete from "{table}"'):
            with (
                workspace_scope(cast.acme),
                pytest.raises(DatabaseError, match="approved change"),
                transaction.atomic(),
            ):
                ask(f"{change} returning 1")


@pytest.mark.parametrize("model", [Event, BlueprintVersion], ids=lambda model: model.__name__)
def test_history_is_never_changed_or_deleted(cast: Cast, model: type[models.Model]) -> None:
    table = model._meta.db_table
    for change in (f'update "{table}" set id = id', f'delete from "{table}"'):
        with workspace_scope(cast.acme), pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            ask(f"{change} returning 1")


def test_every_append_only_table_is_guarded_against_both(db: None) -> None:
    guarded = {table for (table,) in ask("select tgrelid::regclass::text from pg_trigger where tgname = 'append_only'")}
    assert {"history_event", "blueprint_blueprintversion"} <= guarded
