"""Who sees figures only: a role of its own."""

from django.db import migrations, models

ROLES = [
    ("owner", "Owner"),
    ("admin", "RevOps admin"),
    ("manager", "Manager"),
    ("rep", "Rep"),
    ("leader", "Leader"),
    ("viewer", "Viewer: figures only"),
]


class Migration(migrations.Migration):
    dependencies = [("workspaces", "0010_dated_seats")]

    operations = [
        migrations.AlterField(model, "role", models.CharField(choices=ROLES, default="rep", max_length=10))
        for model in ("member", "invitation")
    ]
