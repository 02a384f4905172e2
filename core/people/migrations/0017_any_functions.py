"""Teams stand on the functions that the blueprint says. Nothing changes in the database."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workspaces", "0016_more_functions")]

    operations = [migrations.AlterField("team", "function", models.CharField(max_length=20))]
