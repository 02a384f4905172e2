"""Checks of what is counted: metrics, their owners, and which numbers are read differently."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from blueprint.differences import DEFINITION, differences
from blueprint.paths import Document
from blueprint.schema import Blueprint, MetricTerms
from governance.checks.finding import CheckInput, Said, check, doubt, fault
from scorecard.kinds import KINDS, MetricKind
from scorecard.kinds.faults import faults_of

USES = ("in_plan", "in_compensation", "paid_teams")


@check("metrics", "Every metric can be counted", fine="Every metric is defined soundly.")
def check_metrics(given: CheckInput) -> Iterator[Said]:
    """Every metric's kind can count what it names."""
    for metric in given.read.metrics:
        for each in faults_of(metric, given.read):
            yield fault(each.path, f"Metric {metric.label}: {each}")


@check("owners", "Every metric has an owner", fine="Every metric is owned.")
def check_owners(given: CheckInput) -> Iterator[Said]:
    """Every metric has an owner who is here (R41)."""
    for metric in given.proposed.metrics:
        path = f"metrics/{metric.key}/owner"
        if not metric.owner:
            yield fault(path, f"Metric {metric.label} has no owner.")
        elif metric.owner not in given.facts.active_emails:
            yield fault(path, f"Metric {metric.label} is owned by {metric.owner}, who is not an active member.")


@check("reports", "Which numbers will be read differently", fine="No metric's definition is touched.")
def check_reports(given: CheckInput) -> Iterator[Said]:
    """Whoever approves knows which numbers move, and who is paid by them."""
    for key, sentence in reports_changed(*given.documents, given.read).items():
        yield doubt("metrics", sentence)
        for terms in (given.base.metrics_by_key.get(key), given.proposed.metrics_by_key.get(key)):
            if terms and (terms.in_plan or terms.in_compensation):
                yield doubt(f"metrics/{key}/in_compensation", used_for(terms, given.facts.people_by_team))


def reports_changed(base: Document, proposed: Document, blueprint: Blueprint) -> dict[str, str]:
    """A sentence for each metric that is new, gone, defined anew, paid by otherwise, or read from a stage or seam that
    changed, by its key.

    `blueprint` is the proposed document, read."""
    before = {each["key"]: each for each in base["metrics"]}
    after = {each["key"]: each for each in proposed["metrics"]}
    gone = {key: each for key, each in before.items() if key not in after}
    said = {key: f"Metric {each['label']} would no longer be measured." for key, each in gone.items()}
    touched = Touched.between(base, proposed, blueprint)
    for key, metric in after.items():
        old, label = before.get(key), f"Metric {metric['label']}"
        if old is None:
            said[key] = f"{label} is new."
        elif any(old.get(part) != metric.get(part) for part in DEFINITION):
            said[key] = f"{label} would be defined anew."
        elif old.get("target") != metric.get("target"):
            said[key] = f"{label}: the target goes from {old.get('target')} to {metric.get('target')}."
        elif old.get("targets", []) != metric.get("targets", []):
            said[key] = f"{label}: its targets by period change."
        elif any((old.get(part) or None) != (metric.get(part) or None) for part in USES):
            said[key] = f"{label}: whether plan and pay go by it changes."
        elif read := dict.fromkeys(touched.by(blueprint.metrics_by_key[key])):
            said[key] = f"{label} reads {', '.join(read)}."
    return said


def used_for(metric: MetricTerms, people_by_team: Mapping[str, str]) -> str:
    """That plan or pay go by a metric, and who is paid by it."""
    paid = [people_by_team.get(team, team) for team in metric.paid_teams]
    told = ["the plan"] if metric.in_plan else []
    told += ["compensation"] if metric.in_compensation else []
    who = f" Paid by it: {'; '.join(paid)}." if paid else " No team is named that is paid by it."
    return f"Metric {metric.label} is in {' and in '.join(told)}.{who if metric.in_compensation else ''}"


NEW = "new"  # beside the names of parts: the whole of it


@dataclass(frozen=True)
class Touched:
    """Parts of stages and seams that differ, and calendars and properties that do. A kind declares what it reads."""

    blueprint: Blueprint
    stages: dict[str, set[str]]
    seams: dict[str, set[str]]
    whole: set[tuple[str, str]]

    @classmethod
    def between(cls, base: Document, proposed: Document, blueprint: Blueprint) -> Touched:
        """What a proposal changes; `blueprint` is the proposed one."""
        found = cls(blueprint, defaultdict(set), defaultdict(set), set())
        for edit in differences(base, proposed):
            match edit.path:
                case ("pipelines", {"key": pipeline}):
                    for stage in (edit.after or {}).get("stages", ()):
                        found.stages[f"{pipeline}/{stage['key']}"].add(NEW)
                case ("pipelines", {"key": pipeline}, "stages", {"key": stage}, *inside):
                    found.stages[f"{pipeline}/{stage}"].add(str(inside[0]) if inside else NEW)
                case ("seams", {"key": seam}, *inside):
                    found.seams[seam].add(str(inside[0]) if inside else NEW)
                case (("calendars" | "properties") as part, {"key": key}, *_):
                    found.whole.add((part, key))
                case ("scoring", *_):
                    for stage in blueprint.stages_by_path.values():
                        if any("score" in line.expression for line in stage.entry):
                            found.stages[stage.path].add("entry")
        return found

    def by(self, metric: MetricTerms) -> Iterator[str]:
        """What of it a metric of the blueprint reads, in words. Of a metric that cannot be counted, nothing."""
        declared = KINDS.get(metric.kind)
        if declared is None or faults_of(metric, self.blueprint):
            return
        stages = self.blueprint.stages_by_path
        for _, what, name in declared.parameters.model_validate(metric.parameters).references():
            if what == "seam":
                yield from self._by_seam(name, declared)
            elif what == "calendar":
                labels = {each.key: each.label for each in self.blueprint.calendars}
                yield from [f"calendar {labels[name]}, which changes"] if ("calendars", name) in self.whole else []
            else:
                paths = [name] if "/" in name else [path for path in stages if path.startswith(f"{name}/")]
                yield from self._by_stages(paths, declared)
        lines = " ".join([metric.filter, *map(str, metric.parameters.values())])
        words = set(re.findall(r"\w+", lines)) | set(metric.segments)
        labels = {each.key: each.label for each in self.blueprint.properties if ("properties", each.key) in self.whole}
        yield from (f"property {labels[key]}, which changes" for key in sorted(words & labels.keys()))

    def _by_seam(self, key: str, declared: MetricKind) -> Iterator[str]:
        seam = self.blueprint.seams_by_key[key]
        is_timed = "calendar" in declared.seam_parts and ("calendars", seam.calendar) in self.whole
        if self.seams.get(key, set()) & (declared.seam_parts | {NEW}) or is_timed:
            yield f"seam {seam.label}, which changes"
        yield from self._by_stages([seam.trigger], declared)

    def _by_stages(self, paths: Iterable[str], declared: MetricKind) -> Iterator[str]:
        for path in paths:
            if self.stages.get(path, set()) & (declared.stage_parts | {NEW}):
                yield f"stage {self.blueprint.stages_by_path[path].label}, which changes"
