"""A step of a playbook keeps by a mark of its own that it was skipped for its day alone; so far its reason's words did."""

from django.db import migrations, models

MARK = """
update handoffs_runstep set skipped_for_its_day = true
where state = 'skipped' and task_id is null and reason in (
    'Its day was over when the playbook began.', 'Its day was over when the date moved.'
);
set constraints all immediate;
"""


class Migration(migrations.Migration):
    dependencies = [("handoffs", "0046_steps_about_nobody")]

    operations = [
        migrations.AddField("runstep", "skipped_for_its_day", models.BooleanField(db_default=False, default=False)),
        migrations.RunSQL(MARK, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "runstep",
            models.CheckConstraint(
                condition=models.Q(("skipped_for_its_day", False), ("state", "skipped"), _connector="OR"),
                name="run_step_for_its_day_is_skipped",
            ),
        ),
    ]
