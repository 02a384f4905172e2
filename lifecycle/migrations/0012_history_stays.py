"""History stays: a stay that ended, a change of score, a touchpoint and a rejected row are never changed or deleted.

Imported history may be told better by a later file. Then the stays that it replaces go only together with the event
that says so, and what they were is kept: see docs/decisions/0042.
"""

import django.db.models.deletion
from django.db import migrations, models

import core.tenancy.ids
import core.tenancy.scope
import core.tenancy.walls
from core.tenancy.triggers import AppendOnly
from core.tenancy.walls import Walls

# A stay is written open and ends once; nothing else of it changes. Asked in the trigger's own condition, which costs
# the many stays that end nothing but a comparison.
ENDS_ONCE = """
create trigger ended before update on lifecycle_stagestay for each row when (
  old.exited_at is not null or
  (new.id, new.workspace_id, new.record_id, new.pipeline_id, new.stage_id, new.from_stage_id, new.entered_at,
   new.entered_by_id, new.cause, new.reason_key, new.blueprint_version) is distinct from
  (old.id, old.workspace_id, old.record_id, old.pipeline_id, old.stage_id, old.from_stage_id, old.entered_at,
   old.entered_by_id, old.cause, old.reason_key, old.blueprint_version)
) execute function public.refuse_change();
"""

# Our own event is the one whose transaction is still in progress: nobody else's could be seen.
REPLACED = """
create function public.keep_replaced_stays() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if exists (
    select from (select distinct workspace_id, record_id from old_rows) r where not exists (
      select from public.history_event e
      where e.workspace_id = r.workspace_id and e.record_id = r.record_id and e.kind = 'record.history_corrected'
        and case when age(e.xmin) < 1000000000
          then pg_xact_status((pg_current_xact_id()::text::bigint - age(e.xmin))::text::xid8) end = 'in progress')
  ) then
    raise exception 'rows of lifecycle_stagestay are never changed or deleted, but replaced by a file that tells a '
      'record''s history better, with an event' using errcode = 'restrict_violation';
  end if;
  insert into public.lifecycle_replacedstay (workspace_id, record_id, stay, replaced_at)
  select o.workspace_id, o.record_id, to_jsonb(o) - 'workspace_id' - 'record_id', now() from old_rows o;
  return null;
end $$;
create trigger replaced after delete on lifecycle_stagestay
  referencing old table as old_rows for each statement execute function public.keep_replaced_stays();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("lifecycle", "0011_a_file_is_read_by_a_worker"),
        ("history", "0001_initial"),
        ("governance", "0006_functions_keep_their_own_path"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReplacedStay",
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
                ("stay", models.JSONField()),
                ("replaced_at", models.DateTimeField()),
                (
                    "record",
                    core.tenancy.walls.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_stays",
                        to="lifecycle.record",
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
                "indexes": [models.Index(fields=["workspace", "record"], name="replaced_stay_of_record")],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        Walls("ReplacedStay"),
        migrations.RunSQL(ENDS_ONCE, "drop trigger ended on lifecycle_stagestay"),
        migrations.RunSQL(
            REPLACED,
            "drop trigger replaced on lifecycle_stagestay; drop function public.keep_replaced_stays()",
        ),
        AppendOnly("lifecycle_replacedstay", "lifecycle_scorechange", "lifecycle_touchpoint", "lifecycle_rejection"),
    ]
