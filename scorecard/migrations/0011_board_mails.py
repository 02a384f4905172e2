"""Boards by mail: who wants one, and each mail as it was written. The scanner learns which workspaces have one due."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.tenancy.ids
import core.tenancy.scope
import core.tenancy.walls
from core.roles import Login

DUE = {"scorecard_boardmailing": "next_at", "scorecard_boardmail": "next_try_at"}


def let_scanner_look(apps, schema_editor):
    """The scanner learns which workspaces have a mail due, and nothing else of it."""
    scanner = schema_editor.quote_name(Login.from_url(settings.DATABASE_SCANNER_URL).name)
    for table, due in DUE.items():
        schema_editor.execute(f"grant select (workspace_id, {due}) on {table} to {scanner}")
        schema_editor.execute(f"create policy scanner on {table} for select to {scanner} using (true)")


def let_scanner_look_no_more(apps, schema_editor):
    """The opposite."""
    scanner = schema_editor.quote_name(Login.from_url(settings.DATABASE_SCANNER_URL).name)
    for table, due in DUE.items():
        schema_editor.execute(f"drop policy scanner on {table}")
        schema_editor.execute(f"revoke select (workspace_id, {due}) on {table} from {scanner}")


class Migration(migrations.Migration):
    dependencies = [
        ("scorecard", "0010_marks_of_changed_hands"),
        ("workspaces", "0009_setup_mode"),
    ]

    operations = [
        migrations.CreateModel(
            name="BoardMail",
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
                ("board_number", models.BigIntegerField()),
                ("subject", models.CharField(max_length=200)),
                ("told", models.JSONField()),
                ("made_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("next_try_at", models.DateTimeField(blank=True, null=True)),
                ("tries", models.PositiveSmallIntegerField(db_default=0, default=0)),
                (
                    "member",
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
                    models.Index(
                        condition=models.Q(("next_try_at__isnull", False)),
                        fields=["next_try_at"],
                        name="board_mail_waiting",
                    ),
                    models.Index(fields=["workspace", "member", "made_at"], name="board_mail_of_member"),
                ],
            },
        ),
        migrations.CreateModel(
            name="BoardMailing",
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
                ("every", models.CharField(max_length=7)),
                ("next_at", models.DateTimeField()),
                (
                    "board",
                    core.tenancy.walls.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mailings",
                        to="scorecard.metricboard",
                    ),
                ),
                (
                    "member",
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
                "indexes": [models.Index(fields=["next_at"], name="board_mailing_due")],
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "board", "member"), name="board_mailing_once")
                ],
            },
        ),
        core.tenancy.walls.Walls("BoardMailing"),
        core.tenancy.walls.Walls("BoardMail"),
        migrations.RunPython(let_scanner_look, let_scanner_look_no_more),
    ]
