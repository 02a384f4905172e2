"""The view for reports tells the members of teams that the blueprint says."""

from importlib import import_module

from django.db import migrations

FORMER = import_module("blueprint.migrations.0003_every_list_is_in_the_view")
TOP = (*FORMER.TOP, "territories", "team_regions", "playbooks")
INNER = (*FORMER.INNER, "special_days", "sla", "pause_when", "criteria", "steps", "targets", "segment_bands")
OF_STAGES = (*FORMER.OF_STAGES, "ladder")
NAMED = "item ->> 'segment', item ->> 'team' || '/' || (item ->> 'member'), item ->> 'team', "


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0015_rule_proofs"),
        ("blueprint", "0003_every_list_is_in_the_view"),
    ]

    operations = [migrations.RunSQL(FORMER.view((*TOP, "team_seats"), INNER, OF_STAGES, NAMED), FORMER.NEW)]
