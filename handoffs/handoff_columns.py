"""Where a condition over a handoff `h` and its record finds what it asks, for SQL."""

from lifecycle.facts import RECORD_SQL

COLUMNS = RECORD_SQL | {
    "handoff_hands": "h.clock_run",
    "handoff_priority": "h.priority",
    "handoff_is_queued": "h.assignee_id is null",
    "handoff_is_touched": "h.first_touched_at is not null",
    "handoff_offered_at": "h.offered_at",
    "handoff_due_at": "h.due_at",
}
