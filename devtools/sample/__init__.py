"""A sample company that lived through its last months by the product's own actions: nothing here writes a row itself.

Every lead comes in through intake, every answer is an accept or a reject, every breach is found by the scan, each at
its own moment in the past. So the sample's scorecard is computed from real history, and a seed makes it repeatable.
"""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from core.people.models import Workspace
from devtools.sample import customers, leads, office, renewals
from devtools.sample.life import Life
from devtools.sample.people import PASSWORD, SIGN_INS, SLUG, settle_in

__all__ = ["DAYS", "PASSWORD", "SIGN_INS", "SLUG", "load"]

DAYS = 75
SEED = 20261
LEADS_A_DAY = (1, 4)  # fewest and most


def load(until: datetime, say: Callable[[str], None] = print, days: int = DAYS) -> Workspace:
    """Found the sample company and let it live for `days` days until `until`; does nothing when it is there."""
    found = Workspace.objects.filter(slug=SLUG).first()
    if found:
        return found
    start = until - timedelta(days=days)
    workspace, people = settle_in(start)
    life = Life(workspace, random.Random(SEED), until, people)
    life.accepted = {
        "marketing_to_sales": leads.is_worked_on,
        "sales_to_success": customers.is_welcomed,
        "success_to_sales": customers.is_expanded,
    }
    for day in range(days):
        morning = (start + timedelta(days=day)).replace(hour=7, minute=0, second=0, microsecond=0)
        many = life.chance.randint(*LEADS_A_DAY) if morning.weekday() < 5 else 1
        for _ in range(many):
            life.later(morning + timedelta(minutes=life.chance.randint(0, 700)), leads.comes_in)
    renewals.plan(life, start)
    office.plan(life, start)
    leads.plan_the_last_hours(life, start)
    life.live(say)
    return workspace
