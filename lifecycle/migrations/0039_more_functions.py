"""Stages may be worked by more sides of the house. Nothing changes in the database."""

from django.db import migrations, models

from core.people.functions import Function


class Migration(migrations.Migration):
    dependencies = [("lifecycle", "0037_account_owners")]

    operations = [
        migrations.AlterField("stage", "team_function", models.CharField(choices=Function.choices, max_length=20)),
    ]
