"""The next step of whoever accepted a handoff: whom to call or write to, by when, and what can come of it."""

from dataclasses import dataclass
from datetime import datetime

from core.people.models import Member
from core.people.permissions import may
from handoffs.actions.taking_back import may_undo
from handoffs.models import Handoff
from handoffs.queries.inbox import handoff_for
from handoffs.rules import sla
from lifecycle.models import Record


@dataclass(frozen=True)
class OneKeyOutcome:
    """What came of a first step, logged by one key."""

    letter: str
    key: str
    label: str
    kind: str
    outcome: str
    icon: str


OUTCOMES = (
    OneKeyOutcome("c", "connected", "Connected", "call", "Connected", "phone"),
    OneKeyOutcome("n", "no_answer", "No answer", "call", "No answer", "phone-missed"),
    OneKeyOutcome("l", "message_left", "Left a message", "call", "Message left", "voicemail"),
    OneKeyOutcome("m", "meeting_set", "Meeting set", "meeting", "Meeting agreed", "calendar-check"),
    OneKeyOutcome("e", "mail_sent", "E-mail sent", "email", "Sent", "mail"),
)


@dataclass(frozen=True)
class NextStep:
    """What is to be done with an accepted handoff, and whether its acceptance can still be taken back."""

    handoff: Handoff
    record: Record
    phone: str
    touch: sla.Countdown | None
    outcomes: tuple[OneKeyOutcome, ...]
    may_task: bool
    may_undo: bool


def next_step_of(number: int, member: Member, at: datetime) -> NextStep:
    """Of a handoff by its number: about the record that accepting made, else its own. One query. Raises NotFound."""
    handoff = handoff_for(number)
    record = handoff.result or handoff.record
    touch = None
    if handoff.touch_due_at and handoff.state == Handoff.State.ACCEPTED:
        touch = sla.countdown(handoff.allowed.hours, handoff.touch_due_at, handoff.first_touched_at, at)
    phone = record.properties.get("phone") or handoff.record.properties.get("phone") or ""
    outcomes = OUTCOMES if may(member, "activity.log") else ()
    return NextStep(
        handoff, record, str(phone), touch, outcomes, may(member, "task.write"), may_undo(handoff, member, at)
    )
