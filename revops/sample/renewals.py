"""Renewals: the customers of old, brought in from a file with their contracts, and what becomes of them."""

import csv
from datetime import date, datetime, timedelta
from io import StringIO
from itertools import count
from random import Random
from typing import Any
from uuid import UUID

from core.people.models import Member
from core.tenancy.zones import day_of
from handoffs.actions import answering, offering
from handoffs.actions import packets as packing
from handoffs.models import Handoff
from imports import opening, starting
from imports.run import run_workspace
from lifecycle.actions import editing, rescoring
from lifecycle.models import Record
from revops.sample import answers, deals, words
from revops.sample.life import Life

FILE = "customers-from-the-old-crm.csv"
RENEWAL = "renewal_to_sales"
PHASES = {"later": "contract", "180": "days_180", "90": "days_90", "30": "days_30"}
CUSTOMERS = 26
RENEWED = 0.86
MAPPING: dict[str, Any] = {
    "target": "customers",
    "pipeline": "renewal",
    "system": "old-crm",
    "columns": {
        "Customer ID": {"to": "external_id"},
        "Contract": {"to": "name"},
        "Company": {"to": "account"},
        "Website": {"to": "account_domain"},
        "Contact": {"to": "email"},
        "Owner": {"to": "owner"},
        "Product": {"to": "property:product"},
        "MRR": {"to": "mrr"},
        "Yearly value": {"to": "amount"},
        "Renewal date": {"to": "renews_on", "format": "YYYY-MM-DD"},
        "Phase": {"to": "stage"},
    },
    "values": {"Phase": PHASES},
    "history": True,
    "unknown_owner": "blank",
}


def plan(life: Life, start: datetime) -> None:
    """In the first week Ada brings in the customers of the old CRM; from then on their contracts run out one by one."""
    life.days_at_work(start, 3, _are_brought_in)


def _are_brought_in(life: Life, at: datetime) -> None:
    ada = life.people["ada"]
    rows = _rows(life, day_of(life.workspace, at))
    job = opening.receive(file_name=FILE, content=_as_file(rows), given=MAPPING, by=ada, at=at)
    starting.start(job, by=ada, at=at)
    seconds = count(2)
    clock = lambda: at + timedelta(seconds=next(seconds))  # noqa: E731
    run_workspace(life.workspace.pk, clock=clock, until=lambda: False)
    for customer in Record.objects.filter(kind="customer", renews_on__isnull=False).select_related("owner", "stage"):
        _plan_its_end(life, customer, customer.owner or life.people["cleo"], at)
        if customer.stage.key == "days_90":  # a file that tells history offers nothing by itself
            offering.offer(customer, RENEWAL, by=ada, at=clock())


def _rows(life: Life, today: date) -> list[tuple[str, ...]]:
    """Contracts that end between next week and in eight months, and four rows that nobody can read."""
    dice = life.chance
    names = [f"{company} {suffix}" for company in words.COMPANY for suffix in words.SUFFIX]
    rows = []
    for place, company in enumerate(dice.sample(names, CUSTOMERS)):
        ends_on = today + timedelta(days=5 + place * 9)
        left = (ends_on - today).days
        phase = next(phase for phase, days in (("later", 180), ("180", 90), ("90", 30), ("30", 0)) if left > days)
        owner, product = dice.choice(("Cleo Fontaine", "Ines Duarte")), dice.choice(words.PRODUCTS)
        contact = dice.choice(words.FIRST)
        mrr = dice.choice((240, 480, 960, 1450))
        rows.append(_row(f"C-{1000 + place}", company, contact, owner, product, str(mrr), str(ends_on), phase))
    soon = str(today + timedelta(days=60))
    wrong = (
        _row("C-2001", "Umbra Holding", "Info", "Ines Duarte", "Team", "480", "31.02.2027", "180"),
        _row("C-2002", "Tyrell Group", "no address", "Cleo Fontaine", "Starter", "960", soon, "180"),
        _row("C-2003", "Stark Mills", "Ops", "Cleo Fontaine", "Team", "n. a.", soon, "30"),
        _row("C-2004", "Hooli Print", "It", "Ines Duarte", "Team", "240", soon, "on hold"),
    )
    return [*rows[:9], *wrong[:2], *rows[9:], *wrong[2:]]


def _row(number: str, company: str, contact: str, *rest: str) -> tuple[str, ...]:
    """A row as in the header; a contact of one word is the first part of an address."""
    owner, product, mrr, ends_on, phase = rest
    domain = company.lower().replace(" ", "-") + ".example"
    email = contact if " " in contact else f"{contact}@{domain}".lower()
    yearly = str(int(mrr) * 12) if mrr.isdigit() else mrr
    return (number, f"{company}, {product}", company, domain, email, owner, product, mrr, yearly, ends_on, phase)


def _as_file(rows: list[tuple[str, ...]]) -> bytes:
    text = StringIO()
    csv.writer(text).writerows([MAPPING["columns"], *rows])
    return text.getvalue().encode()


def time_passes(life: Life, at: datetime) -> None:
    """Contracts come nearer to their end, and steps of playbooks are to come, as the product's clock finds every few
    seconds."""
    while rescoring.ask_due(life.workspace, at):
        pass
    answers.steps_come(life, at)
    _are_handed_over(life, at)


def _are_handed_over(life: Life, at: datetime) -> None:
    """Customer success writes down what it knows of the renewals that were offered, and sales takes each the same day.
    Their luck is their own, as that of playbooks is."""
    offered = Handoff.objects.open().filter(seam__key=RENEWAL).select_related("record__owner")
    for handoff in offered.exclude(pk__in=life.renewals):
        life.renewals.add(handoff.pk)
        dice, by = Random(handoff.number), handoff.record.owner or life.people["cleo"]
        packing.save_packet(handoff, {**dice.choice(words.RENEWALS), "terms": "As before"}, by=by, at=at)
        life.at_work(at, dice.randint(5, 300), _is_taken, handoff.pk)


def _is_taken(life: Life, at: datetime, handoff_id: UUID) -> None:
    handoff = Handoff.objects.open().select_related("assignee").filter(pk=handoff_id).first()
    if handoff and handoff.assignee:
        accepted = answering.accept(handoff, by=handoff.assignee, at=at)
        life.at_work(at, 40, answers.is_called, accepted.record.number, handoff.assignee)


def _plan_its_end(life: Life, customer: Record, by: Member, at: datetime) -> None:
    """It is renewed, or not."""
    assert customer.renews_on
    left = (customer.renews_on - day_of(life.workspace, at)).days
    if life.chance.random() < RENEWED:
        life.days_at_work(at, left - life.chance.randint(0, 4), _is_renewed, customer.number, by)
    else:
        reason = life.chance.choice(words.LOSSES)
        life.days_at_work(at, left, deals.moves, customer.number, "not_renewed", by, reason)


def _is_renewed(life: Life, at: datetime, number: int, by: Member) -> None:
    deals.moves(life, at, number, "renewed", by)
    customer = Record.objects.get(number=number)
    if customer.renews_on:
        renews_on = customer.renews_on + timedelta(days=365)
        editing.edit_record(customer, core={"renews_on": renews_on}, by=by, at=at)
