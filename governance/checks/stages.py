"""Checks of the pipelines: ways in and out, records left behind, the definition and its parameter."""

from __future__ import annotations

import re

from governance.checks.finding import CheckInput, Finding, finding, stage_paths

WRITTEN_SCORE = re.compile(r"\bscore\s*(>=|>|==|<|<=)\s*[0-9]+")


def check_moves(given: CheckInput) -> Finding:
    """Every open stage has a way out and every stage a way in."""
    doubts = []
    for pipeline in given.proposed["pipelines"]:
        stages, keys = pipeline["stages"], [stage["key"] for stage in pipeline["stages"]]
        reached = {keys[0]}
        for place, stage in enumerate(stages):
            onward = stage.get("moves_to", keys[place + 1 : place + 2])
            reached |= set(onward)
            if not onward and stage.get("category", "open") == "open":
                doubts.append(f"{pipeline['label']} · {stage['label']} is open and leads nowhere.")
        doubts += [
            f"{pipeline['label']} · {stage['label']} cannot be entered from any stage."
            for stage in stages
            if stage["key"] not in reached
        ]
    return finding("moves", "Every stage has a way in and out", warned=doubts, fine="No dead ends.")


def check_stranded(given: CheckInput) -> Finding:
    """No stage goes while records are in it."""
    gone = stage_paths(given.base) - given.stage_paths
    faults = [
        f"Stage {path} would go while {count:,} records are in it. Move them first."
        for path in sorted(gone)
        if (count := given.world.records_by_stage.get(path, 0))
    ]
    return finding("stranded", "No record is left in a stage that goes", failed=faults, fine="No record is stranded.")


def check_threshold_text(given: CheckInput) -> Finding:
    """Where a criterion means the MQL threshold it names it, so that text and parameter cannot drift apart."""
    doubts = [
        f"{pipeline['label']} · {stage['label']}, “{line['label']}” writes a score as a number. "
        "Write mql_threshold (and {mql_threshold} in the label) where the MQL threshold is meant."
        for pipeline in given.proposed["pipelines"]
        for stage in pipeline["stages"]
        for line in (*stage.get("entry", ()), *stage.get("exit", ()))
        if WRITTEN_SCORE.search(line["expression"])
    ]
    return finding(
        "one_threshold", "Definition and threshold are one", warned=doubts, fine="Criteria name the live threshold."
    )
