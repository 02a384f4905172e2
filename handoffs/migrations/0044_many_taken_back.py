"""What was done to many handoffs at once is kept for a while, so that it can be taken back; an event that says so opens
any answered handoff again, and the pauses that the answer ended."""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

import core.tenancy.ids
import core.tenancy.scope
import core.tenancy.walls

CHASE = import_module("handoffs.migrations.0030_undo_chase_and_stage_clocks")
REOPENED = """ and not (old.state <> 'offered' and new.state = 'offered'
    and public.is_said_now(old.workspace_id, old.record_id, array[
      'handoff.acceptance_undone', 'handoff.rejection_undone', 'handoff.recall_undone']))"""
GUARD = CHASE.GUARD.format(condition=CHASE.CONDITION.format(unless=REOPENED))
FORMER_GUARD = CHASE.GUARD.format(condition=CHASE.CONDITION.format(unless=CHASE.UNDONE))

# A pause that an undone deed ended goes on: nothing of it changes but that it has not ended.
SAID = """
create function public.is_given_back_now(tenant uuid, handoff uuid) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select exists (
    select from public.handoffs_handoff h
    where h.workspace_id = tenant and h.id = handoff and public.is_said_now(tenant, h.record_id, array[
      'handoff.acceptance_undone', 'handoff.rejection_undone', 'handoff.recall_undone',
      'handoff.reassignment_undone']))
$$;
"""
PAUSES = """
drop trigger ended on handoffs_pause;
create trigger ended before update on handoffs_pause for each row when (
  old.ended_at is not null
    and not (new.ended_at is null and public.is_given_back_now(old.workspace_id, old.handoff_id))
  or (new.id, new.workspace_id, new.handoff_id, new.kind, new.reason_id, new.note, new.gaps, new.member_id, new.by_id,
      new.at, new.until_at)
    is distinct from
  (old.id, old.workspace_id, old.handoff_id, old.kind, old.reason_id, old.note, old.gaps, old.member_id, old.by_id,
      old.at, old.until_at)
) execute function public.refuse_change();
"""
FORMER_PAUSES = (
    PAUSES.replace(
        "\n    and not (new.ended_at is null and public.is_given_back_now(old.workspace_id, old.handoff_id))", ""
    )
    + "drop function public.is_given_back_now(uuid, uuid);"
)
WHY = [
    ("owner", "given to the owner"),
    ("named", "given to whom a rule names"),
    ("hand", "given by hand"),
    ("taken", "given to somebody else by hand"),
    ("rejected", "rejected for a reason that is not the receiver's"),
    ("recalled", "recalled by the sender"),
    ("undone", "what was done with it was undone"),
]


class Migration(migrations.Migration):
    dependencies = [("handoffs", "0045_clocks_retimed_by_a_worker"), ("lifecycle", "0034_undo_items_in_turn")]

    operations = [
        migrations.RunSQL(GUARD, FORMER_GUARD),
        migrations.RunSQL(SAID + PAUSES, FORMER_PAUSES),
        migrations.AlterField("turnmove", "why", models.CharField(choices=WHY, max_length=10)),
        migrations.CreateModel(
            name="BulkDeed",
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
                    "verb",
                    models.CharField(
                        choices=[
                            ("accept", "Accepted"),
                            ("reject", "Rejected"),
                            ("reassign", "Given away"),
                            ("recall", "Taken back"),
                        ],
                        max_length=8,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("until_at", models.DateTimeField()),
                ("rows", models.JSONField(default=list)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                ("undone", models.JSONField(db_default=models.Value([], models.JSONField()), default=list)),
                (
                    "by",
                    core.tenancy.walls.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workspaces.member",
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
                "indexes": [models.Index(fields=["workspace", "by", "at"], name="bulk_deed_of_who")],
            },
        ),
        core.tenancy.walls.Walls("BulkDeed"),
    ]
