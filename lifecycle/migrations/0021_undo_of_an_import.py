"""An import can be undone as a whole: what it made goes together with the events that say so (docs/decisions/0132)."""

from typing import Any
from urllib.parse import unquote, urlsplit

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.tenancy.ids
import core.tenancy.scope
import core.tenancy.walls
from core.tenancy.walls import Walls

# Our own event is the one whose transaction is still in progress: nobody else's could be seen.
SAID_NOW = """
create function public.is_said_now(tenant uuid, record uuid, kinds text[]) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select exists (
    select from public.history_event e
    where e.workspace_id = tenant and e.record_id = record and e.kind = any(kinds)
      and case when age(e.xmin) < 1000000000
        then pg_xact_status((pg_current_xact_id()::text::bigint - age(e.xmin))::text::xid8) end = 'in progress')
$$;
"""
REPLACED = """
create or replace function public.keep_replaced_stays() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if exists (
    select from (select distinct workspace_id, record_id from old_rows) r
    where not public.is_said_now(r.workspace_id, r.record_id, array['record.history_corrected', 'record.undone'])
  ) then
    raise exception 'rows of lifecycle_stagestay are never changed or deleted, but replaced by a file that tells a '
      'record''s history better, with an event' using errcode = 'restrict_violation';
  end if;
  insert into public.lifecycle_replacedstay (workspace_id, record_id, stay, replaced_at)
  select o.workspace_id, o.record_id, to_jsonb(o) - 'workspace_id' - 'record_id', statement_timestamp() from old_rows o
  where not public.is_said_now(o.workspace_id, o.record_id, array['record.undone']);
  return null;
end $$;
"""
# Back to the function of 0012: the same words, without the undoing.
FORMER = """
create or replace function public.keep_replaced_stays() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if exists (
    select from (select distinct workspace_id, record_id from old_rows) r
    where not public.is_said_now(r.workspace_id, r.record_id, array['record.history_corrected'])
  ) then
    raise exception 'rows of lifecycle_stagestay are never changed or deleted, but replaced by a file that tells a '
      'record''s history better, with an event' using errcode = 'restrict_violation';
  end if;
  insert into public.lifecycle_replacedstay (workspace_id, record_id, stay, replaced_at)
  select o.workspace_id, o.record_id, to_jsonb(o) - 'workspace_id' - 'record_id', now() from old_rows o;
  return null;
end $$;
"""
UNLESS_UNDONE = """
create function public.refuse_unless_undone() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if exists (
    select from (select distinct workspace_id, record_id from old_rows) r
    where not public.is_said_now(r.workspace_id, r.record_id, array['record.undone'])
  ) then
    raise exception 'rows of % are never changed or deleted', tg_table_name using errcode = 'restrict_violation';
  end if;
  return null;
end $$;
"""
TABLES = ("lifecycle_replacedstay", "lifecycle_staychange", "lifecycle_scorechange", "lifecycle_touchpoint")
GUARDED = "".join(
    f"""
drop trigger append_only on {table};
create trigger append_only before update on {table} for each row execute function refuse_change();
create trigger undone after delete on {table}
  referencing old table as old_rows for each statement execute function public.refuse_unless_undone();
"""
    for table in TABLES
)
UNGUARDED = "".join(
    f"""
drop trigger undone on {table};
drop trigger append_only on {table};
create trigger append_only before update or delete on {table} for each row execute function refuse_change();
"""
    for table in TABLES
)


def look_at(states: str) -> Any:
    def change(apps: Any, schema_editor: Any) -> None:
        role = unquote(urlsplit(settings.DATABASE_SCANNER_URL).username or "")
        if role:
            quoted = schema_editor.quote_name(role)
            schema_editor.execute(
                f"alter policy waiting_work on lifecycle_import to {quoted} using (state in ({states}))"
            )

    return change


class Migration(migrations.Migration):
    dependencies = [
        ("lifecycle", "0020_staged_rows"),
        ("workspaces", "0009_setup_mode"),
    ]

    operations = [
        migrations.CreateModel(
            name="ImportUndo",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=core.tenancy.ids.NewId(),
                        default=core.tenancy.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "phase",
                    models.CharField(
                        choices=[
                            ("looking", "Being looked at"),
                            ("ready", "Waiting to be confirmed"),
                            ("undoing", "Being undone"),
                            ("done", "Undone"),
                            ("kept", "Kept after all"),
                        ],
                        default="looking",
                        max_length=8,
                    ),
                ),
                (
                    "former_state",
                    models.CharField(
                        choices=[
                            ("reading", "Being read"),
                            ("mapping", "Waiting for its mapping"),
                            ("waiting", "Waiting to run"),
                            ("running", "Running"),
                            ("finished", "Finished"),
                            ("cancelled", "Cancelled"),
                            ("failed", "Failed"),
                            ("undoing", "Being undone"),
                            ("undone", "Undone"),
                        ],
                        max_length=10,
                    ),
                ),
                ("cursor", models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()), default=dict)),
                ("leaves_touched", models.BooleanField(default=False)),
                ("removed_accounts", models.PositiveIntegerField(default=0)),
                ("asked_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "asked_by",
                    core.tenancy.walls.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workspaces.member",
                    ),
                ),
                (
                    "of",
                    core.tenancy.walls.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undos",
                        to="lifecycle.import",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_index=False,
                        default=core.tenancy.scope.current_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workspaces.workspace",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="UndoItem",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=core.tenancy.ids.NewId(),
                        default=core.tenancy.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("record_id", models.UUIDField()),
                ("number", models.BigIntegerField()),
                ("is_created", models.BooleanField()),
                ("is_checked", models.BooleanField(db_default=False, default=False)),
                ("touched_by", models.CharField(blank=True, db_default="", default="", max_length=20)),
                ("outcome", models.CharField(blank=True, db_default="", default="", max_length=8)),
                (
                    "undo",
                    core.tenancy.walls.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="lifecycle.importundo",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        default=core.tenancy.scope.current_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workspaces.workspace",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.RemoveIndex(
            model_name="import",
            name="import_waiting",
        ),
        migrations.AlterField(
            model_name="import",
            name="state",
            field=models.CharField(
                choices=[
                    ("reading", "Being read"),
                    ("mapping", "Waiting for its mapping"),
                    ("waiting", "Waiting to run"),
                    ("running", "Running"),
                    ("finished", "Finished"),
                    ("cancelled", "Cancelled"),
                    ("failed", "Failed"),
                    ("undoing", "Being undone"),
                    ("undone", "Undone"),
                ],
                default="mapping",
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="import",
            index=models.Index(
                condition=models.Q(("state__in", ["reading", "waiting", "running", "undoing"])),
                fields=["workspace", "created_at"],
                name="import_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="importundo",
            constraint=models.UniqueConstraint(fields=("workspace", "of"), name="one_undo_of_import"),
        ),
        migrations.AddIndex(
            model_name="undoitem",
            index=models.Index(
                condition=models.Q(("outcome", "")),
                fields=["workspace", "undo", "is_checked"],
                name="undo_item_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="undoitem",
            index=models.Index(
                condition=models.Q(("touched_by", ""), _negated=True),
                fields=["workspace", "undo", "number"],
                name="undo_item_touched",
            ),
        ),
        migrations.AddConstraint(
            model_name="undoitem",
            constraint=models.UniqueConstraint(fields=("workspace", "undo", "record_id"), name="undo_item_once"),
        ),
        Walls("ImportUndo", "UndoItem"),
        migrations.RunSQL(SAID_NOW, "drop function public.is_said_now(uuid, uuid, text[])"),
        migrations.RunSQL(REPLACED, FORMER),
        migrations.RunSQL(UNLESS_UNDONE + GUARDED, UNGUARDED + "drop function public.refuse_unless_undone();"),
        migrations.RunPython(
            look_at("'reading', 'waiting', 'running', 'undoing'"), look_at("'reading', 'waiting', 'running'")
        ),
    ]
