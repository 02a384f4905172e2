"""A stay says whose the record was and what it was worth then; what changes meanwhile is kept beside it.

Stays that are there already are filled by the next migration. An open stay that is won or lost follows the amount, an
ended one never changes: docs/decisions/0134.
"""

import django.db.models.deletion
from django.db import migrations, models

import core.tenancy.ids
import core.tenancy.scope
import core.tenancy.walls
from core.tenancy.triggers import AppendOnly
from core.tenancy.walls import Walls

# A stay is written open and ends once; whose it was when it ended is written with its end. An open one may follow the
# amount; an ended one's amount changes only by a restatement, which says so (`app.restating`).
DROP = "drop trigger ended on lifecycle_stagestay;"
ENDS_ONCE = """
create trigger ended before update on lifecycle_stagestay for each row when (
  old.exited_at is not null and (
    coalesce(current_setting('app.restating', true), '') = '' or
    (new.exited_at, new.left_owner_id, new.left_team_id) is distinct from
    (old.exited_at, old.left_owner_id, old.left_team_id)) or
  (new.id, new.workspace_id, new.record_id, new.pipeline_id, new.stage_id, new.from_stage_id, new.entered_at,
   new.entered_by_id, new.cause, new.reason_key, new.blueprint_version, new.owner_id, new.team_id, new.source,
   new.facts_from, new.recorded_at) is distinct from
  (old.id, old.workspace_id, old.record_id, old.pipeline_id, old.stage_id, old.from_stage_id, old.entered_at,
   old.entered_by_id, old.cause, old.reason_key, old.blueprint_version, old.owner_id, old.team_id, old.source,
   old.facts_from, old.recorded_at)
) execute function public.refuse_change();
"""
FORMER = """
create trigger ended before update on lifecycle_stagestay for each row when (
  old.exited_at is not null or
  (new.id, new.workspace_id, new.record_id, new.pipeline_id, new.stage_id, new.from_stage_id, new.entered_at,
   new.entered_by_id, new.cause, new.reason_key, new.blueprint_version) is distinct from
  (old.id, old.workspace_id, old.record_id, old.pipeline_id, old.stage_id, old.from_stage_id, old.entered_at,
   old.entered_by_id, old.cause, old.reason_key, old.blueprint_version)
) execute function public.refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("lifecycle", "0017_workbooks_are_kept"),
        ("workspaces", "0009_setup_mode"),
    ]

    operations = [
        migrations.AddField(
            model_name="stagestay",
            name="amount",
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=16, null=True),
        ),
        migrations.AddField(
            model_name="stagestay",
            name="currency",
            field=models.CharField(blank=True, db_default="", default="", max_length=3),
        ),
        migrations.AddField(
            model_name="stagestay",
            name="facts_from",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Written when it began"),
                    ("file", "Told by a file"),
                    ("events", "Told by events"),
                    ("present", "Taken from the record as it was later"),
                    ("unfilled", "Not filled in yet"),
                ],
                db_default="unfilled",
                default="",
                max_length=8,
            ),
        ),
        # Rows that are there already carry the mark without being written.
        migrations.AlterField(
            model_name="stagestay",
            name="facts_from",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Written when it began"),
                    ("file", "Told by a file"),
                    ("events", "Told by events"),
                    ("present", "Taken from the record as it was later"),
                    ("unfilled", "Not filled in yet"),
                ],
                db_default="",
                default="",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="stagestay",
            name="left_owner_id",
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="stagestay",
            name="left_team_id",
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="stagestay",
            name="owner_id",
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="stagestay",
            name="recorded_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="stagestay",
            name="source",
            field=models.CharField(blank=True, db_default="", default="", max_length=120),
        ),
        migrations.AddField(
            model_name="stagestay",
            name="team_id",
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name="StayChange",
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
                ("stay_id", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("owner_before", models.UUIDField(blank=True, null=True)),
                ("owner_after", models.UUIDField(blank=True, null=True)),
                ("team_before", models.UUIDField(blank=True, null=True)),
                ("team_after", models.UUIDField(blank=True, null=True)),
                ("amount_before", models.DecimalField(blank=True, decimal_places=2, max_digits=16, null=True)),
                ("amount_after", models.DecimalField(blank=True, decimal_places=2, max_digits=16, null=True)),
                ("currency_before", models.CharField(blank=True, db_default="", default="", max_length=3)),
                ("currency_after", models.CharField(blank=True, db_default="", default="", max_length=3)),
                ("reason", models.CharField(blank=True, db_default="", default="", max_length=500)),
                ("period", models.DateField(blank=True, null=True)),
                (
                    "by",
                    core.tenancy.walls.TenantKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workspaces.member",
                    ),
                ),
                (
                    "record",
                    core.tenancy.walls.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stay_changes",
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
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["workspace", "record", "at"], name="stay_change_of_record"),
                    models.Index(fields=["workspace", "at"], name="stay_change_newest"),
                ],
            },
        ),
        Walls("StayChange"),
        AppendOnly("lifecycle_staychange"),
        migrations.RunSQL(DROP + ENDS_ONCE, DROP + FORMER),
    ]
