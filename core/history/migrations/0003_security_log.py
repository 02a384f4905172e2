"""The security log: append-only, walled like every table of a tenant, and one audited function that tells an account's
events to each workspace its person is a member of."""

from typing import Any
from urllib.parse import unquote, urlsplit

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.tenancy.ids
import core.tenancy.scope
import core.tenancy.walls
from core.tenancy.triggers import AppendOnly
from core.tenancy.walls import Walls

# Row security cannot answer "where do I belong": the function runs as its owner, who sees all rows. It takes one person,
# answers nothing, resolves no name through a caller's path, and writes at most ten of a kind within ten minutes.
CREATE = """
create function note_account_event(
  person uuid, what text, moment timestamptz, told jsonb, seen_address text, seen_browser text, request text
) returns void language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  insert into public.history_securityevent (workspace_id, member_id, kind, at, facts, address, browser, request_id)
  select m.workspace_id, m.id, what, moment, told, left(seen_address, 45), left(seen_browser, 200), left(request, 64)
  from public.workspaces_member m
  where m.user_id = person and m.is_active
    and (select count(*) from (
      select from public.history_securityevent e
      where e.workspace_id = m.workspace_id and e.member_id = m.id and e.kind = what
        and e.at > moment - interval '10 minutes'
      limit 10) lately) < 10
$$;
revoke all on function note_account_event(uuid, text, timestamptz, jsonb, text, text, text) from public;
"""


def close_to_scanner(apps: Any, schema_editor: Any) -> None:
    """Default privileges opened the function to both bound roles; only the serving one tells."""
    scanner = unquote(urlsplit(settings.DATABASE_SCANNER_URL).username or "")
    if scanner:
        schema_editor.execute(
            "revoke all on function note_account_event(uuid, text, timestamptz, jsonb, text, text, text) "
            f"from {schema_editor.quote_name(scanner)}"
        )


class Migration(migrations.Migration):
    dependencies = [
        ("history", "0002_refresh_statistics"),
        ("workspaces", "0006_makers_of_older_invitations"),
    ]

    operations = [
        migrations.CreateModel(
            name="SecurityEvent",
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
                ("kind", models.CharField(max_length=60)),
                ("at", models.DateTimeField()),
                ("address", models.CharField(blank=True, db_default="", default="", max_length=45)),
                ("browser", models.CharField(blank=True, db_default="", default="", max_length=200)),
                ("facts", models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict)),
                ("request_id", models.CharField(blank=True, db_default="", default="", max_length=64)),
                (
                    "member",
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
                    models.Index(fields=["workspace", "-at", "-id"], name="security_newest"),
                    models.Index(fields=["workspace", "member", "-at", "-id"], name="security_of_member"),
                    models.Index(fields=["workspace", "kind", "-at", "-id"], name="security_of_kind"),
                ],
            },
        ),
        Walls("SecurityEvent"),
        AppendOnly("history_securityevent"),
        migrations.RunSQL(CREATE, "drop function note_account_event(uuid, text, timestamptz, jsonb, text, text, text)"),
        migrations.RunPython(close_to_scanner, migrations.RunPython.noop),
    ]
