"""Each question asked once: expressions of both versions become columns, and the same question is one column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from blueprint.expressions.criteria import compile_line
from blueprint.expressions.fields import Catalogue, DataType, Field
from blueprint.expressions.to_sql import SqlPredicate, to_sql
from blueprint.schema import ScoringTerms
from core.sql import Fragment
from lifecycle.facts import RECORD_SQL
from lifecycle.score_sql import score_sql


class Questions:
    """Gathers the columns of the innermost select over RECORD_FROM, and every parameter of the statement. What time it
    is, each row says by itself: `moment`."""

    def __init__(self) -> None:
        self.params: dict[str, Any] = {}
        self._names: dict[object, str] = {}
        self._columns: list[str] = []
        self._scored: list[str] = []
        self._predicates = 0

    @property
    def columns(self) -> str:
        """What to add to the innermost select list."""
        return "".join(f",\n  {column}" for column in self._columns)

    @property
    def scored_columns(self) -> str:
        """What to add to the select that already has both scores, `k`."""
        return "".join(f",\n  {column}" for column in self._scored)

    def ask(self, catalogue: Catalogue, expression: str, score: str) -> str:
        """The name of the column that answers true, false or null. `score` names the version's score column.

        A question that does not look at the score and whose fields mean the same in both versions is asked once."""
        compiled = compile_line(catalogue, expression)
        fields = compiled.fields
        is_scored = "score" in fields
        currency = catalogue.currency if compiled.converts else ""
        key = (expression, tuple(catalogue.field(each) for each in fields), score if is_scored else "", currency)
        if key not in self._names:
            name = self._names[key] = f"{'s' if is_scored else 'c'}_{len(self._names)}"
            if is_scored:
                on_k = to_sql(expression, catalogue, "k", columns={"score": f"k.{score}"}, now_sql="k.moment")
                self._scored.append(f"({self.place(on_k)}) as {name}")
            else:
                on_r = to_sql(expression, catalogue, "r", columns=RECORD_SQL, now_sql="r.moment")
                self._columns.append(f"({self.place(on_r)}) as {name}")
        return self._names[key]

    def all_met(self, catalogue: Catalogue, expressions: Iterable[str], score: str, alias: str) -> str:
        """True where every line is met, never null."""
        asked = [f"{alias}.{self.ask(catalogue, each, score)} is true" for each in expressions]
        return f"({' and '.join(asked) or 'true'})"

    def total(self, model: ScoringTerms, catalogue: Catalogue) -> str:
        """The model's score over `j`, whose columns have every rule's answer."""
        names = [self.ask(catalogue, rule.expression, "") for rule in model.rules]
        rules = (rule.model_copy(update={"expression": name}) for rule, name in zip(model.rules, names, strict=True))
        answered = model.model_copy(update={"rules": tuple(rules)})
        fields = Catalogue(Field(name, DataType.BOOLEAN, "") for name in dict.fromkeys(names))
        columns: Mapping[str, str] = {name: f"j.{name}" for name in names}
        return self.place(score_sql(answered, fields, "j", columns=columns, now_sql="j.moment").total)

    def place(self, predicate: SqlPredicate) -> str:
        """A predicate with its parameters named, so that it can stand anywhere in the statement."""
        self._predicates += 1
        fragment = Fragment.of(f"question_{self._predicates}", predicate)
        self.params |= fragment.values
        return fragment.sql
