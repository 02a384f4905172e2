"""Who sits where, as one JSON value for SQL to look up: a small table that needs no join and no statistics.

A person may sit in several teams: the record's own team where they sit in it, else their first seat, else the record's
team. So every sample has exactly one place, and segments add up to the whole.
"""

import json

from core.people.models import Team
from core.sql import load

SEATS = load("scorecard", "seats")


def places() -> str:
    """Keys are `member`, `member/team` and `/team`; values owner, team, region and manager. Two queries."""
    found: dict[str, dict[str, str]] = {}
    for member, owner, team, name, region, manager in SEATS.rows():
        place = {"owner": owner}
        if team:
            place |= {"team": name, "region": region, "manager": manager}
            found[f"{member}/{team}"] = place
        found.setdefault(str(member), place)
    for team, name, region, manager in Team.objects.values_list("pk", "name", "region", "manager__name"):
        found[f"/{team}"] = {"team": name, "region": region, "manager": manager or ""}
    return json.dumps(found)
