"""Customers: welcomed, brought live, and where they need more, handed back to sales."""

from datetime import datetime, timedelta

from core.people.models import Member
from core.tenancy.zones import day_of
from handoffs.actions import packets as packing
from handoffs.models import Handoff
from lifecycle.actions import editing
from lifecycle.actions.intake import Incoming, take_in
from lifecycle.models import Record
from revops.sample import answers, deals, words
from revops.sample.life import Life

CHURNED, EXPANDING, ADVOCATES = 0.05, 0.6, 0.4
HALF_A_YEAR, YEAR = timedelta(days=182), timedelta(days=365)


def is_welcomed(life: Life, number: int, by: Member, at: datetime) -> None:
    """Kickoff within the week, then implementation; after some weeks it is live, or it leaves."""
    dice = life.chance
    kickoff, live = dice.randint(2, 6), dice.randint(9, 20)
    life.days_at_work(at, kickoff, _goes_on, number, by, "implementation", "kickoff_on")
    if dice.random() < CHURNED:
        life.days_at_work(at, live, deals.moves, number, "churned", by, "poor_fit")
    else:
        life.days_at_work(at, live, _goes_on, number, by, "live", "live_on")


def _goes_on(life: Life, at: datetime, number: int, by: Member, stage: str, dated: str) -> None:
    """The day is written down, and the customer goes on to the next stage."""
    customer = Record.objects.get(number=number)
    properties = {dated: day_of(life.workspace, at), "health": life.chance.choice(("Green", "Green", "Green", "Amber"))}
    length = YEAR if customer.properties.get("product") == "Enterprise" else HALF_A_YEAR
    core = {"renews_on": day_of(life.workspace, at + length)} if stage == "live" else {}
    editing.edit_record(customer, core=core, properties=properties, by=by, at=at)
    deals.moves(life, at, number, stage, by)
    if stage == "live":
        _is_live(life, customer, by, at)


def _is_live(life: Life, customer: Record, by: Member, at: datetime) -> None:
    """Some soon want more, and some would tell others of it."""
    dice = life.chance
    if dice.random() < EXPANDING:
        life.days_at_work(at, dice.randint(3, 15), _wants_more, customer.number, by)
    if dice.random() < ADVOCATES:
        life.days_at_work(at, dice.randint(3, 12), _is_an_advocate, customer.number, by)


def _is_an_advocate(life: Life, at: datetime, number: int, by: Member) -> None:
    """Customer success hands the customer to marketing, with what they would do and say."""
    lead = Record.objects.filter(pk=Record.objects.get(number=number).root_id).first()
    if lead:
        deals.moves(life, at, lead.number, "advocate", by)


def is_told_of(life: Life, number: int, by: Member, at: datetime) -> None:
    """Marketing has it in hand; the first touch is what follows."""


def _wants_more(life: Life, at: datetime, number: int, by: Member) -> None:
    """Customer success has seen a signal: an expansion begins, and sales is asked to take it."""
    customer = Record.objects.select_related("account").get(number=number)
    signal = life.chance.choice(words.SIGNALS)
    company = customer.account.name if customer.account else customer.name
    core = {"name": f"{company}, more seats", "account": company, "amount": 6000, "owner_id": by.pk}
    way = {"pipeline": "expansion", "stage": "signal", "origin_id": customer.pk}
    row = Incoming(1, "opportunity", core=core, properties={"expansion_signal": signal}, **way)
    outcome = take_in(life.workspace, [row], by=by, at=at)
    handoff = Handoff.objects.open().filter(record__number=outcome.numbers.get(1)).first()
    if handoff:
        packing.save_packet(handoff, {"signal": signal, "champion": "Head of Operations"}, by=by, at=at)
        answers.plan(life, handoff, at)


def is_expanded(life: Life, number: int, by: Member, at: datetime) -> None:
    """Sales took the expansion: a proposal, then won or not."""
    dice = life.chance
    life.days_at_work(at, dice.randint(2, 6), deals.moves, number, "proposal", by)
    if dice.random() < 0.6:
        life.days_at_work(at, dice.randint(5, 12), deals.moves, number, "won", by)
