"""Who sits where, as one JSON value for SQL to look up: a small table that needs no join and no statistics.

A person may sit in several teams: the record's own team where they sit in it, else their first seat, else the record's
team. So every sample has exactly one place, and segments add up to the whole.
"""

import json

from django.db import connection

SEATS = """
select m.id, m.name, s.team_id, t.name, t.region, coalesce(b.name, '')
from workspaces_member m
left join workspaces_teamseat s on s.workspace_id = m.workspace_id and s.member_id = m.id
left join workspaces_team t on t.workspace_id = m.workspace_id and t.id = s.team_id
left join workspaces_member b on b.workspace_id = m.workspace_id and b.id = t.manager_id
where m.workspace_id = (select nullif(current_setting('app.workspace_id', true), '')::uuid)
order by m.id, s.id
"""
TEAMS = """
select t.id, t.name, t.region, coalesce(b.name, '') from workspaces_team t
left join workspaces_member b on b.workspace_id = t.workspace_id and b.id = t.manager_id
where t.workspace_id = (select nullif(current_setting('app.workspace_id', true), '')::uuid)
"""


def places() -> str:
    """Keys are `member`, `member/team` and `/team`; values owner, team, region and manager. Two queries."""
    found: dict[str, dict[str, str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(SEATS)
        for member, owner, team, name, region, manager in cursor.fetchall():
            place = {"owner": owner}
            if team:
                place |= {"team": name, "region": region, "manager": manager}
                found[f"{member}/{team}"] = place
            found.setdefault(str(member), place)
        cursor.execute(TEAMS)
        for team, name, region, manager in cursor.fetchall():
            found[f"/{team}"] = {"team": name, "region": region, "manager": manager}
    return json.dumps(found)
