"""Definitions that no key points at are read from the document alone; `blueprint_items` shows them as rows."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("lifecycle", "0013_activities_of_other_systems"),
        ("governance", "0009_emergencies_are_reviewed"),
    ]

    operations = [
        migrations.DeleteModel("StageMove"),
        migrations.DeleteModel("ScoreRule"),
        migrations.DeleteModel("ScoreModel"),
        migrations.DeleteModel("Property"),
    ]
