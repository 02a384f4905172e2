"""A sample company that lived through its last months by the product's own actions: nothing here writes a row itself.

Every lead comes in through intake, every answer is an accept or a reject, every breach is found by the scan, each at
its own moment in the past. So the sample's scorecard is computed from real history, and a seed makes it repeatable.
"""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from core.people.models import Member, Workspace
from revops.sample import answers, customers, leads, office, renewals
from revops.sample.life import Life
from revops.sample.people import PASSWORD, SIGN_INS, SLUG, with_sign_ins

__all__ = ["DAYS", "PASSWORD", "SIGN_INS", "SLUG", "live", "load"]

DAYS = 75
SEED = 20261
LEADS_A_DAY = (1, 4)  # fewest and most


def load(until: datetime, say: Callable[[str], None] = print, days: int = DAYS) -> Workspace:
    """Found the sample company and let it live for `days` days until `until`; does nothing when it is there."""
    found = Workspace.objects.filter(slug=SLUG).first()
    if found:
        return found
    start, months = until - timedelta(days=days), dict[str, None]()
    workspace, people = with_sign_ins(start)

    def tell(at: datetime) -> None:
        if (month := f"{at:%B %Y}") not in months:
            say(f"  … {months.setdefault(month, None) or month}")

    live(workspace, people, start, until, tell)
    return workspace


def live(
    workspace: Workspace,
    people: dict[str, Member],
    start: datetime,
    until: datetime,
    tell: Callable[[datetime], None],
) -> None:
    """Let the company live from `start` until `until`; `tell` hears of each day."""
    life = Life(workspace, random.Random(SEED), until, people)
    life.accepted = {
        "marketing_to_sales": leads.is_worked_on,
        "sales_to_success": customers.is_welcomed,
        "success_to_sales": customers.is_expanded,
        "success_to_marketing": customers.is_told_of,
    }
    for day in range((until - start).days):
        morning = (start + timedelta(days=day)).replace(hour=7, minute=0, second=0, microsecond=0)
        life.later(morning, renewals.time_passes)
        many = life.chance.randint(*LEADS_A_DAY) if morning.weekday() < 5 else 1
        for _ in range(many):
            life.later(morning + timedelta(minutes=life.chance.randint(0, 700)), leads.comes_in)
    renewals.plan(life, start)
    office.plan(life, start)
    leads.plan_the_last_hours(life, start)
    life.later(until - timedelta(minutes=1), answers.steps_come)
    life.live(tell)
