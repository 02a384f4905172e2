"""When a record is asked again because time went by is a column; open records of blueprints that read `now` are asked
once, which works it out for each of them."""

from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import migrations, models

ASK_THEM_ONCE = r"""
insert into lifecycle_rescoring (workspace_id, cause, blueprint_version, total_count, asked_count, changed_count,
    started_at)
select w.id, 'published', w.blueprint_version, 0, 0, 0, now()
from workspaces_workspace w
join blueprint_blueprintversion v on v.workspace_id = w.id and v.number = w.blueprint_version
where v.document::text ~ '\mnow\M' and not exists (
    select from lifecycle_rescoring walk where walk.workspace_id = w.id and walk.finished_at is null);
set constraints all immediate;
"""


def let_scanner_look(apps: Any, schema_editor: Any) -> None:
    """The scanner role sees which workspaces have a record to ask: two columns of records that wait for their time."""
    role = unquote(urlsplit(settings.DATABASE_SCANNER_URL).username or "")
    if not role:
        return
    quoted = schema_editor.quote_name(role)
    schema_editor.execute(f"grant select (workspace_id, ask_again_at) on lifecycle_record to {quoted}")
    schema_editor.execute(
        f"create policy due_to_ask on lifecycle_record for select to {quoted} using (ask_again_at is not null)"
    )


def leave(apps: Any, schema_editor: Any) -> None:
    """Grants may stay; the policy goes."""
    schema_editor.execute("drop policy if exists due_to_ask on lifecycle_record")


class Migration(migrations.Migration):
    dependencies = [
        ("lifecycle", "0009_import_waiting_since"),
        ("blueprint", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="record", name="ask_again_at", field=models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                condition=models.Q(("ask_again_at__isnull", False)),
                fields=["workspace", "ask_again_at"],
                name="record_ask_again",
            ),
        ),
        migrations.RunPython(let_scanner_look, leave),
        migrations.RunSQL(ASK_THEM_ONCE, migrations.RunSQL.noop),
    ]
