"""Which routing rule receives a record, as SQL over records."""

from collections.abc import Mapping
from datetime import datetime
from itertools import count
from typing import Any

from blueprint.expressions.fields import Catalogue
from blueprint.expressions.to_sql import SqlPredicate, to_sql
from core.people.permissions import PERMITS
from handoffs.blueprint import SeamTerms
from lifecycle.facts import RECORD_SQL

# Who may answer a handoff: a person whose role may. To anybody else it would be given in vain.
MAY_ANSWER = f"m.kind = 'person' and m.role in ({', '.join(map(repr, sorted(PERMITS['handoff.answer'][0])))})"

# Who is here: active and not away, who may answer, and is not barred from these records. `workspace`, `at` and `barred`
# are names of parameters.
HERE = f"""select m.id, m.name, m.email from workspaces_member m
    where m.workspace_id = %(workspace)s and m.is_active and {MAY_ANSWER} and m.id <> all(%(barred)s::uuid[])
    and not exists (
        select from workspaces_timeoff o where o.workspace_id = m.workspace_id and o.member_id = m.id
        and o.starts_at <= %(at)s and o.ends_at > %(at)s)"""

# Whether a target that is no pool reaches somebody; `here` is HERE.
REACHES = {
    "account_owner": "exists (select from here where here.id = a.owner_id)",
    "record_owner": "exists (select from here where here.id = r.owner_id)",
}


def routing_sql(
    seam: SeamTerms,
    catalogue: Catalogue,
    *,
    columns: Mapping[str, str] | None = None,
    at: datetime | None = None,
    now_sql: str = "now()",
) -> SqlPredicate:
    """The position of the first rule of a seam that is met, over RECORD_FROM; NULL where none is. For a what-if.

    Whether the rule's owner is here today is left aside: it is a question about today. Raises BadExpression."""
    sql, params = [], []
    for rule in seam.routing:
        condition = to_sql(rule.expression, catalogue, columns=columns or RECORD_SQL, at=at, now_sql=now_sql)
        sql.append(f"when {condition.sql} then {rule.position:d}")
        params += condition.params
    return SqlPredicate(f"(case {' '.join(sql)} end)" if sql else "(null::int)", tuple(params))


def named(predicate: SqlPredicate, prefix: str) -> tuple[str, dict[str, Any]]:
    """The same predicate with named places, so that it can stand anywhere in a longer statement."""
    numbers = count()
    parts = predicate.sql.split("%s")
    sql = parts[0] + "".join(f"%({prefix}_{next(numbers)})s{part}" for part in parts[1:])
    return sql, {f"{prefix}_{place}": value for place, value in enumerate(predicate.params)}
