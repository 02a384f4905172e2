"""Invitations from before their makers were kept: the person, or the person who set the program up."""

from django.db import migrations

FILL = """
update workspaces_invitation i set made_by_id = case when m.kind = 'person' then m.id else m.made_by_id end
from workspaces_member m where m.workspace_id = i.workspace_id and m.id = i.invited_by_id and i.made_by_id is null;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("workspaces", "0005_who_is_behind_an_invitation"),
        ("integrations", "0004_makers_of_older_keys"),
    ]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
