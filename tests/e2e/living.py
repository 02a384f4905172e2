"""A small company in mid-life, with something of everything, and where each of its pages is found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise, product
from typing import Any

from django.db.models import Min

from core.database import owner_cursor
from core.people.inviting import invite
from core.people.membership import add_time_off
from core.people.models import Invitation, Member, Team, TimeOff, Workspace
from core.tenancy.scope import workspace_scope
from governance.actions import deciding, drafting, publishing, submitting
from governance.editors import EDITORS
from governance.models import ChangeRequest
from governance.queries.published import document_of
from governance.tasks import run_impacts
from handoffs.models import Handoff, PacketFile, Task
from imports import opening, starting
from imports.tasks import run_imports
from integrations.actions import issue_key
from integrations.models import ApiKey
from lifecycle.models import Account, Import, Record
from revops import sample
from scorecard.actions.board_keeping import make_board
from scorecard.actions.mailing_boards import mail_board, write_mails
from scorecard.models import BoardMail, MetricBoard
from scorecard.queries.boards import board_of
from tests.isolation.walk import Address, addresses

DAYS = 24  # long enough for won deals, short enough to be lived through in six seconds
HOLE = re.compile(r"<(?:\w+:)?(\w+)>")
THRESHOLD = ("scoring", "threshold")
MINUTES = ("seams", {"key": "marketing_to_sales"}, "answer_minutes")
SIGNERS = ("ada", "vera")
LEADS = b"Name,Email,Company,Employees\nPia Horn,pia@horn.example,Horn AG,120\nNo Address,nothing,Horn AG,many\n"
# Who opens what; Ada, who may everything, opens the rest, and whatever only some of the readers may change.
READERS = {"edit": "ada", "inbox": "rick", "tasks": "mona", "team": "mona", "scorecard": "vera", "funnel": "vera"}


@dataclass(frozen=True)
class Sight:
    """One page as somebody opens it; `is_first` of its kind is looked at in every look."""

    path: str
    reader: str
    is_first: bool


def live(now: datetime) -> Workspace:
    """The sample company's last weeks, then imports, a change in every state, an invitation, a key, time off."""
    workspace = sample.load(now, say=lambda words: None, days=DAYS)
    with workspace_scope(workspace):
        people = {member.email.partition("@")[0]: member for member in Member.objects.select_related("workspace")}
        ada = people["ada"]
        for step in ("left", "mapped", "run"):
            job = opening.receive(file_name=f"{step}.csv", content=LEADS, target="leads", by=ada, at=now)
            if step == "run":
                starting.start(job, by=ada, at=now)
        invite(email="ann@new.example", by=ada, at=now)
        issue_key(name="Website", scopes=["records:write"], by=ada, at=now)
        day = timedelta(days=1)
        add_time_off(people["rosa"], starts_at=now + day, ends_at=now + 3 * day, note="Moving", by=ada, at=now)
        for minutes, title in ((180, "Answer within three hours"), (200, "A little sooner"), (150, "Hurry")):
            change = drafting.draft(ada, title=title, reason="Leads cool", edits=[(MINUTES, minutes)], at=now)
            submitting.submit(change, by=ada, at=now)
    run_imports()
    run_impacts()
    with workspace_scope(workspace):
        ada, vera = (Member.objects.select_related("workspace").get(email=f"{who}@acme.example") for who in SIGNERS)
        turned_down, published, *_ = ChangeRequest.objects.filter(state="review").order_by("number")
        deciding.reject(turned_down, by=vera, at=now, note="Too small a step")
        deciding.approve(published, by=vera, at=now, note="Agreed in the weekly")
        publishing.publish(published, by=ada, at=now)  # overtakes the third
        drafting.draft(ada, title="Fewer, better leads", reason="", edits=[(THRESHOLD, 70), (MINUTES, 90)], at=now)
        asked = {
            "metrics": ["win_rate"],
            "period": "90d",
            "compare": "previous",
            "segment": "",
            "value": "",
            "filters": [],
        }
        board = make_board(board_of(workspace, now), name="Weekly", **asked, is_shared=True, by=ada, at=now)
        mail_board(board, "week", by=ada, at=now)
        write_mails(workspace, now + timedelta(days=8))
        for handoff in Handoff.objects.filter(number__in=_one_of_each(Handoff, "state")):
            said = {"name": "Plan.pdf", "kind": "application/pdf", "content": b"%PDF-", "size": 5}
            file = PacketFile.objects.create(record_id=handoff.record_id, item="plan", **said, by=ada, at=now)
            Handoff.objects.filter(pk=handoff.pk).update(packet={**handoff.packet, "plan": file.reference})
        reviewed = drafting.draft(ada, title="A higher bar", reason="Quality", edits=[(THRESHOLD, 75)], at=now)
        submitting.submit(reviewed, by=ada, at=now)
    run_impacts()
    with owner_cursor() as cursor:  # as a running server does by itself within a minute of so many new rows
        cursor.execute("analyze")
    return Workspace.objects.get(pk=workspace.pk)


def sights(workspace: Workspace) -> list[Sight]:
    """Every address below the workspace that answers GET, filled with what the workspace holds."""
    found = []
    with workspace_scope(workspace):
        nouns = _nouns(workspace)
        for address in addresses():
            if "get" in address.methods and address.route.startswith("w/"):
                found += _sights_of(address, workspace, nouns)
    return found


def _sights_of(address: Address, workspace: Workspace, nouns: dict[str, list[Any]]) -> Iterator[Sight]:
    steps = address.route.split("/")
    before = {HOLE.search(step)[1]: noun for noun, step in pairwise(steps) if HOLE.search(step) and noun != "w"}
    unknown = [noun for noun in before.values() if noun not in nouns]
    assert not unknown, f"{address}: tell tests/e2e/living.py what {unknown} may be"
    reader = next((who for step, who in READERS.items() if step in steps), "ada")
    choices = [nouns["drafts" if noun == "changes" and "edit" in steps else noun] for noun in before.values()]
    for turn, values in enumerate(product(*choices)):
        path = address.url(workspace.slug, **dict(zip(before, values, strict=True)))
        for asked in _asked(address.route, values, workspace):
            yield Sight(path + asked, reader, is_first=turn == 0)


def _asked(route: str, values: tuple[Any, ...], workspace: Workspace) -> Iterable[str]:
    """What is asked behind the question mark."""
    if route.endswith("/search/"):
        return ("?q=robotics&stay=1", "?q=nobody+at+all&stay=1")
    if route.endswith("/what-if/"):
        return ("?threshold=75",)
    if route.endswith("/line/"):
        return ("?prefix=entry&index=1",)
    if "/edit/<" in route:
        subjects = EDITORS[values[-1]].subjects(document_of(workspace.blueprint_version))
        return (f"?of={subjects[0].of}",) if subjects else ("",)
    return ("",)


def _nouns(workspace: Workspace) -> dict[str, list[Any]]:
    """By the step before a hole: the values it may have. The first stands for the others in the costly looks."""
    return {
        "records": _one_of_each(Record, "kind"),
        "accounts": _one_of_each(Account, "pk")[:1],
        "handoffs": _one_of_each(Handoff, "state"),
        "files": ["plan"],
        "tasks": _one_of_each(Task, "kind"),
        "changes": _one_of_each(ChangeRequest, "state"),
        "drafts": list(ChangeRequest.objects.filter(state="draft").values_list("number", flat=True)[:1]),
        "versions": [workspace.blueprint_version, 1],
        "imports": _one_of_each(Import, "state"),
        "people": [Member.objects.get(name="Rosa Marin").pk],
        "time-off": [TimeOff.objects.all()[0].pk],
        "invitations": [Invitation.objects.all()[0].pk],
        "pools": [pool["key"] for pool in document_of(workspace.blueprint_version)["pools"]],
        "teams": [Team.objects.order_by("key")[0].key],
        "seats": [Member.objects.get(name="Rosa Marin").pk],
        "keys": [ApiKey.objects.all()[0].pk],
        "edit": list(EDITORS),
        "boards": [MetricBoard.objects.get().number],
        "mails": [BoardMail.objects.all()[0].pk],
        "yields": [seam["key"] for seam in document_of(workspace.blueprint_version)["seams"]],
        "seams": [seam["key"] for seam in document_of(workspace.blueprint_version)["seams"]],
        "steps": ["lead", "mql"],
        "scorecard": [metric["key"] for metric in document_of(workspace.blueprint_version)["metrics"]],
    }


def _one_of_each(model: Any, field: str) -> list[int]:
    """The lowest number of each value of a field."""
    return [number for _, number in model.objects.values_list(field).annotate(low=Min("number")).order_by("low")]
