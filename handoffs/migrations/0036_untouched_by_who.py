"""What somebody accepted and has yet to touch is counted from an index, as small as what there is of it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("handoffs", "0038_ladders_of_who_stands_there")]

    operations = [
        migrations.AddIndex(
            model_name="handoff",
            index=models.Index(
                fields=["workspace", "assignee"],
                condition=models.Q(state="accepted", first_touched_at__isnull=True, touch_due_at__isnull=False),
                name="handoff_untouched_of_who",
            ),
        ),
    ]
