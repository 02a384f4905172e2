"""Promises to customers, and the scanner's narrow view of those that wait for their day."""

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
    """The scanner role sees which workspaces have an open promise with a day, and when that is."""
    role = unquote(urlsplit(settings.DATABASE_SCANNER_URL).username or "")
    if not role:
        return
    quoted = schema_editor.quote_name(role)
    schema_editor.execute(f"grant select (workspace_id, state, due_at) on handoffs_commitment to {quoted}")
    schema_editor.execute(
        f"create policy due_work on handoffs_commitment for select to {quoted}"
        " using (state = 'open' and due_at is not null)"
    )


def leave(apps: Any, schema_editor: Any) -> None:
    """Grants may stay; the policy goes."""
    schema_editor.execute("drop policy if exists due_work on handoffs_commitment")


class Migration(migrations.Migration):
    dependencies = [
        ("handoffs", "0021_answers_by_their_moment"),
        ("lifecycle", "0033_open_stays_in_an_index"),
        ("workspaces", "0014_scanner_knows_samples"),
    ]

    operations = [
        migrations.CreateModel(
            name="Commitment",
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
                ("title", models.CharField(max_length=300)),
                ("created_at", models.DateTimeField()),
                ("due_on", models.DateField(blank=True, null=True)),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("late", "Late"),
                            ("kept", "Kept"),
                            ("broken", "Broken"),
                            ("void", "Void"),
                        ],
                        default="open",
                        max_length=6,
                    ),
                ),
                ("late_at", models.DateTimeField(blank=True, null=True)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("note", models.CharField(blank=True, db_default="", default="", max_length=500)),
                (
                    "consequence",
                    models.CharField(
                        blank=True,
                        choices=[("friction", "Friction"), ("churn", "Customer lost")],
                        db_default="",
                        default="",
                        max_length=8,
                    ),
                ),
                (
                    "decided_by",
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
                    "handoff",
                    core.tenancy.walls.TenantKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="commitments",
                        to="handoffs.handoff",
                    ),
                ),
                (
                    "lost",
                    core.tenancy.walls.TenantKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="lifecycle.record",
                    ),
                ),
                (
                    "made_by",
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
                    "owner",
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
                        related_name="commitments",
                        to="lifecycle.record",
                    ),
                ),
                (
                    "seam",
                    core.tenancy.walls.TenantKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="handoffs.seam",
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
                "indexes": [
                    models.Index(
                        condition=models.Q(("due_at__isnull", False), ("state", "open")),
                        fields=["workspace", "due_at"],
                        name="commitment_due",
                    ),
                    models.Index(fields=["workspace", "record"], name="commitment_of_record"),
                    models.Index(fields=["workspace", "handoff"], name="commitment_of_handoff"),
                    models.Index(fields=["workspace", "seam", "created_at"], name="commitment_of_seam"),
                    models.Index(fields=["workspace", "-created_at", "-id"], name="commitment_newest"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "number"), name="commitment_number"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("state__in", ["open", "late"])),
                            models.Q(("decided_at__isnull", False), ("state__in", ["kept", "broken", "void"])),
                            _connector="OR",
                        ),
                        name="commitment_decided_has_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("late_at__isnull", True), ("late_at", models.F("due_at")), _connector="OR"),
                        name="commitment_late_since_due",
                    ),
                ],
            },
        ),
        Walls("Commitment"),
        migrations.RunPython(let_scanner_look, leave),
    ]
