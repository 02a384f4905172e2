"""Leads: how they come in, what marketing knows of them, and what sales makes of those it accepts."""

import random
from datetime import datetime, timedelta
from typing import Any

from core.people.models import Member
from handoffs.models import Handoff
from lifecycle.actions import advancing, editing
from lifecycle.actions.intake import Incoming, take_in
from lifecycle.models import Record
from revops.sample import answers, deals, office, words
from revops.sample.life import Life

FORGOTTEN = (25, 70)  # working minutes since a handoff fell due that nobody has answered yet
DUE_SOON = (20, 45, 75, 110, 150)  # working minutes until one falls due
FRESH = (25, 18, 10, 4)  # minutes since somebody asked for a demo
ON_RICKS_DESK = 4


def comes_in(life: Life, at: datetime, is_waiting: bool = False, is_demo: bool = False) -> None:
    """A lead comes in; where it is handed over, somebody answers, unless it is left open."""
    outcome = take_in(life.workspace, [_lead(life, is_waiting, is_demo)], by=life.people["dana"], at=at)
    handoff = Handoff.objects.filter(record__number=outcome.numbers.get(1), state="offered").first()
    if handoff and is_waiting:
        answers.watch(life, handoff)
    elif handoff:
        answers.plan(life, handoff, at)


def plan_the_last_hours(life: Life, start: datetime) -> None:
    """What waits when somebody opens the product: most in time, some due soon, two just missed."""
    is_faster = life.until - start > timedelta(days=office.FASTER_DAY + 3)
    minutes = 180 if is_faster else 240  # to answer, by the version in force
    for ago in FORGOTTEN:
        life.later(life.working_minutes_ago(minutes + ago), comes_in, True)
    for left in DUE_SOON:
        life.later(life.working_minutes_ago(minutes - left), comes_in, True)
    for ago in FRESH:
        life.later(life.until - timedelta(minutes=ago), comes_in, True, True)  # within half an hour, by its SLA line
    life.later(life.until - timedelta(minutes=2), _fill_ricks_desk)


def _fill_ricks_desk(life: Life, at: datetime) -> None:
    """Rick is who most people sign in as: something must wait for him."""
    for _ in range(8):
        if Handoff.objects.open().filter(assignee=life.people["rick"]).count() >= ON_RICKS_DESK:
            return
        comes_in(life, at, is_waiting=True)


def _lead(life: Life, is_hot: bool, is_demo: bool) -> Incoming:
    """What the website tells of somebody new."""
    dice = life.chance
    while True:
        first, last = dice.choice(words.FIRST), dice.choice(words.LAST)
        company = f"{dice.choice(words.COMPANY)} {dice.choice(words.SUFFIX)}"
        domain = company.lower().replace(" ", "-") + ".example"
        email = f"{first}.{last}@{domain}".lower()
        if email not in life.emails:
            break
    life.emails.add(email)
    core = {"name": f"{first} {last}", "email": email, "source": dice.choice(words.SOURCES)}
    core |= {"account": company, "account_domain": domain}
    number = f"W-{len(life.emails):05}"
    return Incoming(
        1, "lead", "website", number, core=core, properties=_known_of(dice, is_hot) | _asks(is_hot, is_demo)
    )


def _asks(is_hot: bool, is_demo: bool) -> dict[str, Any]:
    """What somebody wants who waits when the product is opened: known, since it says how long they may."""
    asked = {"demo_requested": is_demo, "webinar_attended": False, "trial_started": True}
    return asked if is_hot else {}


def _known_of(dice: random.Random, is_hot: bool) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "employees": dice.choice((80, 240, 900, 2400) if is_hot else (12, 35, 80, 240, 900, 2400)),
        "industry": dice.choice(words.INDUSTRIES),
        "seniority": dice.choice(("Individual", "Manager", "Director", "VP", "C-level")),
        "country": dice.choice(("Germany", "France", "Spain", "Poland", "Sweden")),
        "pages_viewed": dice.randint(1, 25),
        "visits": dice.randint(1, 6),
        "demo_requested": dice.random() < 0.45,
        "webinar_attended": dice.random() < 0.3,
        "trial_started": dice.random() < 0.25,
    }
    if dice.random() < 0.6:
        properties["use_case"] = dice.choice(words.USE_CASES)
    return properties


def is_worked_on(life: Life, number: int, by: Member, at: datetime) -> None:
    """Accepted by sales: most are qualified within the week, some recycled, a few just stay."""
    luck = life.chance.random()
    if luck < 0.5:
        life.days_at_work(at, life.chance.randint(1, 6), _is_qualified, number, by)
    elif luck < 0.88:
        life.days_at_work(at, life.chance.randint(4, 12), _is_recycled, number, by)


def _is_qualified(life: Life, at: datetime, number: int, by: Member) -> None:
    """The use case is written down, the lead is qualified, and an opportunity follows."""
    lead = Record.objects.get(number=number)
    if not lead.properties.get("use_case"):
        editing.edit_record(lead, properties={"use_case": life.chance.choice(words.USE_CASES)}, by=by, at=at)
    advancing.advance(lead, "sql", by=by, at=at)
    life.days_at_work(at, life.chance.randint(0, 4), deals.opens, number, by)


def _is_recycled(life: Life, at: datetime, number: int, by: Member) -> None:
    advancing.advance(Record.objects.get(number=number), "recycled", by=by, at=at)
