"""The next records of an undoing are found in their order: sorting all that wait, slice for slice, took the longer the
more there were."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("lifecycle", "0033_open_stays_in_an_index")]

    operations = [
        migrations.AddIndex(
            "undoitem",
            models.Index(
                condition=models.Q(outcome=""),
                fields=["workspace", "undo", "is_checked", "number"],
                name="undo_item_in_turn",
            ),
        ),
        migrations.RemoveIndex("undoitem", "undo_item_waiting"),
    ]
