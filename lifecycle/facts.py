"""What a record knows about itself, for both readers of criteria: as a mapping, and as columns of SQL."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from blueprint.documents import blueprint_of
from blueprint.expressions.amounts import RATE, Rate
from blueprint.expressions.wall_clock import ZONE
from core.people.models import Workspace
from core.sql import load
from core.tenancy.zones import day_of
from lifecycle.models import Record

REPORTING_RATE = load("lifecycle", "reporting_rate")

Rates = dict[tuple[str, date], dict[str, Rate]]  # currency and day → as `rate_of`

CORE = (
    *("name", "email", "domain", "source", "kind", "score", "amount", "mrr", "currency", "closes_on", "renews_on"),
    *("created_at", "entered_stage_at", "last_activity_at"),
)

# Where the fields of a record are when its stage and account are joined as `s` and `a`.
RECORD_SQL = {"stage": "s.key", "account_name": "a.name", "account_domain": "a.domain"}
RECORD_FROM = """lifecycle_record r
join lifecycle_stage s on s.workspace_id = r.workspace_id and s.id = r.stage_id
left join lifecycle_account a on a.workspace_id = r.workspace_id and a.id = r.account_id"""


def facts_of(record: Record, workspace: Workspace, at: datetime, rates: Rates | None = None) -> dict[str, Any]:
    """Everything criteria may look at, but for `now`. No query when `stage` and `account` came with the record and its
    money is in the reporting currency; else one, and for many one a currency and day, by `rates` that they share."""
    account = record.account
    facts: dict[str, Any] = dict(record.properties)
    facts.update({key: getattr(record, key) for key in CORE})
    facts["stage"] = record.stage.key
    facts["owner"], facts["team"] = record.owner_id, record.team_id
    facts["account_name"] = account.name if account else None
    facts["account_domain"] = account.domain if account else None
    facts[ZONE] = workspace.time_zone
    if rates is None:
        return facts | rate_of(workspace, record.currency, at)
    key = record.currency, day_of(workspace, at)
    if key not in rates:
        rates[key] = rate_of(workspace, record.currency, at)
    return facts | rates[key]


def rate_of(workspace: Workspace, currency: str, at: datetime) -> dict[str, Rate]:
    """By which rate lines compare money of a currency, for its record's facts; nothing where it is the reporting
    currency, else one query."""
    told_in, own = blueprint_of(workspace).reporting.currency or workspace.currency, currency or workspace.currency
    if own == told_in:
        return {}
    day = day_of(workspace, at)
    [(rate,)] = REPORTING_RATE.rows(currency=own, told_in=told_in, day=day)
    return {RATE: Rate(rate, own, told_in, day)}


def known(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Without the blanks."""
    return {key: value for key, value in facts.items() if value is not None and value != ""}
