"""Who did what to a request, row by row; and with each edit of a draft, who put it there last."""

import django.db.models.deletion
from django.db import migrations, models

import core.tenancy.ids
import core.tenancy.scope
import core.tenancy.walls
from core.tenancy.walls import Walls

# `Walls` builds a table's composite references when the table is new; this column comes later and brings its own.
REFERENCE = """
alter table governance_proposal add constraint governance_proposal_person_id_in
  foreign key (workspace_id, person_id) references workspaces_member (workspace_id, id) deferrable initially deferred;
"""


def member(**options):
    return core.tenancy.walls.TenantKey(
        db_constraint=False,
        db_index=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="workspaces.member",
        **options,
    )


class Migration(migrations.Migration):
    dependencies = [("governance", "0002_guarded_changes"), ("workspaces", "0003_who_set_a_program_up")]

    operations = [
        migrations.AddField(model_name="proposal", name="person", field=member(blank=True, null=True)),
        migrations.AddField(model_name="proposal", name="at", field=models.DateTimeField(blank=True, null=True)),
        migrations.RunSQL(
            REFERENCE, "alter table governance_proposal drop constraint governance_proposal_person_id_in"
        ),
        migrations.CreateModel(
            name="Authorship",
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
                ("position", models.PositiveIntegerField()),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("opened", "opened"),
                            ("carried", "wrote the request this one repeats"),
                            ("edited", "edited"),
                            ("retracted", "took out"),
                            ("reworded", "changed the words"),
                            ("caught_up", "brought it up to date"),
                            ("submitted", "submitted"),
                        ],
                        max_length=10,
                    ),
                ),
                ("through", models.CharField(blank=True, default="", max_length=160)),
                ("path", models.JSONField(blank=True, null=True)),
                ("before", models.JSONField(blank=True, null=True)),
                ("after", models.JSONField(blank=True, null=True)),
                ("at", models.DateTimeField()),
                (
                    "change",
                    core.tenancy.walls.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="authorship",
                        to="governance.changerequest",
                    ),
                ),
                ("person", member()),
                ("principal", member()),
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
            options={"ordering": ["position"], "abstract": False, "base_manager_name": "objects"},
        ),
        migrations.AddConstraint(
            model_name="authorship",
            constraint=models.UniqueConstraint(fields=("workspace", "change", "position"), name="authorship_in_order"),
        ),
        Walls("Authorship"),
    ]
