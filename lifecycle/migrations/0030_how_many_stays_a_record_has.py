"""The planner is told how many stays a record has. The stays of a record lie beside each other, so that a sample of pages
takes ten million stays of a million records for seventy each, and statements read all of them to find those of a few."""

from django.db import migrations

SAID = "alter table lifecycle_stagestay alter column record_id set (n_distinct = -0.2)"
UNSAID = "alter table lifecycle_stagestay alter column record_id reset (n_distinct)"


class Migration(migrations.Migration):
    dependencies = [("lifecycle", "0029_less_to_ask_of_each_row")]
    operations = [migrations.RunSQL(SAID, UNSAID)]
