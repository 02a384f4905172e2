"""Another amount asks for the closing rule only where it is that of something won or lost."""

from importlib import import_module

from django.db import migrations

FORMER = import_module("lifecycle.migrations.0026_restatements").AMOUNTS.split("create trigger")[0]
ASKED = """
    select from new_rows n
    where (n.amount_before, n.currency_before) is distinct from (n.amount_after, n.currency_after)
"""
ASKED_OF_CLOSINGS = """
    select from new_rows n
    join public.lifecycle_stagestay s on s.workspace_id = n.workspace_id and s.id = n.stay_id
    join public.lifecycle_stage g on g.workspace_id = n.workspace_id and g.id = s.stage_id
    where (n.amount_before, n.currency_before) is distinct from (n.amount_after, n.currency_after)
      and g.category in ('won', 'lost')
"""
FORMER = FORMER.replace("create function", "create or replace function")


class Migration(migrations.Migration):
    dependencies = [("lifecycle", "0026_restatements")]

    operations = [migrations.RunSQL(FORMER.replace(ASKED, ASKED_OF_CLOSINGS), FORMER)]
