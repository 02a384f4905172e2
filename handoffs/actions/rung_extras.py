"""What a rung asks beyond the usual: its condition, whom it names, and the property it changes."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from blueprint.documents import blueprint_of
from blueprint.expressions.fields import Catalogue
from blueprint.expressions.source import BadExpression
from blueprint.expressions.to_sql import to_sql
from core.errors import RuleSaysNo
from core.people.models import Member, Workspace
from core.people.permissions import may
from core.sql import Fragment, SqlFile, load
from core.tenancy.scope import current_id
from handoffs.actions.changing_hands import DueStep
from handoffs.handoff_columns import COLUMNS
from handoffs.models import Escalation
from handoffs.rules.routing import ANSWERING_ROLES
from lifecycle.actions.intake import take_in
from lifecycle.intake.batch_rows import Incoming
from lifecycle.models import Record

RUNGS_MET = load("handoffs", "rungs_met")
TASKS_MADE = load("handoffs", "tasks_made")
RUNG_RECEIVERS = load("handoffs", "rung_receivers")
SKIPPED = {False: Escalation.Skipped.UNMET, None: Escalation.Skipped.UNKNOWN}
Asked = tuple[UUID, UUID, datetime]  # by which key, about which handoff or record, at which moment


def skipped_among(due: Sequence[DueStep]) -> dict[UUID, str]:
    """Which of these steps are passed over, by clock, and why: the condition is judged at the moment the step fell due.
    No query where none asks for anything, else one for each condition."""
    skipped: dict[UUID, str] = {}
    asking: dict[tuple[int, str], list[DueStep]] = defaultdict(list)
    unless = []
    for each in due:
        if each.said is None or ("condition" not in each.terms and "unless" not in each.terms):
            continue
        if condition := each.terms.get("condition"):
            asking[each.version, condition].append(each)
        else:
            unless.append(each.clock_id)
    for (version, condition), steps in asking.items():
        catalogue = blueprint_of.at(current_id(), version).ladder_catalogue
        asked = [(each.clock_id, each.id, each.due) for each in steps]
        for clock_id, is_met in judged(condition, catalogue, asked):
            if not is_met:
                skipped[clock_id] = SKIPPED[is_met].value
    if unless:
        skipped |= {clock_id: Escalation.Skipped.MADE.value for (clock_id,) in TASKS_MADE.rows(clocks=unless)}
    return skipped


def judged(condition: str, catalogue: Catalogue, asked: Sequence[Asked]) -> Iterable[tuple[UUID, bool | None]]:
    """Whether a condition is met, by key, for each handoff at its moment, as its record is now; None where that is not
    known. One query."""
    keys, handoffs, moments = zip(*asked, strict=True)
    return _met(condition, catalogue).rows(keys=[*keys], handoffs=[*handoffs], moments=[*moments])


@lru_cache(maxsize=256)
def _met(condition: str, catalogue: Catalogue) -> SqlFile:
    """The statement that judges one condition; one that can no longer be read is known of no record."""
    try:
        test = to_sql(condition, catalogue, columns=COLUMNS, now_sql="asked.moment")
    except BadExpression:
        return RUNGS_MET.fill(condition="null::boolean")
    return RUNGS_MET.fill(condition=Fragment.of("tested", test))


def named_receivers(late: Iterable[DueStep], at: datetime) -> dict[UUID, list[UUID]]:
    """Who may be given each handoff whose step names somebody, by clock: who is here and may answer, in order. One
    query, none where no step names anybody."""
    naming = [each.clock_id for each in late if "target" in each.terms]
    if not naming:
        return {}
    return dict(RUNG_RECEIVERS.rows(clocks=naming, at=at, answering_roles=ANSWERING_ROLES))  # type: ignore[arg-type]


def held_for_change(due: Sequence[DueStep]) -> list[DueStep]:
    """These steps without those that change a property of a record somebody else is writing to: the next scan finds
    them again. The records of the others are held. One query, none where no step changes a property."""
    changing = [each.id for each in due if each.action == "set"]
    if not changing:
        return list(due)
    found = Record.objects.filter(handoffs__in=changing).order_by("pk")
    held = set(found.select_for_update(of=("self",), no_key=True, skip_locked=True).values_list("pk", flat=True))
    free = set(Record.objects.filter(pk__in=held).values_list("handoffs__pk", flat=True))
    return [each for each in due if each.action != "set" or each.id in free]


def change_properties(due: Sequence[DueStep]) -> None:
    """Write what these steps say of their records, through the same intake as everybody: in the name of the seam's
    owner, who answers for its ladder, or of the workspace's. Raises RuleSaysNo naming the first that is refused."""
    by_owner: dict[str, list[DueStep]] = defaultdict(list)
    for each in due:
        by_owner[each.seam.owner].append(each)
    for email, steps in by_owner.items():
        _change(steps, _writer(email), steps[0].at)


def _change(steps: Sequence[DueStep], by: Member, at: datetime) -> None:
    workspace = Workspace.objects.get(pk=current_id())
    records = {pk: (record, kind) for pk, record, kind in _records_of(steps)}
    rows = []
    for line, each in enumerate(steps, 1):
        record_id, kind = records[each.id]
        said: dict[str, Any] = {"core": {}, "properties": {each.terms["property"]: each.terms["value"]}}
        rows.append(Incoming(line, kind, "", **said, record_id=record_id))
    outcome = take_in(workspace, rows, by=by, at=at, cause="edit")
    for refused in outcome.rejected:
        raise RuleSaysNo(f"The ladder changes a property: {refused.detail}", code=refused.code, field=refused.field)
    if outcome.held:
        raise RuleSaysNo("The ladder changes a property that another system owns.", code="owned_elsewhere")


def _records_of(steps: Sequence[DueStep]) -> Iterable[tuple[UUID, UUID, str]]:
    found = Record.objects.filter(handoffs__in=[each.id for each in steps])
    return found.values_list("handoffs__pk", "pk", "kind")


def _writer(email: str) -> Member:
    """The seam's owner where they may write, else the workspace's owner. One query."""
    people = Member.objects.filter(is_active=True, kind=Member.Kind.PERSON).order_by("joined_at")
    able = [each for each in people.filter(role=Member.Role.OWNER) | people.filter(email=email or "-")]
    return next((each for each in able if each.email == email and may(each, "record.write")), None) or next(
        each for each in able if each.role == Member.Role.OWNER
    )
