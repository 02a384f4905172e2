"""Every document, published or waiting, says which functions there are: the ten that there were. Nothing else of a
document changes. The view for reports shows them. See decision 0215."""

from importlib import import_module

from django.db import migrations

FORMER = import_module("blueprint.migrations.0003_every_list_is_in_the_view")
TOP = (*FORMER.TOP, "territories", "team_regions", "playbooks", "team_seats")
INNER = (*FORMER.INNER, "special_days", "sla", "pause_when", "criteria", "steps", "targets", "segment_bands")
OF_STAGES = (*FORMER.OF_STAGES, "ladder")
NAMED = "item ->> 'segment', item ->> 'team' || '/' || (item ->> 'member'), item ->> 'team', "
DELIVERED = """[{"key": "marketing", "label": "Marketing"}, {"key": "sales", "label": "Sales"},
  {"key": "customer_success", "label": "Customer success"}, {"key": "revops", "label": "RevOps"},
  {"key": "finance", "label": "Finance"}, {"key": "legal", "label": "Legal"}, {"key": "product", "label": "Product"},
  {"key": "services", "label": "Services"}, {"key": "support", "label": "Support"},
  {"key": "partners", "label": "Partnerships"}]"""
# The guards of both tables refuse every change of a document, this one too: it says what held before.
FILL = """
set constraints all immediate;
alter table {table} disable trigger user;
update {table} set document = document || jsonb_build_object('functions', '{delivered}'::jsonb)
where jsonb_typeof(document) = 'object' and document -> 'functions' is null;
alter table {table} enable trigger user;
"""


def filled(table: str) -> migrations.RunSQL:
    """The documents of a table."""
    return migrations.RunSQL(FILL.format(table=table, delivered=DELIVERED), migrations.RunSQL.noop)


class Migration(migrations.Migration):
    dependencies = [
        ("blueprint", "0003_every_list_is_in_the_view"),
        ("governance", "0017_walks_begin_again_with_ladders"),
    ]

    operations = [
        filled("blueprint_blueprintversion"),
        filled("governance_changerequest"),
        migrations.RunSQL(
            FORMER.view((*TOP, "functions"), INNER, OF_STAGES, NAMED), FORMER.view(TOP, INNER, OF_STAGES, NAMED)
        ),
    ]
