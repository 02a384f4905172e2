"""A file that was sent waits to be read; the scanner sees it, and the page how far the reading has come."""

from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import migrations, models

STATES = [
    ("reading", "Being read"),
    ("mapping", "Waiting for its mapping"),
    ("waiting", "Waiting to run"),
    ("running", "Running"),
    ("finished", "Finished"),
    ("cancelled", "Cancelled"),
    ("failed", "Failed"),
]


def look_at(states: str) -> Any:
    def change(apps: Any, schema_editor: Any) -> None:
        role = unquote(urlsplit(settings.DATABASE_SCANNER_URL).username or "")
        if role:
            quoted = schema_editor.quote_name(role)
            schema_editor.execute(
                f"alter policy waiting_work on lifecycle_import to {quoted} using (state in ({states}))"
            )

    return change


class Migration(migrations.Migration):
    dependencies = [("lifecycle", "0010_asked_again_at")]

    operations = [
        migrations.AddField(
            "import",
            "asked",
            models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()), default=dict),
        ),
        migrations.AddField("import", "read_ratio", models.FloatField(default=0)),
        migrations.AlterField(
            "import",
            "state",
            models.CharField(choices=STATES, default="mapping", max_length=10),
        ),
        migrations.RemoveIndex("import", "import_waiting"),
        migrations.AddIndex(
            "import",
            models.Index(
                condition=models.Q(("state__in", ["reading", "waiting", "running"])),
                fields=["workspace", "created_at"],
                name="import_waiting",
            ),
        ),
        migrations.RunPython(
            look_at("'reading', 'waiting', 'running'"), look_at("'waiting', 'running'"), elidable=False
        ),
    ]
