"""The people of the tests, known by heart: Dana delivers, Rick receives, Mona manages, Vera reviews, at Acme.
Otto works at Globex and sees nothing."""

from dataclasses import dataclass
from datetime import UTC, datetime

from allauth.account.models import EmailAddress

from core.people.actions import found_workspace
from core.people.functions import Function
from core.people.models import Member, Team, TeamSeat, User, Workspace
from core.tenancy.scope import workspace_scope
from governance.actions.setting_up import end_setup

MONDAY_10 = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)  # a Monday morning inside office hours: 11:00 at Acme
# Nobody of the cast lives in UTC: a time that is told or read in it by mistake is then seen to be wrong.
ACMES_ZONE, GLOBEXS_ZONE = "Europe/Berlin", "Asia/Kolkata"
PASSWORD = "correct horse battery"


@dataclass
class Cast:
    """Acme and its people, and the stranger."""

    acme: Workspace
    ada: Member  # owner and RevOps admin
    dana: Member  # marketing rep: delivers
    rick: Member  # sales rep: receives
    rosa: Member  # sales rep: takes turns with Rick
    mona: Member  # sales manager
    cleo: Member  # customer success rep
    vera: Member  # leader: reviews and approves
    globex: Workspace
    otto: Member


def signed_up(email: str, name: str) -> User:
    """Somebody who can sign in and has proved their address."""
    user = User.objects.create_user(email, PASSWORD, name=name)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def join(workspace: Workspace, name: str, role: str, function: Function | None = None) -> Member:
    """A person with a sign-in, a membership, and a seat in their function's team."""
    email = f"{name.lower()}@{workspace.slug}.example"
    user = signed_up(email, name)
    with workspace_scope(workspace):
        member = Member.objects.create(user=user, role=role, name=name, email=email)
        if function:
            TeamSeat.objects.create(team=Team.objects.get(function=function), member=member)
    return member


def make_cast(at: datetime = MONDAY_10) -> Cast:
    """Found Acme and Globex, each with version 1 of its blueprint."""
    founder = signed_up("ada@acme.example", "Ada")
    acme = found_workspace(name="Acme", founder=founder, at=at, time_zone=ACMES_ZONE)
    join(acme, "Dana", "rep", Function.MARKETING)
    join(acme, "Rick", "rep", Function.SALES)
    join(acme, "Rosa", "rep", Function.SALES)
    mona = join(acme, "Mona", "manager")
    join(acme, "Cleo", "rep", Function.CUSTOMER_SUCCESS)
    vera = join(acme, "Vera", "leader")
    with workspace_scope(acme):
        end_setup(acme, by=vera, at=at)
        Team.objects.filter(function__in=[Function.SALES, Function.CUSTOMER_SUCCESS]).update(manager=mona)
    otto = signed_up("otto@globex.example", "Otto")
    found_workspace(name="Globex", founder=otto, at=at, time_zone=GLOBEXS_ZONE)
    return find_cast()


def find_cast() -> Cast:
    """Acme and Globex as they are in the database."""
    acme, globex = Workspace.objects.get(slug="acme"), Workspace.objects.get(slug="globex")
    people: dict[str, Member] = {}
    for workspace in (acme, globex):
        with workspace_scope(workspace):
            people |= {member.name.lower(): member for member in Member.objects.select_related("user")}
    return Cast(acme=acme, globex=globex, **people)
