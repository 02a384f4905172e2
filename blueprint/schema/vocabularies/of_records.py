"""Words of records: kinds, stages, scores and touches."""

from blueprint.schema.vocabularies.vocabulary import Vocabulary


class RecordKind(Vocabulary):
    """What a record is at this point of the journey."""

    LEAD = "lead", "Lead"
    OPPORTUNITY = "opportunity", "Opportunity"
    CUSTOMER = "customer", "Customer"


class Category(Vocabulary):
    """What being in a stage means for the record."""

    OPEN = "open", "Open"
    WON = "won", "Won"
    LOST = "lost", "Lost"
    DISQUALIFIED = "disqualified", "Disqualified"
    RECYCLED = "recycled", "Recycled"


class Forecast(Vocabulary):
    """How the forecast counts a stage."""

    OMITTED = "omitted", "Left out"
    PIPELINE = "pipeline", "Pipeline"
    BEST_CASE = "best_case", "Best case"
    COMMIT = "commit", "Commit"
    CLOSED = "closed", "Closed"


class ScoreGroup(Vocabulary):
    """Which of the two sums a score rule adds to."""

    FIT = "fit", "Fit"
    BEHAVIOUR = "behaviour", "Behaviour"


class TouchKind(Vocabulary):
    """What somebody did with a record."""

    CALL = "call", "Call"
    EMAIL = "email", "E-mail"
    MEETING = "meeting", "Meeting"
    NOTE = "note", "Note"


class TouchDirection(Vocabulary):
    """Who reached for whom."""

    OUTBOUND = "outbound", "From us"
    INBOUND = "inbound", "From them"
