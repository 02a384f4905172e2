"""A task of a step keeps the hours it is due in: those of whoever got it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("handoffs", "0048_any_functions")]

    operations = [migrations.AddField("task", "hours_id", models.UUIDField(blank=True, null=True))]
