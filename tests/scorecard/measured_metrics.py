"""Metrics that tests measure: of every source, and of every kind beside."""

from __future__ import annotations

from typing import Any

METRICS: dict[str, dict[str, Any]] = {
    "created": {"kind": "count", "unit": "count", "parameters": {"dated": "records.created_at"}},
    "rejected": {
        "kind": "count",
        "unit": "count",
        "parameters": {
            "dated": "handoffs.answered_at",
            "where": "handoff_state == 'rejected' && blank(handoff_reason)",
        },
    },
    "entered": {
        "kind": "sum",
        "unit": "money",
        "parameters": {"dated": "stays.entered_at", "stages": "sales", "amount": "stays.amount"},
    },
    "mean_amount": {
        "kind": "sum",
        "unit": "money",
        "parameters": {"dated": "records.opened_at", "amount": "records.amount", "told": "mean"},
    },
    "late_share": {
        "kind": "share",
        "unit": "ratio",
        "parameters": {
            "dated": "handoffs.offered_at",
            "seam": "marketing_to_sales",
            "that": "handoff_is_late && source == 'Web'",
        },
    },
    "stay_days": {
        "kind": "elapsed",
        "unit": "days",
        "parameters": {"from": "stays.entered_at", "to": "stays.exited_at"},
    },
    "answer_minutes": {
        "kind": "elapsed",
        "unit": "minutes",
        "parameters": {"from": "handoffs.offered_at", "to": "handoffs.answered_at", "told": "p90", "dated": "start"},
    },
    "answer_working": {
        "kind": "elapsed",
        "unit": "hours",
        "parameters": {
            "from": "handoffs.offered_at",
            "to": "handoffs.answered_at",
            "calendar": "office",
            "told": "mean",
        },
    },
    "oldest": {
        "kind": "elapsed",
        "unit": "days",
        "parameters": {"from": "handoffs.offered_at", "to": "handoffs.answered_at", "told": "oldest"},
    },
    "handed_on": {
        "kind": "sum",
        "unit": "count",
        "parameters": {"dated": "handoffs.due_at", "amount": "handoffs.reassignments"},
    },
    "soon": {
        "kind": "conversion",
        "unit": "ratio",
        "parameters": {"from": "lifecycle", "to": "lifecycle/sql", "within_days": 10},
    },
    "calls": {
        "kind": "count",
        "unit": "count",
        "parameters": {"dated": "activities.at", "where": "activity_kind == 'call'"},
    },
    "task_days": {
        "kind": "elapsed",
        "unit": "days",
        "parameters": {"from": "tasks.created_at", "to": "tasks.done_at", "told": "maximum"},
    },
}

SALES, SEAM = {"pipeline": "sales"}, {"seam": "marketing_to_sales"}
# Kind, unit and parameters, by key.
OF_KINDS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "mql_to_sql": ("conversion", "ratio", {"from": "lifecycle/mql", "to": "lifecycle/sql"}),
    "lead_to_close": ("conversion", "ratio", {"from": "lifecycle", "to": "lifecycle/customer"}),
    "again": ("conversion", "ratio", {"from": "sales/closed_lost", "to": "sales", "within_days": 30}),
    "won": ("win_rate", "ratio", SALES),
    "won_last": ("win_rate", "ratio", SALES | {"reopened": "last"}),
    "won_money": ("win_rate", "ratio", SALES | {"weigh": "amount"}),
    "won_opening": ("win_rate", "ratio", SALES | {"cohort": "opening"}),
    "won_opening_money": ("win_rate", "ratio", SALES | {"cohort": "opening", "weigh": "amount"}),
    "deal": ("average_deal", "money", SALES),
    "deal_last": ("average_deal", "money", SALES | {"reopened": "last"}),
    "revenue": ("won_amount", "money", SALES),
    "cycle": ("cycle", "days", SALES),
    "cycle_last": ("cycle", "days", SALES | {"reopened": "last"}),
    "velocity": ("velocity", "money_per_day", SALES),
    "aging": ("aging", "days", SALES),
    "aging_leads": ("aging", "days", {"pipeline": "lifecycle"}),
    "acceptance": ("acceptance", "ratio", SEAM),
    "acted": ("acted", "ratio", SEAM),
    "attainment": ("attainment", "ratio", SEAM),
    "touch": ("first_touch", "minutes", SEAM),
    "touch_working": ("first_touch", "minutes", SEAM | {"time": "working"}),
    "leakage": ("leakage", "ratio", SEAM | {"window_days": 14}),
    "leakage_success": ("leakage", "ratio", {"seam": "sales_to_success", "window_days": 5}),
    "sourced": ("sourced", "ratio", SALES),
    "sourced_partner": ("sourced", "ratio", SALES | {"side": "partner", "by": "count"}),
    "generated": ("generated", "money", SALES),
    "overridden": ("count", "count", {"dated": "stays.entered_at", "where": "stay_cause == 'override'"}),
    "closing_soon": ("sum", "money", {"dated": "records.closes_on", "amount": "records.mrr"}),
    "missed": ("share", "ratio", {"dated": "assignments.at", "that": "assignment_is_missed"}),
    "asked": ("count", "count", {"dated": "events.at", "event": "routing.asked"}),
    "quiet": ("since_last", "days", {"dated": "activities.at", "where": "activity_kind == 'call'"}),
    "scan_lag": (
        "elapsed",
        "minutes",
        {"from": "escalations.due_at", "to": "escalations.taken_at", "told": "p90"},
    ),
    "sourced_entries": ("share", "ratio", {"dated": "stays.entered_at", "that": "known(source)"}),
    "won_to_deal": ("formula", "money", {"expression": "deal * won"}),
    "costs": ("cost", "money", {}),
    "cost_of_revenue": ("formula", "ratio", {"expression": "costs / revenue"}),
    "emergencies": ("count", "count", {"dated": "workspace_events.at", "event": "change.glass_broken"}),
}
OF_KINDS |= {key: (said["kind"], said["unit"], said["parameters"]) for key, said in METRICS.items()}
