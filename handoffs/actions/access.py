"""Taking a handoff in hand: locked, still open, and by somebody who may."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, Subquery

from blueprint.documents import blueprint_of
from blueprint.schema import Blueprint, SeamTerms
from core.errors import NotPermitted
from core.people.models import Member, Team, TeamSeat, Workspace
from core.people.permissions import LEADS
from handoffs.actions.reach import reach_of
from handoffs.actions.scanning import take_due_steps
from handoffs.models import Assignment, Clock, Handoff
from handoffs.refused import HandoffAlreadyAnswered
from lifecycle.actions.entering import moment_of
from lifecycle.models import Record


@dataclass(frozen=True)
class InHand:
    """A locked handoff, who acts on it and when, and the definitions in force."""

    handoff: Handoff
    by: Member
    at: datetime
    workspace: Workspace
    lifecycle: Blueprint
    seam: SeamTerms


def hold(handoff: Handoff, *, by: Member, at: datetime, must_be_open: bool = True) -> InHand:
    """Lock the handoff, and read it then with what it points at: a join made while waiting would show the old people.

    Its record is locked first, as by everybody who moves, touches or offers one: two who answer and move at once wait
    for each other and never in a circle. The handoff is locked without touching its key, so that rows pointing at it
    need not wait. Steps of an open one that fell due and that no scan has seen yet are taken first: also those that
    pass it on to somebody else.

    The moment is `at`, but never before the last assignment began or the record was last written: while we waited for
    the lock others wrote, perhaps with a later moment than ours. Raises HandoffAlreadyAnswered."""
    Record.objects.select_for_update().only("pk").get(pk=handoff.record_id)
    locked = (
        Handoff.objects.select_for_update(no_key=True).only("state").annotate(is_due=_is_due(at)).get(pk=handoff.pk)
    )
    is_open = locked.state == Handoff.State.OFFERED
    if is_open and locked.is_due:
        take_due_steps([handoff.pk], at)
    began = Assignment.objects.filter(handoff=OuterRef("pk"), ended_at__isnull=True).values("at")
    related = ("workspace", "assignee", "record__stage", "record__account")
    present = Handoff.objects.select_related(*related).annotate(began_at=Subquery(began)).get(pk=handoff.pk)
    if must_be_open and not is_open:
        raise HandoffAlreadyAnswered(present)
    moment = max(moment_of(present.record, at), present.began_at or present.offered_at)
    workspace = present.workspace
    return InHand(present, by, moment, workspace, blueprint_of(workspace), seam_in_force(workspace, present))


def _is_due(at: datetime) -> Exists:
    """Whether a step of a handoff is due."""
    return Exists(Clock.objects.filter(handoff=OuterRef("pk"), next_rung_at__lte=at))


def hold_to_answer(handoff: Handoff, *, by: Member, at: datetime) -> InHand:
    """Lock it for the assignee's answer, or that of whoever leads them; what waits in a queue, anybody of its side.

    Raises NotPermitted, HandoffAlreadyAnswered."""
    held = hold(handoff, by=by, at=at)
    if is_theirs(held.handoff, by):
        return held
    assignee = held.handoff.assignee
    whose = assignee.name if assignee else "the receiving team"
    raise NotPermitted(f"This handoff is for {whose} to answer.", code="not_yours", facts={"assignee": whose})


def is_theirs(handoff: Handoff, member: Member) -> bool:
    """Whether it is the member's to answer, if their role answers at all. What waits in a queue is for the side of its
    pool, whom it would be given to. No query where it is with the member or another rep, else as `reach_of`."""
    if handoff.assignee_id is not None and (handoff.assignee_id == member.pk or member.role not in LEADS):
        return handoff.assignee_id == member.pk
    return reach_of(member, [handoff.pk]).may_answer(handoff)


def may_fill(seam: SeamTerms, member: Member, named: Collection[UUID | None], holder_id: UUID | None = None) -> bool:
    """Whether the member may fill a packet of this seam: who leads, who is of the sending function, who is `named` for
    having offered the record or owning it; and a program, which somebody who leads set up. Never whoever received it:
    what they write themselves, nobody told them. One query for whoever does not lead."""
    if member.role in LEADS or member.kind != Member.Kind.PERSON:
        return True
    if member.pk == holder_id:
        return False
    sides = sides_of(member)
    return seam.from_function in sides or (member.pk in named and seam.to_function not in sides)


def may_offer(seam: SeamTerms, member: Member, record: Record) -> bool:
    """Whether the member may offer this record by hand: who may fill the packet of one that they own or offered before.
    Two queries for whoever does not lead."""
    if may_fill(seam, member, {record.owner_id}):
        return True
    former = Handoff.objects.filter(record=record, seam_id=seam.id, offered_by=member).exists()
    return former and may_fill(seam, member, {member.pk})


def sides_of(member: Member) -> set[str]:
    """The functions of the teams that a member sits in or manages. One query."""
    seats = TeamSeat.objects.filter(member=member).values("team")
    return set(Team.objects.filter(Q(manager=member) | Q(pk__in=seats)).values_list("function", flat=True))


def seam_in_force(workspace: Workspace, handoff: Handoff) -> SeamTerms:
    """The seam as it is now, for answering by; one that was retired since, as it was when the handoff was offered."""
    return blueprint_of(workspace).seams_by_id.get(handoff.seam_id) or handoff.seam_terms
