"""Publishing: one transaction writes the next version, its rows, and one event."""

from collections.abc import Iterable
from datetime import datetime
from operator import attrgetter

from django.db import connection, transaction

from blueprint.configuration import write_rows
from blueprint.documents import blueprint_of, publishing
from blueprint.models import BlueprintVersion
from blueprint.schema import Blueprint
from core.errors import RuleSaysNo, WorldMovedOn
from core.history.actions import record, record_all, running_version, tell
from core.people.models import Member, Workspace
from core.people.permissions import PERMITS, permit
from core.sql import load
from governance.actions.placing_seats import place_seats
from governance.actions.placing_teams import place_teams
from governance.actions.setting_up import approve_alone
from governance.actions.submitting import refuse_overtaken
from governance.models import ChangeRequest
from governance.queries.said_teams import seats_to_be
from governance.queries.workspace_facts import teams_on
from handoffs.actions.gone_clocks import end_gone_clocks
from handoffs.actions.retiming_work import try_retiming_again
from handoffs.actions.seam_rows import rows_of_seams
from handoffs.models import Retiming
from lifecycle.actions.stage_rows import rows_of_stages
from scorecard.actions.metric_rows import rows_of_metrics

State = ChangeRequest.State
READERS = sorted(PERMITS["version.acknowledge"][0])
TELL_READERS = load("governance", "tell_readers")
TEAMS = attrgetter("function_labels", "team_regions", "team_seats")


@transaction.atomic
def publish(change: ChangeRequest, *, by: Member, at: datetime) -> BlueprintVersion:
    """Make an approved request the next version; requests under way on the former version go stale. In setup mode, one
    in review as well, by who is alone.

    Two publish at once: the second waits for the first and is told that the world moved on."""
    permit(by, "change.publish")
    workspace = Workspace.objects.select_for_update().get(pk=change.workspace_id)
    change.refresh_from_db(from_queryset=ChangeRequest.objects.select_for_update())
    if change.state == State.STALE:
        refuse_overtaken(change)
    if change.state == State.REVIEW and workspace.setup_since is not None:
        refuse_overtaken(change)
        approve_alone(change, by=by, at=at)
    if change.state != State.APPROVED:
        raise WorldMovedOn(f"This change request is {change.get_state_display().lower()}, not approved.")
    refuse_overtaken(change)
    return write_version(workspace, change, by=by, at=at)


def retime_again(change: ChangeRequest, *, by: Member, at: datetime) -> None:
    """Let a worker go on with the open clocks that follow the change, where it failed. Raises NotPermitted, NotFound
    where no worker is asked."""
    permit(by, "change.publish")
    try_retiming_again(Retiming.objects.one(version=change.published_version), by=by)


def write_version(workspace: Workspace, change: ChangeRequest, *, by: Member | None, at: datetime) -> BlueprintVersion:
    """Make the approved request's document the next version, and its rows the published configuration. The transaction
    carries the request's id, which is what the guard on the configuration tables asks for."""
    document = change.document
    assert document is not None, "a request without a document cannot be approved"
    number = change.base_version + 1
    former = blueprint_of(workspace) if change.base_version else None
    publishing(workspace.pk, number)
    version = BlueprintVersion.objects.create(
        number=number,
        document=document,
        summary=change.title,
        change_request_id=change.pk,
        published_at=at,
        published_by=by,
    )
    with connection.cursor() as cursor:
        cursor.execute("select set_config('app.change_request', %s, true)", [str(change.pk)])
        blueprint = blueprint_of.parse(workspace.pk, document)
        for rows_of in (rows_of_stages, rows_of_seams, rows_of_metrics):
            for model, rows in rows_of(blueprint):
                write_rows(model, rows)
        cursor.execute("select set_config('app.change_request', '', true)")
    Workspace.objects.filter(pk=workspace.pk).update(blueprint_version=number)
    workspace.blueprint_version = number
    change.state, change.published_at, change.published_version = State.PUBLISHED, at, number
    change.save(update_fields=["state", "published_at", "published_version"])
    if TEAMS(blueprint) != (TEAMS(former) if former else None):
        _place(former, blueprint, by, at)
    with running_version(number):
        facts = {"version": number, "change": change.number, "kind": change.kind, "title": change.title}
        record("blueprint.published", version, at=at, actor=by, facts=facts)
        record("change.published", change, at=at, actor=by, facts=facts)
        _overtake(change, number, at)
        if former and any(seam.steps for seam in former.seams):
            end_gone_clocks(former, blueprint, number, by=by, at=at)
        if number > 1:  # there is nothing to read of the first
            TELL_READERS.run(number=number, title=change.title, roles=READERS, by=by.pk if by else None, at=at)
        tell("blueprint.published", workspace=workspace, version=version, change=change, by=by, at=at)
    return version


def _refuse_used_functions(former: Blueprint, gone: Iterable[str]) -> None:
    """No team may stand on a function that goes: one may have been made since the checks. The workspace is locked, and
    so it is where a team is made. Raises RuleSaysNo."""
    if found := teams_on(gone):
        key, names = next(iter(found.items()))
        said = f"{former.function_label(key)} is the side of {', '.join(names)}: give these another side first."
        raise RuleSaysNo(said, code="function_in_use", field=f"functions/{key}")


def _place(former: Blueprint | None, blueprint: Blueprint, by: Member | None, at: datetime) -> None:
    """Write to the teams what the version says otherwise of them: first their regions, then who sits there. Raises
    RuleSaysNo where one stands on a function that goes."""
    if former and (gone := former.function_labels.keys() - blueprint.function_labels.keys()):
        _refuse_used_functions(former, gone)
    placed = former.regions_by_team if former else {}
    if placed != blueprint.regions_by_team:
        place_teams(placed, blueprint.regions_by_team, by=by, at=at)
    named = former.team_seats if former else ()
    if to_be := seats_to_be(named, blueprint.team_seats):
        place_seats(to_be, named_before={each.team for each in named}, by=by, at=at)


def _overtake(change: ChangeRequest, number: int, at: datetime) -> None:
    """Requests in review or approved on an older version go stale; drafts are brought up to date by their authors."""
    overtaken = list(
        ChangeRequest.objects.select_for_update()
        .filter(state__in=[State.REVIEW, State.APPROVED], base_version__lt=number)
        .exclude(pk=change.pk)
    )
    ChangeRequest.objects.filter(pk__in=[each.pk for each in overtaken]).update(state=State.STALE, decided_at=at)
    facts = {"by_version": number}
    record_all([("change.overtaken", each._meta.model_name or "", each.pk, None, facts) for each in overtaken], at=at)
