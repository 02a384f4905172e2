"""Routing rules as SQL over records; tests/handoffs/test_sets_agree.py holds both readings equal."""

from collections.abc import Mapping
from datetime import datetime

from blueprint.expressions.fields import Catalogue
from blueprint.expressions.to_sql import SqlPredicate, to_sql
from blueprint.schema import SeamTerms
from core.people.permissions import PERMITS
from lifecycle.facts import RECORD_SQL

ANSWERING_ROLES = sorted(PERMITS["handoff.answer"][0])


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
