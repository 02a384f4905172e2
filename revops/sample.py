"""A sample company that lived through its last months by the product's own actions: nothing here writes a row itself.

Every lead comes in through intake, every answer is an accept or a reject, every breach is found by the scan, each at
its own moment in the past. So the sample's scorecard is computed from real history, and a seed makes it repeatable.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from heapq import heappop, heappush
from itertools import count
from typing import Any

from django.db import transaction

from governance.actions import deciding, drafting, publishing, submitting, working_out
from handoffs.actions import answering, packing, scanning
from handoffs.models import Handoff
from lifecycle.actions import advancing, editing, touching
from lifecycle.actions.intake import Incoming, take_in
from lifecycle.models import Record
from revops.blueprint.versions import running_version
from revops.errors import Refusal
from revops.workspaces.actions import found_workspace
from revops.workspaces.models import Function, Member, Team, TeamSeat, User, Workspace
from revops.workspaces.scope import workspace_scope

SLUG = "acme"
PASSWORD = "revops-sample-1"
DAYS = 75
LEADS_A_DAY = (2, 5)  # fewest and most

# name, role, team: the four of `SIGN_INS` and their colleagues
PEOPLE = (
    ("Ada Lindqvist", "ada", "owner", None),
    ("Rick Okafor", "rick", "rep", "sales-north"),
    ("Mona Haddad", "mona", "manager", None),
    ("Vera Castellano", "vera", "leader", None),
    ("Dana Whitfield", "dana", "rep", "marketing"),
    ("Rosa Marin", "rosa", "rep", "sales-north"),
    ("Sam Kowalski", "sam", "rep", "sales-south"),
    ("Priya Nair", "priya", "rep", "sales-south"),
    ("Noah Berg", "noah", "manager", None),
    ("Cleo Fontaine", "cleo", "rep", "customer-success"),
    ("Ines Duarte", "ines", "rep", "customer-success"),
)
SIGN_INS = tuple(
    (f"{first}@acme.example", PASSWORD, what)
    for first, what in (
        ("ada", "RevOps admin: blueprint, changes, imports"),
        ("rick", "sales rep: inbox"),
        ("mona", "sales manager: team, escalation tasks"),
        ("vera", "leader: scorecard, funnel, approvals"),
    )
)
TEAMS = (  # key, name, function, region, manager
    ("marketing", "Demand generation", Function.MARKETING, "", "mona"),
    ("sales-north", "Sales North", Function.SALES, "North", "mona"),
    ("sales-south", "Sales South", Function.SALES, "South", "noah"),
    ("customer-success", "Customer success", Function.CUSTOMER_SUCCESS, "", "noah"),
)
FIRST = (
    "Luis Hanna Peter Mei Jonas Amara Tomas Elif Greta Ravi Olga Hugo Nadia Felix Yuki Marta Omar Ines Karl Lena"
).split()
LAST = "Ortega Vogel Gibbons Tanaka Meyer Diallo Novak Kaya Lund Iyer Petrov Silva Rossi Weber Sato Lopez Aziz".split()
COMPANY = "Northwind Globex Initech Umbra Hooli Vandelay Wayfare Soylent Stark Wonka Cyber Aperture Tyrell".split()
SUFFIX = "Robotics Traders Health Logistics Foods Energy Labs Systems Media Bank".split()
SOURCES = ("Website", "Webinar", "Partner", "Event", "Paid search", "Outbound")
INDUSTRIES = ("Software", "Manufacturing", "Healthcare", "Retail", "Finance")
PRODUCTS = ("Starter", "Team", "Enterprise")
REASONS = ("unable_to_reach", "no_interest", "no_budget", "duplicate", "already_engaged", "junk")
LOSSES = ("price", "competitor", "no_decision", "timing", "missing_feature")
PACKET = {
    "goals": "Halve the time from lead to first call",
    "stakeholders": "VP Sales, Head of Operations",
    "promises": "SSO in the first quarter",
    "scope": "120 seats, two integrations",
    "dates": "Kickoff within two weeks",
    "risks": "Champion may change teams",
}

FIRST_CHANGE = (
    "Answer marketing's leads in three working hours",
    "Half of the leads that were rejected as unreachable had waited for more than half a day.",
    ((["seams", {"key": "marketing_to_sales"}, "answer_minutes"], 180),),
)
SECOND_CHANGE = (
    "Raise the MQL threshold to 70",
    "Sales rejects every fourth lead for lack of interest; most of those scored just above 60.",
    ((["scoring", "threshold"], 70),),
)


@dataclass
class Life:
    """The company's calendar of things still to happen: (when, order, what)."""

    workspace: Workspace
    chance: random.Random
    until: datetime
    people: dict[str, Member]
    agenda: list[tuple[datetime, int, Callable[[datetime], None]]] = field(default_factory=list)
    order: Iterator[int] = field(default_factory=count)
    emails: set[str] = field(default_factory=set)

    def later(self, at: datetime, deed: Callable[[datetime], None]) -> None:
        """Put a deed on the calendar unless it lies in the future."""
        if at < self.until:
            heappush(self.agenda, (at, next(self.order), deed))

    def live(self, say: Callable[[str], None]) -> None:
        """Let everything happen in order; each deed is its own transaction, as it would be."""
        month = ""
        while self.agenda:
            at, _, deed = heappop(self.agenda)
            if f"{at:%B %Y}" != month:
                month = f"{at:%B %Y}"
                say(f"  … {month}")
            with workspace_scope(self.workspace), running_version(self.workspace.blueprint_version):
                try:
                    with transaction.atomic():
                        deed(at)
                except Refusal:
                    pass  # the gate said no: that is how it would have gone, too


def load(until: datetime, say: Callable[[str], None] = print, days: int = DAYS) -> Workspace:
    """Found the sample company and let it live for `days` days until `until`; does nothing when it is there."""
    found = Workspace.objects.filter(slug=SLUG).first()
    if found:
        return found
    start = until - timedelta(days=days)
    workspace, people = _people(start)
    life = Life(workspace, random.Random(20261), until, people)
    for day in range(days):
        morning = (start + timedelta(days=day)).replace(hour=7, minute=0, second=0, microsecond=0)
        leads = life.chance.randint(*LEADS_A_DAY) if morning.weekday() < 5 else 1
        for _ in range(leads):
            life.later(morning + timedelta(minutes=life.chance.randint(0, 700)), _lead(life))
        for hour in (3, 9):
            life.later(morning + timedelta(hours=hour), _scan(life))
    life.later(start + timedelta(days=40), _change(life, *FIRST_CHANGE, is_agreed=True))
    life.later(until - timedelta(hours=2), _change(life, *SECOND_CHANGE, is_agreed=False))
    for minutes in (200, 150, 90, 60, 30, 20, 10, 5):  # something fresh in every inbox
        life.later(until - timedelta(minutes=minutes), _lead(life, is_hot=True))
    life.live(say)
    return workspace


def _people(at: datetime) -> tuple[Workspace, dict[str, Member]]:
    """Founder, teams, colleagues and their seats."""
    name, first, *_ = PEOPLE[0]
    founder = User.objects.create_user(f"{first}@acme.example", PASSWORD, name=name)
    same = {"password": founder.password}  # one hash for all: making a good one takes a third of a second
    workspace = found_workspace(
        name="Acme Robotics", slug=SLUG, founder=founder, at=at, time_zone="Europe/Berlin", currency="EUR"
    )
    with workspace_scope(workspace):
        people = {first: Member.objects.get(user=founder)}
        for name, first, role, _ in PEOPLE[1:]:
            user = User.objects.create(email=f"{first}@acme.example", name=name, **same)
            people[first] = Member.objects.create(user=user, role=role, name=name, email=user.email, joined_at=at)
        Team.objects.filter(function__in=[Function.MARKETING, Function.SALES, Function.CUSTOMER_SUCCESS]).delete()
        for key, label, function, region, manager in TEAMS:
            Team.objects.create(key=key, name=label, function=function, region=region, manager=people[manager])
        for _, first, _, team in PEOPLE:
            if team:
                TeamSeat.objects.create(team=Team.objects.get(key=team), member=people[first], cap=40)
    return workspace, people


def _scan(life: Life) -> Callable[[datetime], None]:
    def deed(at: datetime) -> None:
        scanning.scan(life.workspace, at=at)

    return deed


def _lead(life: Life, is_hot: bool = False) -> Callable[[datetime], None]:
    """A lead comes in, with what marketing knows of it."""
    dice = life.chance

    def deed(at: datetime) -> None:
        first, last = dice.choice(FIRST), dice.choice(LAST)
        company = f"{dice.choice(COMPANY)} {dice.choice(SUFFIX)}"
        domain = company.lower().replace(" ", "-") + ".example"
        email = f"{first}.{last}@{domain}".lower()
        if email in life.emails:
            return
        life.emails.add(email)
        properties: dict[str, Any] = {
            "employees": dice.choice((12, 35, 80, 240, 900, 2400)),
            "industry": dice.choice(INDUSTRIES),
            "seniority": dice.choice(("Individual", "Manager", "Director", "VP", "C-level")),
            "country": dice.choice(("Germany", "France", "Spain", "Poland", "Sweden")),
            "pages_viewed": dice.randint(1, 25),
            "visits": dice.randint(1, 6),
            "demo_requested": is_hot or dice.random() < 0.45,
            "webinar_attended": dice.random() < 0.3,
            "trial_started": dice.random() < 0.25,
        }
        if dice.random() < 0.6:
            properties["use_case"] = dice.choice(("Lead routing", "Forecasting", "Handoffs", "Scorecard"))
        core = {
            "name": f"{first} {last}",
            "email": email,
            "source": dice.choice(SOURCES),
            "account": company,
            "account_domain": domain,
        }
        row = Incoming(
            line=1,
            kind="lead",
            system="website",
            external_id=f"W-{len(life.emails):05}",
            core=core,
            properties=properties,
            raw={},
        )
        outcome = take_in(life.workspace, [row], by=life.people["dana"], at=at)
        handoff = Handoff.objects.filter(record__number=outcome.numbers.get(1), state="offered").first()
        if handoff and not (is_hot and dice.random() < 0.7):
            life.later(at + _answer_delay(dice), _answer(life, handoff.pk))

    return deed


def _answer_delay(dice: random.Random) -> timedelta:
    """Most answer within the hour, some by tomorrow, a few never."""
    luck = dice.random()
    if luck < 0.74:
        return timedelta(minutes=dice.randint(4, 150))
    if luck < 0.95:
        return timedelta(hours=dice.randint(3, 40))
    return timedelta(days=400)


def _answer(life: Life, handoff_id: Any) -> Callable[[datetime], None]:
    dice = life.chance

    def deed(at: datetime) -> None:
        handoff = Handoff.objects.select_related("record", "assignee", "seam").get(pk=handoff_id)
        if handoff.state != "offered":
            return
        by = handoff.assignee or life.people["mona"]
        if handoff.seam.key == "sales_to_success":
            packing.save_packet(handoff, PACKET, by=life.people["mona"], at=at)
        if handoff.seam.key == "marketing_to_sales" and dice.random() < 0.24:
            answering.reject(handoff, dice.choice(REASONS), "", by=by, at=at)
            return
        answering.accept(handoff, by=by, at=at)
        record = Record.objects.get(pk=handoff.record_id)
        life.later(at + timedelta(minutes=dice.randint(3, 1500)), _touch(life, record.number, by))
        if record.kind == "lead" and dice.random() < 0.7:
            life.later(at + timedelta(days=dice.randint(1, 6)), _qualify(life, record.number, by))

    return deed


def _touch(life: Life, number: int, by: Member) -> Callable[[datetime], None]:
    def deed(at: datetime) -> None:
        record = Record.objects.get(number=number)
        kind = life.chance.choice(("call", "email", "meeting"))
        touching.log_activity(record, kind=kind, direction="outbound", outcome="connected", note="", by=by, at=at)

    return deed


def _qualify(life: Life, number: int, by: Member) -> Callable[[datetime], None]:
    """Accepted lead → qualified → opportunity, which then walks the sales pipeline."""

    def deed(at: datetime) -> None:
        advancing.advance(Record.objects.get(number=number), "sql", by=by, at=at)
        life.later(at + timedelta(days=life.chance.randint(0, 4)), _open_deal(life, number, by))

    return deed


def _open_deal(life: Life, number: int, by: Member) -> Callable[[datetime], None]:
    dice = life.chance

    def deed(at: datetime) -> None:
        lead = Record.objects.get(number=number)
        advancing.advance(lead, "opportunity", by=by, at=at)
        deal = lead.followers.get(kind="opportunity")
        amount = Decimal(dice.choice((4800, 9600, 14400, 24000, 48000)))
        core = {"amount": amount, "closes_on": (at + timedelta(days=45)).date()}
        properties = {
            "use_case": lead.properties.get("use_case"),
            "product": dice.choice(PRODUCTS),
            "next_step": "Agree on the plan",
        }
        editing.edit_record(deal, core=core, properties=properties, by=by, at=at)
        will_win, when = dice.random() < 0.42, at
        for stage in ("qualification", "proposal", "negotiation", "closed_won"):
            when += timedelta(days=dice.randint(1, 9), hours=dice.randint(0, 5))
            if not will_win and dice.random() < 0.45:
                life.later(when, _move(life, deal.number, "closed_lost", by, dice.choice(LOSSES)))
                break
            if stage == "closed_won" and not will_win:
                break
            life.later(when, _move(life, deal.number, stage, by))

    return deed


def _move(life: Life, number: int, stage: str, by: Member, reason: str = "") -> Callable[[datetime], None]:
    def deed(at: datetime) -> None:
        record = Record.objects.get(number=number)
        advancing.advance(record, stage, by=by, at=at, reason_key=reason)
        handoff = Handoff.objects.filter(record=record, state="offered").first()
        if handoff:
            life.later(at + _answer_delay(life.chance), _answer(life, handoff.pk))

    return deed


def _change(life: Life, title: str, reason: str, edits: Any, *, is_agreed: bool) -> Callable[[datetime], None]:
    """Ada proposes, the impact is worked out, and Vera agrees or has not got to it yet."""
    ada, vera = life.people["ada"], life.people["vera"]

    def deed(at: datetime) -> None:
        change = drafting.draft(ada, title=title, reason=reason, edits=edits, at=at)
        submitting.submit(change, by=ada, at=at)
        while working_out.next_step(at):
            pass
        if is_agreed:
            deciding.approve(change, by=vera, at=at + timedelta(hours=3))
            publishing.publish(change, by=ada, at=at + timedelta(hours=4))
            life.workspace.refresh_from_db()

    return deed
