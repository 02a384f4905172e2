"""The gate inside the intake statement: `rules.gates` for every row at once, over `s`, the scored record."""

from collections.abc import Callable, Iterable
from uuid import UUID

from blueprint.expressions.criteria import Line
from blueprint.expressions.to_sql import all_met_sql
from lifecycle.blueprint import Lifecycle, StageTerms
from lifecycle.rules.gates import auto_steps, needs_reason, required_lines

Quote = Callable[[str, tuple[object, ...]], str]
NOW = "$2"


def stage_values(lifecycle: Lifecycle, quote: Quote) -> str:
    """Every stage as a row: id, pipeline, key, path, whether its pipeline begins there, whether it is an entry."""
    return ", ".join(
        quote(
            "(%s::uuid, %s::uuid, %s, %s, %s, %s)",
            (str(each.id), str(each.pipeline_id), each.key, each.path, each.position == 0, each.is_entry),
        )
        for each in lifecycle.stages_by_id.values()
    )


def lines_sql(lifecycle: Lifecycle, lines: Iterable[Line], quote: Quote) -> str:
    """True where every line is met by the record with its new score."""
    expressions = [line.expression for line in lines]
    test = all_met_sql(expressions, lifecycle.catalogue, "s", columns={"score": "s.new_score"}, now_sql=NOW)
    return quote(test.sql, test.params)


def gate_sql(lifecycle: Lifecycle, quote: Quote) -> str:
    """Whether an asked move may be made; true where none is asked. A new record moves from the stage where its pipeline
    begins (`from_stage`), unless it is born where it asks to stand."""
    stages = list(lifecycle.stages_by_id.values())
    exits = {each.id: lines_sql(lifecycle, each.exit, quote) for each in stages if each.exit}
    moves = {each.id: f"s.target in ({ids(_targets(lifecycle, each))})" for each in stages if each.moves_to}
    entries = {
        each.id: lines_sql(lifecycle, (*required_lines(lifecycle, each), *each.entry), quote)
        for each in stages
        if each.entry or each.required
    }
    reasons = {each.id: "s.rk is not null" for each in stages if needs_reason(each)}
    return f"""case
           when s.target is null or s.target is not distinct from s.old_stage then true
           else {chosen("s.from_stage", exits, "true")}
            and (s.from_stage is null or {chosen("s.from_stage", moves, "false")})
            and {chosen("s.target", entries, "true")}
            and {chosen("s.target", reasons, "true")} end"""


def _targets(lifecycle: Lifecycle, stage: StageTerms) -> list[UUID]:
    pipeline = lifecycle.pipeline(stage.pipeline_key)
    return [each.id for each in pipeline.stages if each.key in stage.moves_to]


def ids(them: Iterable[UUID]) -> str:
    """A list of ids as SQL."""
    return ", ".join(f"'{each}'::uuid" for each in them)


def chosen(column: str, cases: dict[UUID, str], otherwise: str) -> str:
    """The case of the row's stage."""
    if not cases:
        return otherwise
    branches = " ".join(f"when '{stage}'::uuid then {sql}" for stage, sql in cases.items())
    return f"(case {column} {branches} else {otherwise} end)"


def auto_columns(lifecycle: Lifecycle, quote: Quote) -> str:
    """One yes-or-no column per stage that records enter by themselves, asked only where the record could reach it."""
    columns = []
    for place, (stage, _) in enumerate(_steps(lifecycle)):
        pipeline = lifecycle.pipeline(stage.pipeline_key)
        could = [each.id for each in pipeline.stages if each.position < stage.position and each.is_open]
        entry = lines_sql(lifecycle, (*required_lines(lifecycle, stage), *stage.entry), quote)
        columns.append(f", case when s.start in ({ids(could)}) then {entry} else false end as auto_{place}")
    return "\n         ".join(columns) + _exit_columns(lifecycle, quote)


def _exit_columns(lifecycle: Lifecycle, quote: Quote) -> str:
    stages = {each.id: each for _, before in _steps(lifecycle) for each in before if each.exit}
    return "".join(
        f",\n         {lines_sql(lifecycle, each.exit, quote)} as exit_{each.id.hex}" for each in stages.values()
    )


def auto_path_sql(lifecycle: Lifecycle) -> str:
    """`last`, the stage where the row ends, and `path`, the stages it enters on the way, for a row `o`.

    Written from the inside out: each step may move the record on from where the step before left it.
    """
    inner = """select o.start as last,
             case when o.is_new and o.from_stage is not null then array[o.from_stage, o.start]
                  when o.is_new or o.is_move then array[o.start] else '{}'::uuid[] end as path,
             (o.is_new or o.is_changed or o.is_move or o.y is true) and o.hs is null and o.w is not true
               as goes_on"""
    for place, (stage, before) in enumerate(_steps(lifecycle)):
        test = " or ".join(
            f"w{place}.last = '{each.id}'::uuid" + (f" and o.exit_{each.id.hex}" if each.exit else "")
            for each in before
        )
        inner = f"""select case when b then '{stage.id}'::uuid else last end as last,
             case when b then path || '{stage.id}'::uuid else path end as path, goes_on
             from (select w{place}.*, w{place}.goes_on and o.auto_{place} and ({test}) as b
                   from ({inner}) w{place}) b{place}"""
    return f"""select case when o.is_history then o.hs[cardinality(o.hs)] else q.last end as last,
             case when o.is_history then '{{}}'::uuid[] else q.path end as path from ({inner}) q"""


def _steps(lifecycle: Lifecycle) -> list[tuple[StageTerms, tuple[StageTerms, ...]]]:
    return [step for pipeline in lifecycle.pipelines for step in auto_steps(pipeline)]
