"""The whole intake as one statement of SQL, written once per blueprint version.

Read it downwards: what came in, which records it means, how they would stand, their score, their gate, and the one
writing of everything. A row cannot be written twice in one statement, so each is decided whole before it is written.

The plan is kept, and statistics of a young table would tempt the planner to read whole tables. So every table is
looked up by key in a lateral of its own or by a list of ids, and rows carry what they need (`old` is the record as it
stood) instead of being joined with tables.
"""

from collections.abc import Callable

from lifecycle.blueprint import Lifecycle
from lifecycle.intake.gate_sql import auto_columns, auto_path_sql, gate_sql, stage_values
from lifecycle.intake.score_sql import rule_columns, score_columns, score_reasons
from lifecycle.intake.statement.deciding import INCOMING, MERGED, SCORED
from lifecycle.intake.statement.writing import NUMBERED, WRITTEN

# Sent once, in this order: rows, the moment, who, cause of stays, blueprint version, request id, import (or null),
# workspace. The planner does not see the last one's value: of a workspace younger than the tables' statistics it would
# believe that it has no rows, and take any index that begins with the workspace for as good as the right one.
PARAMETERS = "jsonb, timestamptz, uuid, text, int, text, uuid, uuid"

# What of a record a row can change; `team_id` follows the owner, the account is matched below.
COMPARED = (
    *("name", "email", "domain", "source", "owner_id", "team_id", "amount", "currency", "mrr", "closes_on"),
    *("renews_on", "created_at", "properties"),
)
TOLD = tuple(each for each in COMPARED if each not in ("properties", "team_id", "owner_id"))  # owners tell their own

FACTS = (
    *("name", "email", "domain", "source", "kind", "amount", "mrr", "currency", "closes_on", "renews_on"),
    *("created_at", "entered_stage_at", "last_activity_at", "account_name", "account_domain"),
)


def statement(lifecycle: Lifecycle, quote: Callable[[str, tuple[object, ...]], str]) -> str:
    """The text, with everything the version says written out in it; `quote` puts values in their places."""
    known = {
        "workspace": "$8",
        "stages": stage_values(lifecycle, quote),
        "new_values": ", ".join(f"m.{each}" for each in COMPARED),
        "old_values": ", ".join(f"(m.old).{each}" for each in COMPARED),
        "rules": rule_columns(lifecycle, quote),
        "score": score_columns(lifecycle),
        "reasons": score_reasons(lifecycle, quote),
        "gate": gate_sql(lifecycle, quote),
        "auto": auto_columns(lifecycle, quote),
        "path": auto_path_sql(lifecycle),
        "told_new": told("r", "r.now_account_id"),
        "told_old": told("(r.old)", "(r.old).account_id"),
        "facts": facts_object(),
    }
    text = f"with{INCOMING}{MERGED}{SCORED}{NUMBERED}{WRITTEN}"
    for key, sql in known.items():
        text = text.replace(f"@{key}@", sql)
    return text


def told(row: str, account: str) -> str:
    """A record's values as one JSON object, for what an update tells."""
    pairs = ", ".join(f"'{each}', {row}.{each}" for each in TOLD)
    return f"jsonb_build_object('account_id', {account}, {pairs}) || {row}.properties"


def facts_object() -> str:
    """What the gate looked at, for the words of a refusal."""
    pairs = ", ".join(f"'{each}', z.{each}" for each in FACTS)
    return (
        f"z.properties || jsonb_build_object({pairs}, 'score', z.new_score, 'stage', z.stage_key, "
        "'owner', z.owner_id, 'team', z.team_id)"
    )
