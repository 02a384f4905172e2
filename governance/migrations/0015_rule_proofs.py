"""What is proved of rules and criteria is kept. The scanner learns in which workspaces a proof waits."""

from django.conf import settings
from django.db import migrations, models

import core.tenancy.ids
import core.tenancy.scope
from core.roles import Login
from core.tenancy.walls import Walls


def let_scanner_look(apps, schema_editor):
    """The scanner learns which workspaces have something to prove, and nothing else of it."""
    scanner = schema_editor.quote_name(Login.from_url(settings.DATABASE_SCANNER_URL).name)
    schema_editor.execute(f"grant select (workspace_id, state) on governance_ruleproof to {scanner}")
    schema_editor.execute(
        f"create policy scanner on governance_ruleproof for select to {scanner} using (state in ('waiting', 'running'))"
    )


class Migration(migrations.Migration):
    dependencies = [("governance", "0014_ids_cost_no_system_call")]

    operations = [
        migrations.CreateModel(
            name="RuleProof",
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
                ("digest", models.CharField(max_length=64)),
                ("asked", models.JSONField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("told", models.JSONField(default=list)),
                ("error", models.TextField(blank=True, default="")),
                ("asked_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "workspace",
                    models.ForeignKey(
                        db_index=False,
                        default=core.tenancy.scope.current_id,
                        editable=False,
                        on_delete=models.deletion.PROTECT,
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
                        condition=models.Q(("state__in", ["waiting", "running"])),
                        fields=["workspace", "asked_at"],
                        name="proof_waiting",
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("workspace", "digest"), name="proof_once")],
            },
        ),
        Walls("RuleProof"),
        migrations.RunPython(let_scanner_look, migrations.RunPython.noop),
    ]
