"""Leads of every kind, a proposal of which is asked what it would change, and handoffs with a story."""

from datetime import timedelta
from typing import Any

from core.tenancy.numbers import take_numbers
from governance.actions.drafting import draft
from governance.actions.submitting import submit
from governance.actions.working_out import next_step
from governance.models import ChangeRequest, Impact
from handoffs.models import Handoff, Seam
from lifecycle.actions.intake import Incoming
from lifecycle.models import Record
from tests.cast import MONDAY_10, Cast

SEAM = ["seams", {"key": "marketing_to_sales"}]
TUESDAY = MONDAY_10 + timedelta(days=1)


def leads(count: int = 60, **more: Any) -> list[Incoming]:
    """Leads of every kind: scores from 0 to 110, some opted out, some without a seniority."""
    rows = []
    for place in range(1, count + 1):
        properties: dict[str, Any] = {"employees": (place * 37) % 900, "visits": place % 5} | more
        if place % 3:
            properties["seniority"] = ("Individual", "Manager", "Director")[place % 3]
        if place % 4 == 0:
            properties["demo_requested"] = True
        if place % 7 == 0:
            properties["opted_out"] = True
        if place % 5 == 0:
            properties["pages_viewed"] = 12
        core = {"name": f"Lead {place}", "email": f"lead{place}@corp{place}.example"}
        rows.append(Incoming(place, "lead", core=core, properties=properties))
    return rows


def asked(cast: Cast, edits: list[tuple[list[Any], Any]], days: int = 90) -> tuple[ChangeRequest, Impact]:
    change = draft(cast.dana, title="What if", edits=edits, at=TUESDAY)
    impact = submit(change, by=cast.dana, at=TUESDAY, days=days)
    while next_step(TUESDAY):
        pass
    impact.refresh_from_db()
    assert (impact.state, impact.error) == ("done", "")
    return change, impact


def handoff(cast: Cast, record: Record, offered: Any, answered: Any = None, state: str = "accepted") -> Handoff:
    """The record's handoff as this test tells it: that which the intake offered, or a new one."""
    story = {
        "state": state if answered else "offered",
        "assignee": cast.rick,
        "offered_at": offered,
        "due_at": offered + timedelta(hours=4),
        "answered_at": answered,
    }
    seam = Seam.objects.get(key="marketing_to_sales")
    if Handoff.objects.open().filter(record=record, seam=seam).update(**story):
        return Handoff.objects.get(record=record, seam=seam)
    number = take_numbers("handoff")[0]
    return Handoff.objects.create(number=number, seam=seam, record=record, blueprint_version=1, **story)
