"""Requests from before authorship was kept: who opened them, and who submitted them as their events say."""

from django.db import migrations

# A program answers through whoever set it up; where nobody knows, it stands for itself.
FILL = """
insert into governance_authorship (workspace_id, change_id, position, what, person_id, principal_id, through, at)
select c.workspace_id, c.id, 0, 'opened', case when m.kind = 'person' then m.id else coalesce(m.made_by_id, m.id) end,
  m.id, '', c.created_at
from governance_changerequest c join workspaces_member m on m.workspace_id = c.workspace_id and m.id = c.author_id
where c.kind <> 'founding';
insert into governance_authorship (workspace_id, change_id, position, what, person_id, principal_id, through, at)
select c.workspace_id, c.id, row_number() over (partition by c.id order by e.at, e.id), 'submitted',
  case when m.kind = 'person' then m.id else coalesce(m.made_by_id, m.id) end, m.id, '', e.at
from governance_changerequest c
join history_event e on e.workspace_id = c.workspace_id and e.subject_id = c.id
  and e.kind in ('change.submitted', 'change.glass_broken')
join workspaces_member m on m.workspace_id = c.workspace_id and m.id = e.actor_id;
alter table governance_proposal disable trigger guarded;
update governance_proposal p set person_id = a.person_id, at = a.at
from governance_authorship a
where a.workspace_id = p.workspace_id and a.change_id = p.change_id and a.position = 0;
alter table governance_proposal enable trigger guarded;
"""


class Migration(migrations.Migration):
    # The constraints of the columns are deferred; `alter table` wants them checked first.
    dependencies = [
        ("governance", "0003_authorship"),
        ("history", "0001_initial"),
        ("integrations", "0004_makers_of_older_keys"),
    ]

    operations = [
        migrations.RunSQL("set constraints all immediate; " + FILL, migrations.RunSQL.noop),
    ]
