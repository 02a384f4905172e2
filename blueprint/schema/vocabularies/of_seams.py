"""Words of seams: rungs, receivers, reasons and packets."""

from blueprint.schema.vocabularies.of_records import Category
from blueprint.schema.vocabularies.vocabulary import Vocabulary


class LadderAction(Vocabulary):
    """What a rung of a ladder does."""

    WARN = "warn", "Remind or tell somebody"
    TASK = "task", "Make a task"
    REASSIGN = "reassign", "Give it to somebody else"
    QUEUE = "queue", "Put it back into the queue"
    RAISE = "raise", "Raise it to who is above"
    PRIORITY = "priority", "Raise its priority"
    AWAY = "away", "Set somebody unavailable"
    SET = "set", "Change a property"


class RungTarget(Vocabulary):
    """Whom a rung is about."""

    USUAL = "usual", "As usual for the action"
    ASSIGNEE = "assignee", "Whoever has it"
    MANAGER = "manager", "The team's manager"
    DEPUTY = "deputy", "The deputy of whoever has it"
    OWNER = "owner", "The owner of the seam"
    PERSON = "person", "One person"
    ROLE = "role", "A role"


class RoutingTarget(Vocabulary):
    """Who receives by a routing rule."""

    NAMED_ACCOUNT = "named_account", "The named account's owner"
    POOL = "pool", "A pool, in turns"
    TERRITORY = "territory", "The territory it falls into"
    ACCOUNT_OWNER = "account_owner", "The account's owner"
    RECORD_OWNER = "record_owner", "The record's owner"
    MEMBER = "member", "One person"


class AccountKeeping(Vocabulary):
    """Whether who receives becomes the owner of the company on their side."""

    NEVER = "never", "No"
    WHERE_NONE = "where_none", "Where it has no owner on their side"
    ALWAYS = "always", "Always, in place of who owned it"


class PoolStrategy(Vocabulary):
    """Who of a pool is next."""

    SMOOTH = "smooth", "In turns, by weight"
    FEWEST_OPEN = "fewest_open", "Whoever has the fewest open handoffs"
    HEAVIEST = "heaviest", "The greatest weight first, as far as there is room"
    NAMED = "named", "One person first, as far as there is room; then in turns"


class ReasonPurpose(Vocabulary):
    """When a reason is asked for."""

    REJECT = "reject", "A handoff is rejected"
    LOSS = "loss", "A deal is lost"
    OVERRIDE = "override", "A gate is passed over"
    PAUSE = "pause", "A clock is paused"


class OpenClocks(Vocabulary):
    """What becomes of clocks that run when their seam's times change."""

    KEEP = "keep", "They stay as they are"
    RECALCULATE = "recalculate", "They are counted anew, from when each began"
    RESTART = "restart", "They begin anew when it is published"


class WhenAway(Vocabulary):
    """What becomes of the handoffs of somebody who is away."""

    RUN = "run", "Their clocks go on"
    PAUSE = "pause", "Their clocks stand still until they are back"
    HAND_ON = "hand_on", "The next in turn gets them: what is due later, within a working day before"
    DEPUTY = "deputy", "Their deputy gets them when the absence begins, else the next in turn"


class PacketType(Vocabulary):
    """How an item of a packet is answered."""

    LONG = "long", "Several lines"
    TEXT = "text", "One line"
    CHOICE = "choice", "One of some options"
    DATE = "date", "Day"
    LINK = "link", "Web address"
    PERSON = "person", "Somebody of the workspace"
    PROMISES = "promises", "Promises, one a line"
    PEOPLE = "people", "People with their roles, one a line"
    FILE = "file", "File"


class PlaybookStart(Vocabulary):
    """What begins a playbook."""

    STAGE = "stage", "A record enters a stage"
    DATE = "date", "It is so many days before or after a date"
    CRITERIA = "criteria", "Its criteria are met"


class PlaybookEnd(Vocabulary):
    """What stops a playbook that is not done."""

    CLOSED = "closed", "The record is closed"
    STAGE = "stage", "The record leaves the stage where it began"


class PlaybookRole(Vocabulary):
    """Whose task a step is. Where nobody is there, it goes to who is above."""

    OWNER = "owner", "The record's owner"
    MANAGER = "manager", "The owner's manager"
    SEAM_OWNER = "seam_owner", "A seam's owner"
    TEAM = "team", "Somebody of a function, whoever has the fewest tasks"


class Disposition(Vocabulary):
    """What a reason for rejecting does with the record."""

    RECYCLE = "recycle", "Recycle the record"
    RETURN = "return", "Return it to the sender"
    ROUTE = "route", "Route it to somebody else"
    DISQUALIFY = "disqualify", "Disqualify the record"
    LOSE = "lose", "Count the record as lost"
    NONE = "none", "Nothing"

    @property
    def category(self) -> Category | None:
        """Where the record goes: the first stage of this category in its pipeline, whatever the stage is called."""
        found = {"recycle": Category.RECYCLED, "disqualify": Category.DISQUALIFIED, "lose": Category.LOST}
        return found.get(self.value)
