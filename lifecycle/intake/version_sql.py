"""What a version of the blueprint says, as SQL over the rows of the intake statement."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from blueprint.expressions.criteria import Sentence
from blueprint.expressions.to_sql import all_met_sql, to_sql
from blueprint.schema import Blueprint
from core.kept_plans import literal


@dataclass(frozen=True, slots=True)
class VersionSql:
    """Writes rules of a version, values and all: a prepared statement has no parameters for them. `now` is the SQL of
    the moment."""

    lifecycle: Blueprint
    now: str

    def test(self, expression: str, row: str) -> str:
        """One expression over the row `row`: true, false or NULL."""
        written = to_sql(expression, self.lifecycle.catalogue, row, now_sql=self.now)
        return literal(written.sql, *written.params)

    def all_met(self, lines: Iterable[Sentence]) -> str:
        """True where every line is met by `scored`, the record with its new score."""
        expressions = [line.expression for line in lines]
        columns = {"score": "scored.new_score"}
        written = all_met_sql(expressions, self.lifecycle.catalogue, "scored", columns=columns, now_sql=self.now)
        return literal(written.sql, *written.params)


def id_list(ids: Iterable[UUID]) -> str:
    """Ids as a list for `in`."""
    return ", ".join(f"'{each}'::uuid" for each in ids)
