"""Pauses of clocks: rows, and until when those of a handoff stand still."""

import django.db.models.deletion
from django.db import migrations, models

import core.tenancy.ids
import core.tenancy.scope
import core.tenancy.walls

# What was said of a pause stays; nothing refers to one, so it needs no key for references.
STAYS = """
create trigger kept before delete on handoffs_pause for each row execute function public.refuse_change();
create trigger ended before update on handoffs_pause for each row when (
  old.ended_at is not null
  or (new.id, new.workspace_id, new.handoff_id, new.kind, new.reason_id, new.note, new.gaps, new.member_id, new.by_id,
      new.at, new.until_at)
    is distinct from
  (old.id, old.workspace_id, old.handoff_id, old.kind, old.reason_id, old.note, old.gaps, old.member_id, old.by_id,
      old.at, old.until_at)
) execute function public.refuse_change();
alter table handoffs_pause drop constraint handoffs_pause_pair;
"""


def held(to: str, related_name: str, **kwargs: object) -> core.tenancy.walls.TenantKey:
    """A reference inside the workspace, which a composite one holds."""
    return core.tenancy.walls.TenantKey(
        db_constraint=False,
        db_index=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name=related_name,
        to=to,
        **kwargs,
    )


class Migration(migrations.Migration):
    dependencies = [("handoffs", "0025_own_hours")]

    operations = [
        migrations.AddField("handoff", "paused_until", models.DateTimeField(blank=True, null=True)),
        migrations.CreateModel(
            name="Pause",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("customer", "Waiting for the customer"),
                            ("packet", "Waiting for the sender"),
                            ("absence", "Away"),
                            ("state", "On hold"),
                        ],
                        max_length=10,
                    ),
                ),
                ("note", models.CharField(blank=True, db_default="", default="", max_length=500)),
                ("gaps", models.JSONField(db_default=models.Value([], models.JSONField()), default=list)),
                ("member_id", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("until_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("by", held("workspaces.member", "+", blank=True, null=True)),
                ("handoff", held("handoffs.handoff", "pauses")),
                ("reason", held("handoffs.reasoncode", "+", blank=True, null=True)),
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
                    models.Index(fields=["workspace", "handoff", "at"], name="pause_of_handoff"),
                    models.Index(fields=["workspace", "member_id", "-at"], name="pause_of_member"),
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=["workspace", "until_at"],
                        name="pause_standing",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("until_at__gt", models.F("at"))), name="pause_forwards"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at__isnull", True),
                            models.Q(("ended_at__gte", models.F("at")), ("ended_at__lte", models.F("until_at"))),
                            _connector="OR",
                        ),
                        name="pause_ended",
                    ),
                ],
            },
        ),
        core.tenancy.walls.Walls("Pause"),
        migrations.RunSQL(STAYS, migrations.RunSQL.noop),
    ]
