"""Checks of what is counted: the score, properties in use, metrics and their owners."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from blueprint.paths import Document
from blueprint.schema import Blueprint, MetricTerms
from governance.checks.finding import CheckInput, Finding, Said, finding
from scorecard.rules.declarations import DECLARATIONS, Declaration, Known, faults_of, references

DEFINITION = ("kind", "parameters", "filter", "unit")


def check_scoring(given: CheckInput) -> Finding:
    """The threshold can be reached, and does not let everybody in."""
    scoring = given.proposed["scoring"]
    threshold, most = scoring["threshold"], scoring["fit_cap"] + scoring["behaviour_cap"]
    faults, doubts = [], []
    if threshold > most:
        faults.append(
            Said(
                f"The threshold is {threshold}, but at most {most} points can be earned: nobody would qualify.",
                "scoring/threshold",
            )
        )
    if threshold <= 0:
        doubts.append("With a threshold of 0 every record qualifies by score.")
    earned = {
        group: sum(max(rule["points"], 0) for rule in scoring["rules"] if rule["group"] == group)
        for group in ("fit", "behaviour")
    }
    reach = min(earned["fit"], scoring["fit_cap"]) + min(earned["behaviour"], scoring["behaviour_cap"])
    if reach < threshold <= most:
        faults.append(
            Said(
                f"All rules together give {reach} points, fewer than the threshold of {threshold}.", "scoring/threshold"
            )
        )
    starts = [band["from"] for band in scoring.get("bands", ())]
    if starts != sorted(starts):
        doubts.append("The score bands are not in order.")
    return finding(
        "scoring", "The threshold can be reached", failed=faults, warned=doubts, fine=f"{threshold} of {most} points."
    )


def check_properties(given: CheckInput) -> Finding:
    """What records hold is not forgotten by the way."""
    before = {each["key"]: each for each in given.base["properties"]}
    after = {each["key"]: each for each in given.proposed["properties"]}
    held, doubts, faults = given.world.values_by_property, [], []
    for key, old in before.items():
        new, count = after.get(key), held.get(key, 0)
        if new is None and count:
            doubts.append(f"Property {old['label']} would go; {count:,} records hold a value, which is kept unseen.")
        elif new is not None and new["type"] != old["type"] and count:
            faults.append(
                f"Property {old['label']} would change from {old['type']} to {new['type']} while {count:,} records "
                "hold a value. Add a new property instead."
            )
        elif new is not None and (lost := set(old.get("options", ())) - set(new.get("options", ()))) and count:
            doubts.append(
                f"Property {old['label']} would lose {', '.join(sorted(lost))}; {count:,} records hold a value."
            )
    return finding(
        "properties",
        "Values that records hold stay meaningful",
        failed=faults,
        warned=doubts,
        fine="No value in use is touched.",
    )


def check_metrics(given: CheckInput) -> list[Finding]:
    """Every metric can be counted and has an owner who is here (R41); and which numbers are read differently."""
    faults = []
    for metric in given.proposed["metrics"]:
        owner = metric.get("owner", "")
        if not owner:
            faults.append(Said(f"Metric {metric['label']} has no owner.", f"metrics/{metric['key']}/owner"))
        elif owner not in given.world.active_emails:
            faults.append(
                Said(
                    f"Metric {metric['label']} is owned by {owner}, who is not an active member.",
                    f"metrics/{metric['key']}/owner",
                )
            )
    known = Known.of(given.read)
    uncounted = [
        Said(f"Metric {each.label}: {fault}", fault.path)
        for each in given.read.metrics
        for fault in faults_of(each, known)
    ]
    return [
        finding("metrics", "Every metric can be counted", failed=uncounted, fine="Every metric is defined soundly."),
        finding("owners", "Every metric has an owner", failed=faults, fine="Every metric is owned."),
        finding(
            "reports",
            "Which numbers will be read differently",
            warned=reports_changed(given.base, given.proposed),
            fine="No metric's definition is touched.",
        ),
    ]


def reports_changed(base: Document, proposed: Document) -> list[str]:
    """A sentence for each metric that is new, gone, defined anew, or read from a stage or seam that changed."""
    before = {each["key"]: each for each in base["metrics"]}
    after = {each["key"]: each for each in proposed["metrics"]}
    said = [f"Metric {each['label']} would no longer be measured." for key, each in before.items() if key not in after]
    touched, read_anew = Touched.between(base, proposed), Blueprint.model_validate(proposed)
    for key, metric in after.items():
        old = before.get(key)
        if old is None:
            said.append(f"Metric {metric['label']} is new.")
        elif any(old.get(part) != metric.get(part) for part in DEFINITION):
            said.append(f"Metric {metric['label']} would be defined anew.")
        elif old.get("target") != metric.get("target"):
            said.append(
                f"Metric {metric['label']}: the target goes from {old.get('target')} to {metric.get('target')}."
            )
        else:
            read = list(touched.by(read_anew.metrics_by_key[key], proposed, Known.of(read_anew)))
            if read:
                said.append(f"Metric {metric['label']} reads {', '.join(dict.fromkeys(read))}.")
    return said


@dataclass(frozen=True)
class Touched:
    """Parts of stages and seams that differ, and calendars and properties that do. A kind declares what it reads."""

    stages: dict[str, frozenset[str]]
    seams: dict[str, frozenset[str]]
    calendars: frozenset[str]
    properties: frozenset[str]

    @classmethod
    def between(cls, base: Document, proposed: Document) -> Touched:
        """What a proposal changes."""
        is_scored_anew = base["scoring"] != proposed["scoring"]
        stages = _parts_that_differ(_stages(base), _stages(proposed))
        for path, stage in _stages(proposed).items():
            if is_scored_anew and any("score" in line["expression"] for line in stage.get("entry", ())):
                stages[path] = stages.get(path, frozenset()) | {"entry"}
        return cls(
            stages,
            _parts_that_differ(_by_key(base["seams"]), _by_key(proposed["seams"])),
            frozenset(_parts_that_differ(_by_key(base["calendars"]), _by_key(proposed["calendars"]))),
            frozenset(_parts_that_differ(_by_key(base["properties"]), _by_key(proposed["properties"]))),
        )

    def by(self, metric: MetricTerms, document: Document, known: Known) -> Iterator[str]:
        """What of it a metric of the document reads, in words. Of a metric that cannot be counted, nothing."""
        declared = DECLARATIONS.get(metric.kind)
        if declared is None or faults_of(metric, known):
            return
        stages, seams = _stages(document), _by_key(document["seams"])
        for _, what, name in references(declared.parameters.model_validate(metric.parameters)):
            if what == "seam":
                yield from self._by_seam(seams[name], declared, stages)
            else:
                paths = [name] if "/" in name else [path for path in stages if path.startswith(f"{name}/")]
                yield from self._by_stages(paths, declared, stages)
        words = set(re.findall(r"\w+", metric.filter)) | set(metric.segments)
        labels = {each["key"]: each["label"] for each in document["properties"]}
        yield from (f"property {labels[key]}, which changes" for key in sorted(words & self.properties & labels.keys()))

    def _by_seam(self, seam: dict[str, Any], declared: Declaration, stages: dict[str, Any]) -> Iterator[str]:
        is_timed = "calendar" in declared.seam_parts and seam["calendar"] in self.calendars
        if self.seams.get(seam["key"], frozenset()) & declared.seam_parts or is_timed:
            yield f"seam {seam['label']}, which changes"
        yield from self._by_stages([seam["trigger"]], declared, stages)

    def _by_stages(self, paths: list[str], declared: Declaration, stages: dict[str, Any]) -> Iterator[str]:
        for path in paths:
            if self.stages.get(path, frozenset()) & (declared.stage_parts | {NEW}):
                yield f"stage {stages[path]['label']}, which changes"


NEW = "new"


def _parts_that_differ(before: dict[str, Any], after: dict[str, Any]) -> dict[str, frozenset[str]]:
    """Of each item the names of its parts that differ; a new one has all of them, and is new."""
    found = {}
    for key, item in after.items():
        old = before.get(key)
        if old is None:
            found[key] = frozenset((*item, NEW))
        elif parts := frozenset(part for part in {*old, *item} if old.get(part) != item.get(part)):
            found[key] = parts
    return found


def _stages(document: Document) -> dict[str, Any]:
    return {f"{each['key']}/{stage['key']}": stage for each in document["pipelines"] for stage in each["stages"]}


def _by_key(items: list[dict[str, Any]]) -> dict[str, Any]:
    return {each["key"]: each for each in items}
