"""Checks of the pipelines, the score and the properties: ways in and out, what is left behind, what is in use."""

from __future__ import annotations

import re
from collections.abc import Iterator

from blueprint.schema import ScoringTerms
from governance.checks.finding import CheckInput, Said, check, doubt, fault
from governance.checks.ladder_checks import faults_of_ladder
from governance.checks.references import place_of, stages_of, tested_lines

WRITTEN_SCORE = re.compile(r"\bscore\s*(>=|>|==|<|<=)\s*[0-9]+")


@check("moves", "Every stage has a way in and out", fine="No dead ends.")
def check_moves(given: CheckInput) -> Iterator[Said]:
    """Every open stage has a way out and every stage a way in."""
    reached = {pipeline.first.path for pipeline in given.proposed.pipelines}
    for _, _, stage in stages_of(given.proposed):
        reached |= {f"{stage.pipeline_key}/{key}" for key in stage.moves_to}
    for where, path, stage in stages_of(given.proposed):
        if not stage.moves_to and stage.is_open:
            yield doubt(f"{path}/moves_to", f"{where} is open and leads nowhere.")
        if stage.path not in reached:
            yield doubt(path, f"{where} cannot be entered from any stage.")
        if stage.ladder and not stage.age_limit_days:
            yield fault(f"{path}/age_limit_days", f"{where} has a ladder, and no age limit that it is about.")
        if stage.ladder:
            yield from faults_of_ladder(stage, path, given)


@check("stranded", "No record is left in a stage that goes", fine="No record is stranded.")
def check_stranded(given: CheckInput) -> Iterator[Said]:
    """No stage goes while records are in it."""
    for path in sorted(given.base.stages_by_path.keys() - given.proposed.stages_by_path.keys()):
        if count := given.facts.records_by_stage.get(path, 0):
            where = place_of(path).rpartition("/")[0]
            yield fault(where, f"Stage {path} would go while {count:,} records are in it. Move them first.")


@check("one_threshold", "Definition and threshold are one", fine="Criteria name the live threshold.")
def check_threshold_text(given: CheckInput) -> Iterator[Said]:
    """Where a criterion means the MQL threshold it names it, so that text and parameter cannot drift apart."""
    for line in tested_lines(given.proposed):
        if line.path.startswith("pipelines/") and WRITTEN_SCORE.search(line.expression):
            yield doubt(
                f"{line.path}/expression",
                f"{line.where.rpartition(' · ')[0]}, “{line.label}” writes a score as a number. "
                "Write mql_threshold (and {mql_threshold} in the label) where the MQL threshold is meant.",
            )


@check(
    "scoring",
    "The threshold can be reached",
    fine=lambda given: f"{given.proposed.scoring.threshold} of {_most_points(given.proposed.scoring)} points.",
)
def check_scoring(given: CheckInput) -> Iterator[Said]:
    """The threshold can be reached, and does not let everybody in."""
    scoring, place = given.proposed.scoring, "scoring/threshold"
    threshold, most = scoring.threshold, _most_points(scoring)
    if threshold > most:
        said = f"The threshold is {threshold}, but at most {most} points can be earned: nobody would qualify."
        yield fault(place, said)
    if threshold <= 0:
        yield doubt(place, "With a threshold of 0 every record qualifies by score.")
    earned = {"fit": 0, "behaviour": 0}
    for rule in scoring.rules:
        earned[rule.group] += max(rule.points, 0)
    reach = min(earned["fit"], scoring.fit_cap) + min(earned["behaviour"], scoring.behaviour_cap)
    if reach < threshold <= most:
        yield fault(place, f"All rules together give {reach} points, fewer than the threshold of {threshold}.")
    starts = [band.starts_at for band in scoring.bands]
    if starts != sorted(starts):
        yield doubt("scoring/bands", "The score bands are not in order.")


def _most_points(scoring: ScoringTerms) -> int:
    return scoring.fit_cap + scoring.behaviour_cap


@check("properties", "Values that records hold stay meaningful", fine="No value in use is touched.")
def check_properties(given: CheckInput) -> Iterator[Said]:
    """What records hold is not forgotten by the way."""
    for old in given.base.properties:
        new, count = given.proposed.properties_by_key.get(old.key), given.facts.values_by_property.get(old.key, 0)
        if not count:
            continue
        if new is None:
            said = f"Property {old.label} would go; {count:,} records hold a value, which is kept unseen."
            yield doubt("properties", said)
        elif new.type != old.type:
            said = (
                f"Property {old.label} would change from {old.type} to {new.type} while {count:,} records hold a value."
            )
            yield fault(f"properties/{old.key}/type", f"{said} Add a new property instead.")
        elif lost := set(old.options) - set(new.options):
            said = f"Property {old.label} would lose {', '.join(sorted(lost))}; {count:,} records hold a value."
            yield doubt(f"properties/{old.key}/options", said)
