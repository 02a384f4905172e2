"""Connecting a workspace to its app in Slack, and ending that."""

from datetime import datetime

from django.db import transaction

from core.errors import BadInput, RuleSaysNo
from core.history.actions import record
from core.people.factors import lock
from core.people.models import Member
from core.people.permissions import permit
from integrations.models import SlackConnection, SlackPerson

BOT = "xoxb-"


@transaction.atomic
def connect_slack(token: str, signing_secret: str, *, by: Member, at: datetime) -> SlackConnection:
    """Keep the app's token and secret in place of former ones. Raises NotPermitted, BadInput, RuleSaysNo."""
    permit(by, "workspace.manage")
    if by.workspace.sample_of_id:
        raise RuleSaysNo("From a sample company no message goes out.", code="in_a_sample")
    if not token.startswith(BOT) or not token.isascii() or not token.isprintable():  # it goes into a header
        raise BadInput(f"The token of a bot begins with {BOT}.", field="token")
    if not (signing_secret.isalnum() and signing_secret.isascii()):
        raise BadInput("The signing secret is letters and digits, as the app's page shows it.", field="signing_secret")
    SlackPerson.objects.all().delete()  # of another app, they may be somebody else
    SlackConnection.objects.all().delete()
    kept: SlackConnection = SlackConnection.objects.create(
        token=lock(token), signing_secret=lock(signing_secret), connected_by=by, connected_at=at
    )
    record("slack.connected", kept, at=at, actor=by)
    return kept


@transaction.atomic
def disconnect_slack(*, by: Member, at: datetime) -> None:
    """Forget the app; nothing where there is none. Raises NotPermitted."""
    permit(by, "workspace.manage")
    kept = SlackConnection.objects.first()
    if kept is not None:
        SlackPerson.objects.all().delete()
        kept.delete()
        record("slack.disconnected", by.workspace, at=at, actor=by)
