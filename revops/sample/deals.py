"""Deals: from the lead that became one to closed won or lost."""

from datetime import datetime, timedelta
from decimal import Decimal

from core.people.models import Member
from core.tenancy.zones import day_of
from handoffs.models import Handoff
from lifecycle.actions import advancing, editing
from lifecycle.models import Record
from revops.sample import answers, words
from revops.sample.life import Life

WON = 0.42
LOST_AT_A_STAGE = 0.4  # of those that will not be won
NEXT_STEPS = ("Agree on the plan", "Security review on Tuesday", "Offer to procurement", "Second call with the VP")


def opens(life: Life, at: datetime, number: int, by: Member) -> None:
    """The lead becomes an opportunity, which then walks the sales pipeline."""
    dice = life.chance
    lead = Record.objects.get(number=number)
    advancing.advance(lead, "opportunity", by=by, at=at)
    deal = lead.followers.get(kind="opportunity")
    amount = Decimal(dice.choice((4800, 9600, 14400, 24000, 48000)))
    core = {"amount": amount, "mrr": amount / 12, "closes_on": day_of(life.workspace, at + timedelta(days=45))}
    properties = {"product": dice.choice(words.PRODUCTS), "next_step": dice.choice(NEXT_STEPS)}
    editing.edit_record(deal, core=core, properties=properties, by=by, at=at)
    _plan_its_way(life, deal.number, by, at)


def _plan_its_way(life: Life, number: int, by: Member, at: datetime) -> None:
    dice, minutes = life.chance, 0
    will_win = dice.random() < WON
    for stage in ("qualification", "proposal", "negotiation", "closed_won"):
        minutes += dice.randint(300, 3000)
        is_last = stage == "closed_won"
        if not will_win and (is_last or dice.random() < LOST_AT_A_STAGE):
            reason = "no_decision" if is_last else dice.choice(words.LOSSES)
            life.at_work(at, minutes + (4000 if is_last else 0), moves, number, "closed_lost", by, reason)
            return
        life.at_work(at, minutes, moves, number, stage, by)


def moves(life: Life, at: datetime, number: int, stage: str, by: Member, reason: str = "") -> None:
    """A record goes on to a stage; where that hands it over, the packet is filled in and somebody answers."""
    record = Record.objects.get(number=number)
    advancing.advance(record, stage, by=by, at=at, reason_key=reason)
    handoff = Handoff.objects.open().select_related("record__owner").filter(record=record).first()
    if handoff:
        answers.is_packed(life, handoff, at)
        answers.plan(life, handoff, at)
