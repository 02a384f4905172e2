"""Founding a workspace, and changing what it goes by."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from core.errors import BadInput
from core.history.actions import record, tell
from core.people.functions import FOUNDED
from core.people.limits import counted
from core.people.models import Member, Team, User, Workspace
from core.people.permissions import permit
from core.tenancy.regions import CURRENCIES, check_zone
from core.tenancy.scope import workspace_scope

LEAST_LOG_DAYS, MOST_LOG_DAYS = 180, 3_650  # what happened half a year ago may still have to be found out
MOST_A_DAY = 20  # workspaces one person founds: each is some seconds of work and a blueprint of its own
RESERVED_SLUGS = {"new", "api", "admin", "static", "health", "accounts", "join"}


def found_workspace(
    *, name: str, slug: str = "", founder: User, at: datetime, time_zone: str = "UTC", currency: str = "USD"
) -> Workspace:
    """Make a workspace with its founder as owner, its first teams, and version 1 of its blueprint.

    It begins in setup mode: the founder is alone, and everybody who comes sees that."""
    slug = slugify(slug or name)[:50]
    if not slug or slug in RESERVED_SLUGS:
        raise BadInput("Choose a name with letters or digits in it.", field="slug")
    if Workspace.objects.filter(slug=slug).exists():
        raise BadInput("This address is taken.", code="slug_taken", field="slug")
    check_zone(time_zone)
    if counted("founding", str(founder.pk), timedelta(days=1)) > MOST_A_DAY:
        raise BadInput(f"{MOST_A_DAY} workspaces a day are enough for one person.", code="too_many_workspaces")
    workspace = Workspace.objects.create(
        name=name, slug=slug, time_zone=time_zone, currency=currency.upper(), setup_since=at, created_at=at
    )
    settle(workspace, founder, founder.email, at)
    return workspace


def settle(workspace: Workspace, founder: User, email: str, at: datetime) -> Member:
    """The founder as its owner, one team per function, and version 1 of its blueprint."""
    with workspace_scope(workspace):
        name = founder.name or email
        owner = Member.objects.create(user=founder, role=Member.Role.OWNER, name=name, email=email, joined_at=at)
        for function in FOUNDED:
            Team.objects.create(key=function.value.replace("_", "-"), name=function.label, function=function)
        record("workspace.created", workspace, at=at, actor=owner, facts={"name": workspace.name})
        record("workspace.setup_began", workspace, at=at, actor=owner)
        tell("workspace.created", workspace=workspace, founder=owner, at=at)
    return owner


@transaction.atomic
def change_workspace(
    workspace: Workspace,
    *,
    name: str,
    time_zone: str,
    currency: str,
    security_log_days: int | None,
    by: Member,
    at: datetime,
) -> Workspace:
    """Another name, time zone, currency or time for which the security log is kept (None: for good). What stays is not
    judged again.

    With another time zone every day has other bounds: a trigger marks those of the scorecard (scorecard, 0003), and
    records are asked anew, since their days begin at other moments.
    Raises NotPermitted, BadInput."""
    permit(by, "workspace.manage")
    present = Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)
    wanted: dict[str, Any] = {"name": name.strip(), "time_zone": time_zone, "currency": currency.upper()}
    wanted["security_log_days"] = security_log_days
    changed = {key: value for key, value in wanted.items() if value != getattr(present, key)}
    if not wanted["name"]:
        raise BadInput("A workspace needs a name.", field="name")
    if "time_zone" in changed:
        check_zone(time_zone)
    if changed.get("currency", CURRENCIES[0]) not in CURRENCIES:
        raise BadInput("There is no such currency.", code="unknown_currency", field="currency")
    if security_log_days is not None and not LEAST_LOG_DAYS <= security_log_days <= MOST_LOG_DAYS:
        sentence = f"Between {LEAST_LOG_DAYS} and {MOST_LOG_DAYS:,} days, or for good."
        raise BadInput(sentence, code="out_of_bounds", field="security_log_days")
    if changed:
        before = {key: getattr(present, key) for key in changed}
        for key, value in changed.items():
            setattr(present, key, value)
        present.save(update_fields=list(changed))
        record("workspace.changed", present, at=at, actor=by, facts={"from": before, "to": changed})
        if "time_zone" in changed:
            tell("workspace.zone_changed", workspace=present, at=at)
    return present
