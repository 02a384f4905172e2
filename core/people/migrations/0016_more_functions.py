"""Teams may stand on more sides of the house. Nothing changes in the database."""

from django.db import migrations, models

from core.people.functions import Function


class Migration(migrations.Migration):
    dependencies = [("workspaces", "0015_absences_begin")]

    operations = [
        migrations.AlterField("team", "function", models.CharField(choices=Function.choices, max_length=20)),
    ]
