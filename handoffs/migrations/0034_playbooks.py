"""Playbooks: runs, their steps, and the scanner's narrow view of steps that are to come."""

from typing import Any
from urllib.parse import unquote, urlsplit

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.tenancy.ids
import core.tenancy.scope
import core.tenancy.walls
from core.tenancy.walls import Walls


def let_scanner_look(apps: Any, schema_editor: Any) -> None:
    """The scanner role sees which workspaces have a step that waits, and until when."""
    role = unquote(urlsplit(settings.DATABASE_SCANNER_URL).username or "")
    if not role:
        return
    quoted = schema_editor.quote_name(role)
    schema_editor.execute(f"grant select (workspace_id, state, comes_at) on handoffs_runstep to {quoted}")
    schema_editor.execute(
        f"create policy due_work on handoffs_runstep for select to {quoted} using (state = 'waiting')"
    )


def leave(apps: Any, schema_editor: Any) -> None:
    """Grants may stay; the policy goes."""
    schema_editor.execute("drop policy if exists due_work on handoffs_runstep")


class Migration(migrations.Migration):
    dependencies = [
        ("handoffs", "0027_pauses"),
        ("lifecycle", "0034_undo_items_in_turn"),
        ("workspaces", "0014_scanner_knows_samples"),
    ]

    operations = [
        migrations.CreateModel(
            name="PlaybookRun",
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
                ("number", models.BigIntegerField()),
                ("playbook", models.CharField(max_length=60)),
                ("label", models.CharField(max_length=160)),
                ("occasion", models.CharField(blank=True, db_default="", default="", max_length=60)),
                ("counts_from", models.DateField()),
                ("stage_id", models.UUIDField()),
                ("began_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[("running", "Running"), ("done", "Done"), ("stopped", "Stopped")],
                        default="running",
                        max_length=7,
                    ),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("reason", models.CharField(blank=True, db_default="", default="", max_length=300)),
                (
                    "began_by",
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
                    "ended_by",
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
                        related_name="playbook_runs",
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
            },
        ),
        migrations.CreateModel(
            name="RunStep",
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
                ("key", models.CharField(max_length=60)),
                ("label", models.CharField(max_length=160)),
                ("position", models.PositiveSmallIntegerField()),
                ("due_on", models.DateField()),
                ("due_at", models.DateTimeField()),
                ("comes_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "To come"),
                            ("open", "Open"),
                            ("done", "Done"),
                            ("skipped", "Skipped"),
                            ("stopped", "Let go"),
                        ],
                        default="waiting",
                        max_length=7,
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("reason", models.CharField(blank=True, db_default="", default="", max_length=300)),
                (
                    "record",
                    core.tenancy.walls.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="lifecycle.record",
                    ),
                ),
                (
                    "run",
                    core.tenancy.walls.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="handoffs.playbookrun",
                    ),
                ),
                (
                    "task",
                    core.tenancy.walls.TenantKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="handoffs.task",
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
        migrations.AddIndex(
            model_name="playbookrun",
            index=models.Index(fields=["workspace", "-began_at", "-id"], name="playbook_run_newest"),
        ),
        migrations.AddIndex(
            model_name="playbookrun",
            index=models.Index(fields=["workspace", "playbook", "state"], name="playbook_run_of_playbook"),
        ),
        migrations.AddConstraint(
            model_name="playbookrun",
            constraint=models.UniqueConstraint(fields=("workspace", "number"), name="playbook_run_number"),
        ),
        migrations.AddConstraint(
            model_name="playbookrun",
            constraint=models.UniqueConstraint(
                fields=("workspace", "record", "playbook", "occasion"), name="playbook_once_for_an_occasion"
            ),
        ),
        migrations.AddConstraint(
            model_name="playbookrun",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("workspace", "record", "playbook"),
                name="one_running_playbook_of_a_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="playbookrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("state", "running")),
                    models.Q(("ended_at__isnull", False), ("state__in", ["done", "stopped"])),
                    _connector="OR",
                ),
                name="playbook_run_ended_has_a_time",
            ),
        ),
        migrations.AddIndex(
            model_name="runstep",
            index=models.Index(
                condition=models.Q(("state", "waiting")), fields=["workspace", "comes_at"], name="run_step_to_come"
            ),
        ),
        migrations.AddIndex(
            model_name="runstep",
            index=models.Index(
                condition=models.Q(("state__in", ["waiting", "open"])),
                fields=["workspace", "record"],
                name="run_step_undecided",
            ),
        ),
        migrations.AddIndex(
            model_name="runstep",
            index=models.Index(
                condition=models.Q(("task__isnull", False)), fields=["workspace", "task"], name="run_step_of_task"
            ),
        ),
        migrations.AddConstraint(
            model_name="runstep",
            constraint=models.UniqueConstraint(fields=("workspace", "run", "key"), name="step_once_in_a_run"),
        ),
        migrations.AddConstraint(
            model_name="runstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("state__in", ["waiting", "open"])),
                    models.Q(("decided_at__isnull", False), ("state__in", ["done", "skipped", "stopped"])),
                    _connector="OR",
                ),
                name="run_step_decided_has_a_time",
            ),
        ),
        Walls("PlaybookRun", "RunStep"),
        migrations.RunPython(let_scanner_look, leave),
    ]
