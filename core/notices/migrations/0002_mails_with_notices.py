"""Notices are sorted into mails: how each person wishes it, the mails, and the scanner's narrow view of what waits."""

from typing import Any
from urllib.parse import unquote, urlsplit

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import Now

import core.tenancy.ids
import core.tenancy.scope
import core.tenancy.walls
from core.tenancy.walls import Walls

SEEN = {
    "notices_notice": ("workspace_id, sorted_at", "sorted_at is null"),
    "notices_noticedelivery": ("workspace_id, next_try_at", "next_try_at is not null"),
}


def let_scanner_look(apps: Any, schema_editor: Any) -> None:
    """The scanner role sees which workspaces have notices to sort or mails to send."""
    role = unquote(urlsplit(settings.DATABASE_SCANNER_URL).username or "")
    if not role:
        return
    quoted = schema_editor.quote_name(role)
    for table, (columns, waits) in SEEN.items():
        schema_editor.execute(f"grant select ({columns}) on {table} to {quoted}")
        schema_editor.execute(f"create policy due_work on {table} for select to {quoted} using ({waits})")


def leave(apps: Any, schema_editor: Any) -> None:
    """Grants may stay; the policies go."""
    for table in SEEN:
        schema_editor.execute(f"drop policy if exists due_work on {table}")


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0001_notices"),
        ("workspaces", "0014_scanner_knows_samples"),
    ]

    operations = [
        migrations.CreateModel(
            name="NoticeDelivery",
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
                ("notice_ids", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                ("made_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("next_try_at", models.DateTimeField(blank=True, null=True)),
                ("tries", models.PositiveSmallIntegerField(db_default=0, default=0)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("trouble", models.CharField(blank=True, db_default="", default="", max_length=300)),
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
            name="NoticeWishes",
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
                    "not_at_bell",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), default=list, size=None
                    ),
                ),
                (
                    "not_by_mail",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), default=list, size=None
                    ),
                ),
                ("is_gathered", models.BooleanField(default=True, help_text="At most one mail an hour")),
                ("quiet_since", models.TimeField(blank=True, null=True)),
                ("quiet_until", models.TimeField(blank=True, null=True)),
                (
                    "quiet_days",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(), default=list, size=None
                    ),
                ),
                (
                    "time_zone",
                    models.CharField(
                        blank=True, default="", help_text="That of the workspace where blank", max_length=60
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
            },
        ),
        migrations.AddField(
            model_name="notice",
            name="sorted_at",
            field=models.DateTimeField(blank=True, null=True, db_default=Now()),
        ),
        # What was told before is at the bell, and is not mailed now.
        migrations.AlterField(model_name="notice", name="sorted_at", field=models.DateTimeField(blank=True, null=True)),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("sorted_at__isnull", True)), fields=["workspace", "at"], name="notice_unsorted"
            ),
        ),
        migrations.AddIndex(
            model_name="noticedelivery",
            index=models.Index(fields=["workspace", "-made_at", "-id"], name="delivery_newest"),
        ),
        migrations.AddIndex(
            model_name="noticedelivery",
            index=models.Index(fields=["workspace", "member", "-due_at"], name="delivery_of_member"),
        ),
        migrations.AddIndex(
            model_name="noticedelivery",
            index=models.Index(
                condition=models.Q(("next_try_at__isnull", False)),
                fields=["workspace", "next_try_at"],
                name="delivery_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="noticewishes",
            constraint=models.UniqueConstraint(fields=("workspace", "member"), name="wishes_once"),
        ),
        Walls("NoticeWishes", "NoticeDelivery"),
        migrations.RunPython(let_scanner_look, leave),
    ]
