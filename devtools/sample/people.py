"""Who works at the sample company, and in which team."""

from datetime import datetime

from allauth.account.models import EmailAddress

from core.people.actions import found_workspace
from core.people.functions import Function
from core.people.models import Member, Team, TeamSeat, User, Workspace
from core.tenancy.scope import workspace_scope

SLUG = "acme"
PASSWORD = "revops-sample-1"

# name, first name, role, team: the four of `SIGN_INS` and their colleagues
PEOPLE = (
    ("Ada Lindqvist", "ada", "owner", None),
    ("Rick Okafor", "rick", "rep", "sales-north"),
    ("Mona Haddad", "mona", "manager", None),
    ("Vera Castellano", "vera", "leader", None),
    ("Dana Whitfield", "dana", "rep", "marketing"),
    ("Rosa Marin", "rosa", "rep", "sales-north"),
    ("Sam Kowalski", "sam", "rep", "sales-south"),
    ("Priya Nair", "priya", "rep", "sales-south"),
    ("Noah Berg", "noah", "manager", None),
    ("Cleo Fontaine", "cleo", "rep", "customer-success"),
    ("Ines Duarte", "ines", "rep", "customer-success"),
)
SIGN_INS = tuple(
    (f"{first}@acme.example", PASSWORD, what)
    for first, what in (
        ("ada", "RevOps admin: blueprint, changes, imports"),
        ("rick", "sales rep: inbox"),
        ("mona", "sales manager: team, escalation tasks"),
        ("vera", "leader: scorecard, funnel, approvals"),
    )
)
TEAMS = (  # key, name, function, region, manager
    ("marketing", "Demand generation", Function.MARKETING, "", "mona"),
    ("sales-north", "Sales North", Function.SALES, "North", "mona"),
    ("sales-south", "Sales South", Function.SALES, "South", "noah"),
    ("customer-success", "Customer success", Function.CUSTOMER_SUCCESS, "", "noah"),
)


def settle_in(at: datetime) -> tuple[Workspace, dict[str, Member]]:
    """Founder, teams, colleagues and their seats."""
    name, first, *_ = PEOPLE[0]
    founder = User.objects.create_user(f"{first}@acme.example", PASSWORD, name=name)
    same = {"password": founder.password}  # one hash for all: making a good one takes a third of a second
    workspace = found_workspace(
        name="Acme Robotics", slug=SLUG, founder=founder, at=at, time_zone="Europe/Berlin", currency="EUR"
    )
    with workspace_scope(workspace):
        people = {first: Member.objects.get(user=founder)}
        for name, first, role, _ in PEOPLE[1:]:
            user = User.objects.create(email=f"{first}@acme.example", name=name, **same)
            people[first] = Member.objects.create(user=user, role=role, name=name, email=user.email, joined_at=at)
        EmailAddress.objects.bulk_create(
            EmailAddress(user_id=each.user_id, email=each.email, verified=True, primary=True)
            for each in people.values()
        )
        Team.objects.filter(function__in=[Function.MARKETING, Function.SALES, Function.CUSTOMER_SUCCESS]).delete()
        for key, label, function, region, manager in TEAMS:
            Team.objects.create(key=key, name=label, function=function, region=region, manager=people[manager])
        for _, first, _, team in PEOPLE:
            if team:
                TeamSeat.objects.create(team=Team.objects.get(key=team), member=people[first], cap=40)
    return workspace, people
