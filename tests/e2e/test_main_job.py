"""The main job, as people do it: leads come in, are handed over under SLA, and show up on one scorecard."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from core.tenancy.scope import workspace_scope
from handoffs.models import Assignment, Escalation, Handoff
from lifecycle.models import Record
from tests.cast import Cast
from tests.e2e.earlier import OFFERED_EARLIER
from tests.handoffs.factories import running

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
PATIENCE_S = 60  # beat ticks every fifteen seconds; a busy machine takes its time
QUALIFIED = ("Pia Horn", "Noor Aziz", "Liam Byrne", "Elin Dahl", "Marco Riva", "Sofia Cruz", "Ivo Petrov", "Aiko Sato")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALWAYS = {"time_zone": "Europe/Berlin", "weekly": dict.fromkeys(DAYS, ["00:00-24:00"])}
EARLY = ("Tim Small", "Una Curious", "Vic Student", "Wim Visitor")
HEADER = "Name,Email,Company,Number of employees,Seniority,Demo requested,Lead source"


def address(name: str, company: str) -> str:
    return f"{name.replace(' ', '.')}@{company}.example".lower()


def leads() -> str:
    """Twelve leads, eight of them worth a salesperson's time by the blueprint's score."""
    rows = [HEADER]
    for name in QUALIFIED:
        company = name.partition(" ")[2]
        rows.append(f"{name},{address(name, company)},{company} AG,250,Director,yes,Webinar")
    rows += [f"{name},{address(name, 'mail')},,4,Individual,no,Website" for name in EARLY]
    return "\n".join(rows) + "\n"


def test_leads_come_in_are_handed_over_and_show_up_on_the_scorecard(
    cast: Cast, worker_and_beat: None, tmp_path: Path, open_page: Callable[..., Page]
) -> None:
    they_are_there_at_all_hours(cast)
    an_admin_imports_leads(open_page("/w/acme/imports/", user=cast.ada.user), tmp_path / "webinar.csv")
    shared = who_got_what(cast)
    assert sorted(shared["Rick"] + shared["Rosa"]) == sorted(QUALIFIED)
    assert len(shared["Rick"]) == len(shared["Rosa"]) == 4  # they take turns

    inbox = open_page("/w/acme/inbox/", user=cast.rick.user)
    accepted = a_rep_accepts_with_the_keyboard(inbox)
    the_rep_calls(inbox, accepted)
    rejected = a_rep_rejects_with_a_reason(inbox)
    a_rep_accepts_on_the_phone(open_page("/w/acme/inbox/", user=cast.rick.user, phone=True))

    left = the_last_of_rick_runs_out_of_time(cast)
    the_managers_task_appears(open_page("/w/acme/tasks/", user=cast.mona.user), left)
    the_leader_sees_it(open_page("/w/acme/scorecard/", user=cast.vera.user), accepted, rejected, left)


def they_are_there_at_all_hours(cast: Cast) -> None:
    """Half an hour is half an hour then, also on a Friday evening, when two days would be set back otherwise."""
    door = Client()
    door.force_login(cast.mona.user, "django.contrib.auth.backends.ModelBackend")
    for receiver in (cast.rick, cast.rosa):
        said = door.put(f"/api/v1/w/acme/people/{receiver.pk}/hours", ALWAYS, "application/json")
        assert said.status_code == 200, said.json()


def an_admin_imports_leads(page: Page, file: Path) -> None:
    """Upload, see what the columns become, start, and watch it to its end."""
    file.write_text(leads())
    page.get_by_label("Drop a file here").set_input_files(file)
    page.get_by_role("button", name="Upload and look at it").click()
    expect(page.get_by_role("heading", level=2, name="What will happen")).to_be_visible(timeout=PATIENCE_S * 1000)
    expect(page.get_by_label("What Demo requested becomes")).to_have_value("property:demo_requested")
    expect(page.get_by_label("What Number of employees becomes")).to_have_value("property:employees")
    page.get_by_role("button", name="Start the import").last.click()
    expect(page.get_by_text("12 rows in = 12 created + 0 updated + 0 unchanged + 0 rejected")).to_be_visible(
        timeout=PATIENCE_S * 1000
    )
    page.get_by_role("link", name="Open the leads").click()
    expect(page.get_by_role("link", name="Pia Horn")).to_be_visible()


def who_got_what(cast: Cast) -> dict[str, list[str]]:
    """The names of the leads by the name of whom they were offered to."""
    with workspace_scope(cast.acme):
        offered = list(Handoff.objects.open().values_list("assignee__name", "record__name"))
        assert not Record.objects.filter(name__in=EARLY).exclude(stage__key="lead").exists()
        assert Assignment.objects.count() == len(QUALIFIED)
    return {name: [record for member, record in offered if member == name] for name, _ in offered}


def rows(inbox: Page) -> Locator:
    return inbox.locator("[data-row]")


def a_rep_accepts_with_the_keyboard(inbox: Page) -> str:
    """j and k walk, a accepts the row they stand on."""
    expect(rows(inbox)).to_have_count(4)
    names = rows(inbox).locator("a[data-open]").all_inner_texts()
    for key, place in (("j", 0), ("j", 1), ("k", 0)):
        inbox.keyboard.press(key)
        expect(rows(inbox).nth(place)).to_have_attribute("data-current", "")
    inbox.keyboard.press("a")
    expect(inbox.get_by_text(f"{names[0]} is yours.").first).to_be_visible()
    return names[0]


def the_rep_calls(inbox: Page, name: str) -> None:
    """A call logged on the record stops the first-touch clock."""
    inbox.get_by_role("link", name=name).first.click()
    inbox.get_by_role("button", name="Log activity").click()
    dialog = inbox.get_by_role("dialog", name="Log an activity")
    dialog.get_by_label("Kind").select_option("call")
    dialog.get_by_label("Direction").select_option("outbound")
    dialog.get_by_label("Outcome").fill("connected")
    dialog.get_by_role("button", name="Log").click()
    expect(inbox.locator(".timeline-list").get_by_text("call").first).to_be_visible()


def a_rep_rejects_with_a_reason(inbox: Page) -> str:
    """A reason that asks for a note does not go without one."""
    inbox.goto("/w/acme/inbox/")
    name = rows(inbox).locator("a[data-open]").first.inner_text()
    inbox.get_by_role("link", name=f"Reject {name}").click()
    dialog = inbox.get_by_role("dialog", name=f"Reject {name}")
    dialog.get_by_label("Reason").select_option(label="Not a fit (say why)")
    dialog.get_by_role("button", name="Reject").click()
    expect(dialog.get_by_role("alert").first).to_be_visible()
    dialog.get_by_label("Note").fill("Builds the same thing themselves")
    dialog.get_by_role("button", name="Reject").click()
    expect(inbox.get_by_text(f"{name} was sent back.").first).to_be_visible()
    return name


def a_rep_accepts_on_the_phone(inbox: Page) -> None:
    name = rows(inbox).locator("a[data-open]").first.inner_text()
    inbox.get_by_role("button", name=f"Accept {name}").tap()
    expect(inbox.get_by_text(f"{name} is yours.").first).to_be_visible()


def the_last_of_rick_runs_out_of_time(cast: Cast) -> str:
    """Nobody answers: its clocks are set back to a minute past its due time, and the breach is left to beat."""
    with workspace_scope(cast.acme):
        handoff = Handoff.objects.open().select_related("record").get(assignee=cast.rick)
        clock = running(handoff)
        assert clock.next_rung_at and clock.ahead[0]["action"] == "task"  # half an hour for a demo: nobody is warned
        by = clock.next_rung_at - timezone.now() + timedelta(minutes=1)
        with connection.cursor() as cursor:
            cursor.execute(OFFERED_EARLIER, {"by": by, "handoff": handoff.pk})
    deadline = time.monotonic() + PATIENCE_S
    while not was_taken(cast, handoff, "task"):
        assert time.monotonic() < deadline, "no worker took the step"
        time.sleep(0.5)
    return str(handoff.record.name)


def was_taken(cast: Cast, handoff: Handoff, action: str) -> bool:
    with workspace_scope(cast.acme):
        return Escalation.objects.filter(handoff=handoff, action=action).exists()


def the_managers_task_appears(page: Page, name: str) -> None:
    """The scan finds the breach by itself, and the task is Mona's."""
    task = page.get_by_role("link", name=f"Not answered in time: {name}")
    until(page, task)
    task.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    expect(page.get_by_text(re.compile(r"\d+[ms] late|late")).first).to_be_visible()


def until(page: Page, there: Locator) -> None:
    """Reload as an impatient person does."""
    deadline = time.monotonic() + PATIENCE_S
    while not there.count() and time.monotonic() < deadline:
        page.wait_for_timeout(1000)
        page.reload()
    expect(there).to_be_visible()


def the_leader_sees_it(page: Page, accepted: str, rejected: str, left: str) -> None:
    """Two of three answers were yes; three of four were in time. The rows are behind the number."""
    acceptance = page.get_by_role("row").filter(has_text="Acceptance rate").get_by_role("link", name="66.67 %")
    until(page, acceptance)
    expect(page.get_by_role("row").filter(has_text="SLA attainment")).to_contain_text("3 in time of 4")
    acted = page.get_by_role("row").filter(has_text="acted on in 48 h")
    expect(acted).to_contain_text("1 acted on in time of 1 marked ready, 7 too young to tell")
    acceptance.click()
    expect(page.get_by_role("row").filter(has_text=accepted)).to_be_visible()
    expect(page.get_by_role("row").filter(has_text=rejected)).to_be_visible()
    expect(page.get_by_role("row").filter(has_text=left)).to_have_count(0)  # neither yes nor no
    page.goto("/w/acme/scorecard/sla_attainment/rows/")
    expect(page.get_by_role("row").filter(has_text=left)).to_be_visible()
