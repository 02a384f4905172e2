"""What pages, the API and the higher apps want to know about handoffs."""

from handoffs.queries.inbox import (
    card_for,
    handoff_for,
    handoff_page,
    inbox,
    open_handoffs,
    task_for,
    tasks_of,
)
from handoffs.queries.limbo import (
    CAUSES,
    Limbo,
    LimboCard,
    LimboItem,
    limbo_card,
    limbo_counts,
    limbo_items,
    limbo_page,
)
from handoffs.queries.path import Hand, Passage, PathRung, WhyLine, passage_of, path_of, why_due
from handoffs.queries.questions import RoutingQuestion, RoutingQuestions, latest_questions, questions
from handoffs.queries.team import Load, load_of_team, overdue, waiting_for_somebody

__all__ = [
    "CAUSES",
    "Limbo",
    "LimboCard",
    "LimboItem",
    "limbo_card",
    "limbo_counts",
    "limbo_items",
    "limbo_page",
    "Hand",
    "Load",
    "Passage",
    "RoutingQuestion",
    "RoutingQuestions",
    "PathRung",
    "WhyLine",
    "card_for",
    "handoff_for",
    "handoff_page",
    "inbox",
    "latest_questions",
    "load_of_team",
    "open_handoffs",
    "overdue",
    "passage_of",
    "path_of",
    "questions",
    "task_for",
    "tasks_of",
    "waiting_for_somebody",
    "why_due",
]
