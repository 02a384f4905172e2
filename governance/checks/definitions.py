"""Checks of what is counted: the score, properties in use, metrics and their owners."""

from __future__ import annotations

from governance.checks.finding import Finding, Given, finding
from governance.rules.paths import Document

DEFINITION = ("kind", "parameters", "filter", "unit")


def check_scoring(given: Given) -> Finding:
    """The threshold can be reached, and does not let everybody in."""
    scoring = given.proposed["scoring"]
    threshold, most = scoring["threshold"], scoring["fit_cap"] + scoring["behaviour_cap"]
    faults, doubts = [], []
    if threshold > most:
        faults.append(f"The threshold is {threshold}, but at most {most} points can be earned: nobody would qualify.")
    if threshold <= 0:
        doubts.append("With a threshold of 0 every record qualifies by score.")
    earned = {
        group: sum(max(rule["points"], 0) for rule in scoring["rules"] if rule["group"] == group)
        for group in ("fit", "behaviour")
    }
    reach = min(earned["fit"], scoring["fit_cap"]) + min(earned["behaviour"], scoring["behaviour_cap"])
    if reach < threshold <= most:
        faults.append(f"All rules together give {reach} points, fewer than the threshold of {threshold}.")
    starts = [band["from"] for band in scoring.get("bands", ())]
    if starts != sorted(starts):
        doubts.append("The score bands are not in order.")
    return finding(
        "scoring", "The threshold can be reached", failed=faults, warned=doubts, fine=f"{threshold} of {most} points."
    )


def check_properties(given: Given) -> Finding:
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


def check_metrics(given: Given) -> list[Finding]:
    """Every metric has an owner who is here (R41); and which numbers are read differently from now on."""
    faults = []
    for metric in given.proposed["metrics"]:
        owner = metric.get("owner", "")
        if not owner:
            faults.append(f"Metric {metric['label']} has no owner.")
        elif owner not in given.world.active_emails:
            faults.append(f"Metric {metric['label']} is owned by {owner}, who is not an active member.")
    return [
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
    moved = _touched(base, proposed)
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
            read = [moved[value] for value in metric.get("parameters", {}).values() if str(value) in moved]
            if read:
                said.append(f"Metric {metric['label']} reads {', '.join(dict.fromkeys(read))}.")
    return said


def _touched(base: Document, proposed: Document) -> dict[str, str]:
    """Stage paths and seam keys that changed, each with the words that say so."""
    touched: dict[str, str] = {}
    stages = {
        f"{pipeline['key']}/{stage['key']}": stage for pipeline in base["pipelines"] for stage in pipeline["stages"]
    }
    is_scored_anew = base["scoring"] != proposed["scoring"]
    for pipeline in proposed["pipelines"]:
        for stage in pipeline["stages"]:
            path = f"{pipeline['key']}/{stage['key']}"
            by_score = is_scored_anew and any("score" in line["expression"] for line in stage.get("entry", ()))
            if stages.get(path) != stage or by_score:
                touched[path] = f"stage {stage['label']}, which changes"
    seams = {seam["key"]: seam for seam in base["seams"]}
    for seam in proposed["seams"]:
        if seams.get(seam["key"]) != seam or seam["trigger"] in touched:
            touched[seam["key"]] = f"seam {seam['label']}, which changes"
    return touched
