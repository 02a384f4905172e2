"""Attempts to sign in are counted in a table, in the shape of Django's database cache."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workspaces", "0007_factors_are_encrypted")]

    operations = [
        migrations.CreateModel(
            name="Limit",
            fields=[
                ("cache_key", models.CharField(max_length=255, primary_key=True, serialize=False)),
                ("value", models.TextField()),
                ("expires", models.DateTimeField(db_index=True)),
            ],
        ),
    ]
