"""Seams and pools are of the functions that the blueprint says. Nothing changes in the database."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("handoffs", "0044_many_taken_back")]

    operations = [
        migrations.AlterField("seam", "from_function", models.CharField(max_length=20)),
        migrations.AlterField("seam", "to_function", models.CharField(max_length=20)),
        migrations.AlterField("pool", "function", models.CharField(max_length=20)),
    ]
