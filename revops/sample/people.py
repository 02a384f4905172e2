"""Who works at the sample company, and in which team."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from core.people.actions import found_workspace, settle
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


def with_sign_ins(at: datetime) -> tuple[Workspace, dict[str, Member]]:
    """A workspace of its own, whose people can sign in: for who works on the product."""
    name, first, *_ = PEOPLE[0]
    founder = User.objects.create_user(f"{first}@acme.example", PASSWORD, name=name)
    workspace = found_workspace(
        name="Acme Robotics", slug=SLUG, founder=founder, at=at, time_zone="Europe/Berlin", currency="EUR"
    )
    with workspace_scope(workspace):
        ada = Member.objects.get(user=founder)
    # one hash for all: making a good one takes a third of a second
    return workspace, _join(workspace, ada, at, lambda first: f"{first}@acme.example", password=founder.password)


def made_up(workspace: Workspace, at: datetime) -> dict[str, Member]:
    """People of a sample company in which nobody can sign in: their accounts name it, and go with it."""
    name, first, *_ = PEOPLE[0]
    account = lambda first: f"{first}@{workspace.pk}.invalid"  # noqa: E731
    founder = User.objects.create(email=account(first), name=name, password=make_password(None), is_active=False)
    ada = settle(workspace, founder, f"{first}@acme.example", at)
    return _join(workspace, ada, at, account, password=founder.password, is_active=False)


def _join(
    workspace: Workspace, ada: Member, at: datetime, account: Callable[[str], str], **same: Any
) -> dict[str, Member]:
    """Teams, colleagues and their seats."""
    with workspace_scope(workspace):
        people = {PEOPLE[0][1]: ada}
        for name, first, role, _ in PEOPLE[1:]:
            user = User.objects.create(email=account(first), name=name, **same)
            email = f"{first}@acme.example"
            people[first] = Member.objects.create(user=user, role=role, name=name, email=email, joined_at=at)
        EmailAddress.objects.bulk_create(
            EmailAddress(user_id=each.user_id, email=account(first), verified=True, primary=True)
            for first, each in people.items()
        )
        Team.objects.filter(function__in=[Function.MARKETING, Function.SALES, Function.CUSTOMER_SUCCESS]).delete()
        for key, label, function, region, manager in TEAMS:
            Team.objects.create(key=key, name=label, function=function, region=region, manager=people[manager])
        for _, first, _, team in PEOPLE:
            if team:
                TeamSeat.objects.create(team=Team.objects.get(key=team), member=people[first], cap=40)
    return people
