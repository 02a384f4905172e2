"""The intake statement of a blueprint version: `lifecycle/sql/intake.sql` with the version's rules in its places."""

from blueprint.schema import Blueprint
from core.sql import SqlFile, load
from lifecycle.intake import gate_columns, score_columns
from lifecycle.intake.version_sql import VersionSql

INTAKE = load("lifecycle", "intake")


def statement(lifecycle: Blueprint) -> SqlFile:
    """The statement with everything the version says written out in it."""
    version = VersionSql(lifecycle, now=INTAKE.numbers["at"])
    return INTAKE.fill(
        stages=gate_columns.stage_rows(lifecycle),
        score_answers=score_columns.rule_answers(version),
        score_points=score_columns.score_points(version),
        score_reasons=score_columns.score_reasons(version),
        is_open=gate_columns.move_is_open(version),
        auto_answers=gate_columns.auto_answers(version),
        walk=gate_columns.path_walk(lifecycle),
    )
