"""Stages are worked, and companies owned, on the sides that the blueprint says. Nothing changes in the database."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("lifecycle", "0040_days_of_the_workspace")]

    operations = [
        migrations.AlterField("stage", "team_function", models.CharField(max_length=20)),
        migrations.AlterField("accountowner", "function", models.CharField(max_length=20)),
    ]
