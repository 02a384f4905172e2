"""Definitions that no key points at are read from the document alone; `blueprint_items` shows them as rows."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("handoffs", "0008_offered_records_stay"),
        ("governance", "0009_emergencies_are_reviewed"),
    ]

    operations = [
        migrations.DeleteModel("Holiday"),
        migrations.DeleteModel("LadderStep"),
        migrations.DeleteModel("RoutingRule"),
    ]
