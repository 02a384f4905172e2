"""What is sent through a door so that it gets as far as asking who may: for most, nothing at all."""

from typing import Any

from tests.doors.table import Door

LEAD = {"kind": "lead", "name": "Zoe"}
OVERRIDE = {"override": True, "reason": "history"}
# A page's form is checked before its action asks; these pass the check.
FORMS: dict[str, dict[str, Any]] = {
    "/accounts/<int:number>/owners/": {"side": "sales"},
    "/changes/<int:number>/rollback/": {"reason": "It was wrong"},
    "/handoffs/team/bulk/": {"verb": "accept", "number": "1"},
    "/handoffs/<int:number>/assignment/": {"to": "cleo"},
    "/handoffs/<int:number>/pause/": {"reason": "customer_away"},
    "/handoffs/<int:number>/rejection/": {"reason": "no_budget"},
    "/limbo/offers/": {"item": "record"},
    "/people/<uuid:member_id>/hours/": {"do": "drop"},
    "/people/teams/<slug:key>/hours/": {"do": "drop"},
    "/people/<uuid:member_id>/time-off/": {"first": "2026-03-09", "last": "2026-03-10"},
    "/promises/<int:number>/decision/": {"state": "kept"},
    "/records/<int:number>/promises/": {"title": "Single sign-on"},
    "/records/<int:number>/offers/": {"seam": "marketing_to_sales"},
    "/tasks/<int:number>/completion/": {"outcome": "Done"},
    "/records/<int:number>/activities/": {"kind": "call", "direction": "outbound", "outcome": "talked"},
    "/records/<int:number>/advance/": {"to": "disqualified"},
    "/records/<int:number>/owner/": {"owner": ""},
}
VARIANTS: dict[str, dict[str, Any]] = {
    "POST /api/handoffs/bulk +reassign": {"verb": "reassign", "numbers": [1], "to_pool": True},
    "POST /api/records +override": {**LEAD, "stage": "sql", **OVERRIDE},
    "POST /api/records:batch +override": {"rows": [{**LEAD, "stage": "sql", **OVERRIDE}]},
    "POST /api/records/<int:number>/advance +override": {"to": "customer", **OVERRIDE},
    "POST /records/<int:number>/advance/ +override": {"to": "customer", **OVERRIDE},
    "PATCH /api/records/<int:number> +colleague": {"owner": "cleo@acme.example"},
    "POST /api/records +colleague": {"email": "peter@initech.example", "owner": "cleo@acme.example"},
    "POST /api/tasks +colleague": {"title": "Call them", "assignee": "cleo@acme.example"},
    "POST /records/<int:number>/owner/ +colleague": {"owner": "cleo"},
    "POST /api/records +stage": {**LEAD, "stage": "disqualified"},
    "POST /api/records:batch +stage": {"rows": [{**LEAD, "stage": "disqualified"}]},
}


def body_of(door: Door) -> dict[str, Any]:
    """What to send."""
    if door.variant:
        return VARIANTS[f"{door.method} {door.address} {door.variant}"]
    return FORMS.get(door.address, {}) if door.method == "POST" else {}
