"""The score inside the intake statement: each rule asked once per row, then the points and their reasons."""

from collections.abc import Callable
from dataclasses import replace

from blueprint.expressions.fields import Catalogue, DataType, Field
from blueprint.expressions.to_sql import to_sql
from lifecycle.blueprint import Lifecycle
from lifecycle.rules.scoring import ScoreModel
from lifecycle.sets import score_sql

Quote = Callable[[str, tuple[object, ...]], str]
NOW = "$2"


def rule_columns(lifecycle: Lifecycle, quote: Quote) -> str:
    """One yes-or-no column per rule over `m`, the record as it would stand."""
    columns = []
    for place, rule in enumerate(lifecycle.score_model.rules):
        test = to_sql(rule.expression, lifecycle.catalogue, "m", now_sql=NOW)
        columns.append(f", ({quote(test.sql, test.params)}) as rule_{place}")
    return "\n         ".join(columns)


def score_columns(lifecycle: Lifecycle) -> str:
    """`new_fit`, `new_behaviour` and `new_score` from the rules' columns, by the one reader that scores in SQL."""
    answered = _answered(lifecycle.score_model)
    fields = [Field(f"rule_{place}", DataType.BOOLEAN, "") for place in range(len(answered.rules))]
    columns = {each.key: f"j.{each.key}" for each in fields}
    points = score_sql(answered, Catalogue.of(fields), "j", columns=columns, now_sql=NOW)
    return f"{points.fit.sql} as new_fit, {points.behaviour.sql} as new_behaviour, {points.total.sql} as new_score"


def _answered(model: ScoreModel) -> ScoreModel:
    """The same model over the answers already there."""
    return replace(
        model, rules=tuple(replace(rule, expression=f"rule_{place}") for place, rule in enumerate(model.rules))
    )


def score_reasons(lifecycle: Lifecycle, quote: Quote) -> str:
    """Why, as `[[label, points], …]`: they add up to the score, as `rules.scoring.score` tells it for one record."""
    model = lifecycle.score_model
    parts = []
    for group, name, cap, score in (
        ("fit", "Fit", model.fit_cap, "z.new_fit"),
        ("behaviour", "Behaviour", model.behaviour_cap, None),
    ):
        rules = [(place, rule) for place, rule in enumerate(model.rules) if rule.group == group]
        total = " + ".join(f"case when z.rule_{place} then {rule.points:d} else 0 end" for place, rule in rules) or "0"
        for place, rule in rules:
            reason = quote("jsonb_build_array(%s::text, %s)", (rule.label, rule.points))
            parts.append(f"case when z.rule_{place} then {reason} end")
        most, least = (quote("%s::text", (text,)) for text in (f"{name} is at most {cap}", f"{name} is at least 0"))
        parts.append(
            f"case when {total} > {cap:d} then jsonb_build_array({most}, {cap:d} - ({total})) "
            f"when {total} < 0 then jsonb_build_array({least}, - ({total})) end"
        )
        if score is None:
            kept = f"least(greatest({total}, 0), {cap:d})"
            days = "greatest(floor(extract(epoch from $2 - z.last_activity_at) / 86400), 0)::int"
            parts.append(
                f"case when z.new_behaviour <> {kept} then jsonb_build_array('Behaviour fades, ' || {days} || "
                f"' days after the last activity', z.new_behaviour - {kept}) end"
            )
    listed = ",\n           ".join(parts)
    return f"array_remove(array[{listed}]::jsonb[], null)".join(("to_jsonb(", ")"))
