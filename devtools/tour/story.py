"""The story: a lead becomes a customer and a customer a deal, across the three seams, and what goes wrong meanwhile."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone
from playwright.sync_api import Browser

from core.people.models import Member, Workspace
from core.tenancy.scope import workspace_scope
from devtools.tour.receivers import Mailbox, Slack, buttons_of, until
from devtools.tour.visitor import Visitor
from handoffs.models import Clock, Escalation, Handoff
from lifecycle.models import Record
from tests.e2e.earlier import OFFERED_EARLIER
from tests.integrations.slack import SECRET

TODAY = timezone.now().date()
SOON, NEXT_YEAR = ((TODAY + timedelta(days=days)).isoformat() for days in (30, 365))
PACKET = {
    "packet-goals": "Halve the time to a first call",
    "packet-stakeholders": "Nora Vance, chief of operations",
    "packet-promises": f"Single sign-on by {SOON}",
    "packet-scope": "40 seats, one year",
    "packet-dates": f"Kickoff before {SOON}",
    "packet-risks": "Their data lives in two systems",
}


class Story:
    """Who takes part, and what they are told."""

    def __init__(self, browser: Browser, workspace: Workspace, mailbox: Mailbox, slack: Slack, folder: Path) -> None:
        self.browser, self.workspace, self.mailbox, self.slack, self.folder = browser, workspace, mailbox, slack, folder
        self.people: dict[str, Visitor] = {}
        self.pictures = 0

    def person(self, who: str) -> Visitor:
        """Somebody by first name or address, signed in once."""
        first = who.partition("@")[0]
        if first not in self.people:
            self.people[first] = Visitor(self.browser, self.slack.site, first, self.folder)
        return self.people[first]

    def picture(self, person: Visitor, words: str) -> None:
        """A picture, and its line on the screen."""
        self.pictures += 1
        person.keeps(f"{self.pictures:02}-{words.replace(' ', '-')}")
        print(f"· {person.who}: {words}", flush=True)

    def open_handoff(self, record: int) -> Handoff:
        """The open handoff of a record, waited for."""

        def found() -> Handoff | None:
            with workspace_scope(self.workspace):
                there = Handoff.objects.open().filter(record__number=record)
                return there.select_related("assignee", "record").first()

        handoff: Handoff = until(found, f"record {record} was handed to nobody")
        return handoff

    def until_state(self, handoff: Handoff, state: str) -> None:
        def reached() -> bool:
            with workspace_scope(self.workspace):
                return Handoff.objects.filter(pk=handoff.pk, state=state).exists()

        until(reached, f"handoff {handoff.number} is not {state}")

    def is_taken(self, handoff: Handoff, action: str) -> bool:
        """Whether the scan took this step of its ladder."""
        with workspace_scope(self.workspace):
            return Escalation.objects.filter(handoff=handoff, action=action).exists()


def live(browser: Browser, workspace: Workspace, mailbox: Mailbox, slack: Slack, folder: Path) -> None:
    """All of it, in order. Raises AssertionError where something is not as promised."""
    story = Story(browser, workspace, mailbox, slack, folder)
    slack_is_connected(story)
    mails_come_one_by_one(story)
    lead, rep = a_lead_is_accepted_in_slack(story)
    another_is_sent_back_with_a_reason(story)
    nobody_answers_a_third(story)
    customer, hers = the_deal_is_won_and_handed_over(story, lead, rep)
    the_customer_goes_live_and_wants_more(story, customer, hers)
    the_leader_looks(story)
    for person in story.people.values():
        assert not person.faults, f"{person.who}'s browser complained: {person.faults}"


def slack_is_connected(story: Story) -> None:
    """The admin pastes the app's two secrets; everybody of the company is in Slack."""
    ada = story.person("ada").goes_to("slack/").types(token="xoxb-tour", signing_secret=SECRET).presses("Connect")
    ada.sees("Slack is connected")
    story.picture(ada, "connects slack")
    with workspace_scope(story.workspace):
        story.slack.server.people = {each.email: f"U{each.email.partition('@')[0]}" for each in Member.objects.all()}


def mails_come_one_by_one(story: Story) -> None:
    """Whoever sells, or leads them, wishes no gathering: else what follows would come in the next hour's mail."""
    for who in ("rick", "rosa", "sam", "priya", "mona", "noah"):
        story.person(who).goes_to("notices/wishes/").types(is_gathered="").presses("Save")
    story.picture(story.person("rick"), "wishes every mail at once")


def a_lead_comes_in(story: Story, name: str, company: str) -> Handoff:
    """Marketing writes a lead down and says what makes it qualified; it is handed over by itself."""
    domain = company.lower().replace(" ", "")
    dana = story.person("dana").goes_to("records/new/")
    first = name.split()[0].lower()
    dana.types(kind="lead", name=name, email=f"{first}@{domain}.example", account=company, source="Webinar")
    dana.presses("Add record")
    number = dana.number()
    dana.goes_to(f"records/{number}/edit/")
    dana.types(property_employees="250", property_seniority="Director", property_demo_requested="true").presses("Save")
    story.picture(dana.goes_to(f"records/{number}/"), f"{first} is qualified")
    return story.open_handoff(number)


def a_lead_is_accepted_in_slack(story: Story) -> tuple[int, str]:
    """Whoever has it is told at the bell, by mail and in Slack, and accepts there; then calls. The lead and the rep."""
    handoff = a_lead_comes_in(story, "Nora Vance", "Northwind Optics")
    assert handoff.assignee
    email = handoff.assignee.email
    rep = story.person(email)
    story.mailbox.to(email, "Nora Vance")
    message = story.slack.message(f"U{rep.who}", "Nora Vance")
    story.picture(rep.goes_to("notices/").sees("Nora Vance"), "is told at the bell")
    story.slack.press(f"U{rep.who}", "accept", buttons_of(message)["accept"]["value"])
    story.until_state(handoff, "accepted")
    rep.goes_to(f"records/{handoff.record.number}/").presses("Log activity")
    rep.types(kind="call", direction="outbound", outcome="Connected").presses("^Log$")
    story.picture(rep.goes_to(f"handoffs/{handoff.number}/").sees("Accepted"), "accepted in slack and called")
    return handoff.record.number, rep.who


def another_is_sent_back_with_a_reason(story: Story) -> None:
    """A lead with wrong data goes back to marketing, which is told and gets a task."""
    handoff = a_lead_comes_in(story, "Otto Brandt", "Brandt Tools")
    assert handoff.assignee
    rep = story.person(handoff.assignee.email).goes_to(f"handoffs/{handoff.number}/rejection/")
    rep.types(reason="inaccurate_data", note="The number belongs to somebody else").presses("Reject")
    story.until_state(handoff, "rejected")
    story.picture(story.person("dana").goes_to("tasks/").sees("Otto Brandt"), "sees what came back")


def nobody_answers_a_third(story: Story) -> None:
    """As if offered so much earlier: the scan finds it by itself, the manager has a task and a mail."""
    handoff = a_lead_comes_in(story, "Pina Costa", "Costa Mills")
    with workspace_scope(story.workspace):
        manager = handoff.team.manager if handoff.team else None
    assert manager
    with workspace_scope(story.workspace):
        clock = Clock.objects.get(handoff=handoff, stopped_at=None, next_rung_at__isnull=False)
        assert clock.next_rung_at is not None
        by = clock.next_rung_at - timezone.now() + timedelta(minutes=1)  # past the due time
        with connection.cursor() as cursor:
            earlier: Any = {"by": by, "handoff": handoff.pk}
            cursor.execute(OFFERED_EARLIER, earlier)
    until(lambda: story.is_taken(handoff, "task"), "nobody took the step task")
    story.mailbox.to(manager.email, "Pina Costa")
    boss = story.person(manager.email).goes_to("tasks/").sees("Not answered in time: Pina Costa")
    story.picture(boss, "has a task for what nobody answered")


def the_deal_is_won_and_handed_over(story: Story, lead: int, who: str) -> tuple[int, str]:
    """The rep sells, fills in the packet and hands over; success accepts. The customer's number, and whose it is."""
    rep = story.person(who)
    rep.goes_to(f"records/{lead}/edit/").types(property_use_case="Fewer lost leads").presses("Save")
    for stage in ("lifecycle/sql", "lifecycle/opportunity"):
        moves(rep, lead, stage)
    with workspace_scope(story.workspace):
        deal = Record.objects.get(kind="opportunity", origin__number=lead).number
    rep.goes_to(f"records/{deal}/edit/").types(
        amount="24000", closes_on=SOON, property_use_case="Fewer lost leads", property_next_step="Sign"
    ).presses("Save")
    for stage in ("sales/qualification", "sales/proposal", "sales/negotiation"):
        moves(rep, deal, stage)
    rep.goes_to(f"records/{deal}/offers/?seam=sales_to_success").types(**PACKET)
    story.picture(rep, "fills in the packet")
    rep.presses("Hand over to customer success")
    handoff = story.open_handoff(deal)
    assert handoff.assignee
    cs = story.person(handoff.assignee.email).goes_to(f"handoffs/{handoff.number}/")
    story.picture(cs, "sees what was sold")
    cs.presses("Accept")
    story.until_state(handoff, "accepted")
    with workspace_scope(story.workspace):
        customer = Record.objects.get(kind="customer", origin__number=deal).number
    story.picture(cs.goes_to("promises/").sees("Single sign-on"), "sees what was promised")
    return customer, cs.who


def the_customer_goes_live_and_wants_more(story: Story, customer: int, who: str) -> None:
    """Kickoff, live, and a signal that goes back to sales, which accepts it."""
    cs = story.person(who)
    today = TODAY.isoformat()
    cs.goes_to(f"records/{customer}/edit/")
    cs.types(property_kickoff_on=today, property_live_on=today, renews_on=NEXT_YEAR).presses("Save")
    for stage in ("onboarding/implementation", "onboarding/live"):
        moves(cs, customer, stage)
    cs.goes_to(f"records/{customer}/offers/?seam=success_to_sales")
    cs.types(
        **{"property-expansion_signal": "Nine tenths of the seats are in use", "packet-signal": "They want 20 more"}
    )
    cs.presses("Hand over to sales")
    number = cs.number()
    with workspace_scope(story.workspace):
        handoff = Handoff.objects.select_related("assignee", "record").get(number=number)
    assert handoff.assignee
    sales = story.person(handoff.assignee.email).goes_to(f"handoffs/{number}/").presses("Accept")
    story.until_state(handoff, "accepted")
    story.picture(sales.goes_to(f"records/{handoff.record.number}/"), "takes the expansion")


def the_leader_looks(story: Story) -> None:
    """The funnel with its three seams, and the scorecard."""
    vera = story.person("vera").goes_to("funnel/")
    story.picture(vera, "sees the seams")
    story.picture(vera.goes_to("scorecard/"), "sees the scorecard")


def moves(person: Visitor, record: int, stage: str) -> None:
    """By the dialog on the record's page."""
    person.goes_to(f"records/{record}/").presses("^Move$")
    person.types(to=stage.partition("/")[2]).presses("^Move$")
    person.goes_to(f"records/{record}/")
