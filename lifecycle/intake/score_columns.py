"""The score inside the intake statement: each rule asked once per row, then the points and their reasons."""

from collections.abc import Sequence

from blueprint.expressions.fields import Catalogue, DataType, Field
from blueprint.schema import ScoreLine, ScoringTerms
from lifecycle.intake.version_sql import VersionSql, literal
from lifecycle.score_sql import score_sql


def rule_answers(version: VersionSql) -> str:
    """One yes-or-no column per rule over `merged`, the record as it would stand; each ends with a comma."""
    rules = enumerate(version.lifecycle.scoring.rules)
    return "\n    ".join(f"({version.test(rule.expression, 'merged')}) as rule_{place}," for place, rule in rules)


def score_points(version: VersionSql) -> str:
    """`new_fit`, `new_behaviour` and `new_score` from the rules' columns, by the one reader that scores in SQL."""
    model = version.lifecycle.scoring
    rules = (rule.model_copy(update={"expression": f"rule_{place}"}) for place, rule in enumerate(model.rules))
    answered = model.model_copy(update={"rules": tuple(rules)})  # the same model over the answers already there
    fields = [Field(f"rule_{place}", DataType.BOOLEAN, "") for place in range(len(answered.rules))]
    columns = {each.key: f"judged.{each.key}" for each in fields}
    points = score_sql(answered, Catalogue(fields), "judged", columns=columns, now_sql=version.now)
    return f"{points.fit.sql} as new_fit, {points.behaviour.sql} as new_behaviour, {points.total.sql} as new_score"


def score_reasons(version: VersionSql) -> str:
    """Why `settled` has its score, as `[[label, points], …]`: they add up to the score, as `rules.scoring.score` tells
    it for one record."""
    model = version.lifecycle.scoring
    parts = [
        *_group_reasons(model, "fit", "Fit", model.fit_cap),
        *_group_reasons(model, "behaviour", "Behaviour", model.behaviour_cap),
        _fading_reason(model, version.now),
    ]
    listed = ",\n           ".join(parts)
    return f"to_jsonb(array_remove(array[{listed}]::jsonb[], null))"


def _group_reasons(model: ScoringTerms, group: str, name: str, cap: int) -> list[str]:
    """The rules of a group that hold, then what its bounds took away or gave back."""
    parts = [
        f"case when settled.rule_{place} then {literal('jsonb_build_array(%s::text, %s)', rule.label, rule.points)} end"
        for place, rule in _rules_of(model, group)
    ]
    total = _total(model, group)
    most, least = (literal("%s::text", text) for text in (f"{name} is at most {cap}", f"{name} is at least 0"))
    bounds = (
        f"case when {total} > {cap:d} then jsonb_build_array({most}, {cap:d} - ({total})) "
        f"when {total} < 0 then jsonb_build_array({least}, - ({total})) end"
    )
    return [*parts, bounds]


def _fading_reason(model: ScoringTerms, now: str) -> str:
    kept = f"least(greatest({_total(model, 'behaviour')}, 0), {model.behaviour_cap:d})"
    days = f"greatest(floor(extract(epoch from {now} - settled.last_activity_at) / 86400), 0)::int"
    return (
        f"case when settled.new_behaviour <> {kept} then jsonb_build_array('Behaviour fades, ' || {days} || "
        f"' days after the last activity', settled.new_behaviour - {kept}) end"
    )


def _total(model: ScoringTerms, group: str) -> str:
    points = (
        f"case when settled.rule_{place} then {rule.points:d} else 0 end" for place, rule in _rules_of(model, group)
    )
    return " + ".join(points) or "0"


def _rules_of(model: ScoringTerms, group: str) -> Sequence[tuple[int, ScoreLine]]:
    return [(place, rule) for place, rule in enumerate(model.rules) if rule.group == group]
