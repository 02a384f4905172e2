"""One row of every noun that an address can name, with a number and a key of their own."""

from blueprint.documents import blueprint_of
from core.notices.models import Notice, NoticeDelivery, NoticeWishes
from core.people.models import Invitation, Member, Team, Workspace
from core.tenancy.scope import workspace_scope
from governance.models import ChangeRequest
from handoffs.models import BulkDeed, Clock, Commitment, Handoff, HandoverPlan, PlaybookRun, RunStep, Seam, Task
from imports.opening import receive
from integrations.models import SlackConnection, SlackPerson
from lifecycle.models import Account, Import, Record
from scorecard.models import MetricBoard
from tests.cast import MONDAY_10

LEADS = b"Email,Name,Lead Source\nann@initech.example,Ann,Google\nbob@initech.example,Bob,Direct\n"


def one_of_each(workspace: Workspace, member: Member, *, number: int, key: str) -> None:
    """Account, record, handoff, notice, task, promise, playbook, import, board, change `number`; team, invitation."""
    with workspace_scope(workspace):
        stage = blueprint_of(workspace).stages_by_path["lifecycle/mql"]
        account = Account.objects.create(number=number, name="Initech", name_key="initech")
        record = Record.objects.create(
            number=number, kind="lead", name="Peter", email="peter@initech.example", account=account,
            pipeline_id=stage.pipeline_id, stage_id=stage.id, opened_at=MONDAY_10, entered_stage_at=MONDAY_10,
        )  # fmt: skip
        handoff = Handoff.objects.create(
            number=number, seam=Seam.objects.all()[0], record=record, assignee=member, offered_at=MONDAY_10,
            due_at=MONDAY_10, blueprint_version=1,
        )  # fmt: skip
        Notice.objects.create(
            member=member, kind="offered", title="Peter", about="handoff", number=number, at=MONDAY_10
        )
        NoticeWishes.objects.create(member=member)
        NoticeDelivery.objects.create(member=member, notice_ids=[], made_at=MONDAY_10, due_at=MONDAY_10)
        SlackConnection.objects.create(token="v1:", signing_secret="v1:", connected_by=member, connected_at=MONDAY_10)
        SlackPerson.objects.create(member=member, slack_id=f"U{number}", looked_at=MONDAY_10)
        Clock.objects.create(
            handoff=handoff, kind="answer", member_id=member.pk, started_at=MONDAY_10, due_at=MONDAY_10
        )
        BulkDeed.objects.create(verb="recall", by=member, at=MONDAY_10, until_at=MONDAY_10)
        HandoverPlan.objects.create(member=member, kind="seat", at=MONDAY_10, by=member)
        Task.objects.create(number=number, kind="manual", title="Call", assignee=member)
        Commitment.objects.create(number=number, title="SSO", record=record, owner=member, created_at=MONDAY_10)
        run = PlaybookRun.objects.create(
            number=number, record=record, playbook="x", label="X", counts_from=MONDAY_10.date(), stage_id=stage.id,
            began_at=MONDAY_10,
        )  # fmt: skip
        RunStep.objects.create(
            run=run, record=record, key="x", label="X", position=0, due_on=MONDAY_10.date(), due_at=MONDAY_10,
            comes_at=MONDAY_10,
        )  # fmt: skip
        admin = Member.objects.get(role="owner")
        admin.workspace = workspace
        job = receive(file_name="leads.csv", content=LEADS, by=admin, at=MONDAY_10)
        Import.objects.filter(pk=job.pk).update(number=number)
        ChangeRequest.objects.create(number=number, title="More", base_version=1, author=member)
        MetricBoard.objects.create(
            number=number, name="Mine", owner=member, metrics=["win_rate"], period="90d", compare="previous"
        )
        Team.objects.create(key=key, name=key.replace("-", " "), function="sales")
        Invitation.objects.create(email="x@y.example", token_hash="0", invited_by=member, expires_at=MONDAY_10)
