"""A review of an emergency that is late is followed up. The scanner learns in which workspaces one is."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.tenancy.ids
import core.tenancy.scope
import core.tenancy.walls
from core.roles import Login
from core.tenancy.walls import Walls

# Reviews that are open already are late when their task says so.
OPEN_ONES = """
insert into governance_reviewclock (workspace_id, change_id, due_at)
select c.workspace_id, c.id, t.due_at
from governance_changerequest c
join handoffs_task t on t.workspace_id = c.workspace_id and t.id = c.review_task_id and t.done_at is null
where t.due_at is not null;
set constraints all immediate;
set constraints all deferred;
"""


def let_scanner_look(apps, schema_editor):
    """The scanner learns which workspaces have a review that nobody follows up, and nothing else of it."""
    scanner = schema_editor.quote_name(Login.from_url(settings.DATABASE_SCANNER_URL).name)
    columns = "workspace_id, late_task_id, due_at"
    schema_editor.execute(f"grant select ({columns}) on governance_reviewclock to {scanner}")
    schema_editor.execute(
        f"create policy scanner on governance_reviewclock for select to {scanner} using (late_task_id is null)"
    )


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0012_sample_companies_leave"),
        ("handoffs", "0010_lists_by_one_filter"),
        ("workspaces", "0012_sample_companies"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReviewClock",
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
                ("due_at", models.DateTimeField()),
                (
                    "change",
                    core.tenancy.walls.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="governance.changerequest",
                    ),
                ),
                (
                    "late_task",
                    core.tenancy.walls.TenantKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        help_text="Who follows up a late review",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="handoffs.task",
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
                        condition=models.Q(("late_task__isnull", True)), fields=["due_at"], name="review_clock_due"
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("workspace", "change"), name="review_clock_once")],
            },
        ),
        Walls("ReviewClock"),
        migrations.RunSQL(OPEN_ONES, migrations.RunSQL.noop),
        migrations.RunPython(let_scanner_look, migrations.RunPython.noop),
    ]
