"""Seams may lead to more sides of the house. Nothing changes in the database."""

from django.db import migrations, models

from core.people.functions import Function


def function() -> models.CharField:
    """One of them."""
    return models.CharField(choices=Function.choices, max_length=20)


class Migration(migrations.Migration):
    dependencies = [("handoffs", "0041_packet_files")]

    operations = [
        migrations.AlterField("seam", "from_function", function()),
        migrations.AlterField("seam", "to_function", function()),
        migrations.AlterField("pool", "function", function()),
    ]
