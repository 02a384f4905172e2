"""Checks of the seams: owners, ladders, clocks, calendars, routing."""

from __future__ import annotations

import re
from typing import Any

from blueprint.paths import Document
from blueprint.schema.vocabularies import Disposition
from core.businesstime import BadCalendar
from governance.checks.finding import Finding, Given, finding


def check_seams(given: Given) -> Finding:
    """Each seam has an owner who is here, a ladder in order, and a trigger of its own."""
    faults, doubts, triggers = [], [], {}
    for seam in given.proposed["seams"]:
        label, owner = seam["label"], seam.get("owner", "")
        if not owner:
            faults.append(f"{label} has no owner.")
        elif owner not in given.world.active_emails:
            faults.append(f"{label} is owned by {owner}, who is not an active member.")
        minutes = [step["after_minutes"] for step in seam["ladder"]]
        if minutes != sorted(minutes):
            faults.append(f"{label}: the steps of the ladder are not in order of time.")
        if not seam["ladder"]:
            doubts.append(f"{label} has no ladder: a breach would be seen by nobody.")
        if seam["trigger"] in triggers:
            faults.append(f"{label} and {triggers[seam['trigger']]} are triggered by the same stage.")
        triggers[seam["trigger"]] = label
    gone = {seam["key"] for seam in given.base["seams"]} - {seam["key"] for seam in given.proposed["seams"]}
    for key in sorted(gone):
        waiting = given.world.open_handoffs_by_seam.get(key, 0)
        if waiting:
            faults.append(
                f"Seam {key} would go while {waiting:,} handoffs are open on it. Answer or recall them first."
            )
    return finding(
        "seams",
        "Every seam is owned and climbs its ladder in order",
        failed=faults,
        warned=doubts,
        fine="Owners, ladders and triggers are sound.",
    )


def check_sla(given: Given) -> Finding:
    """Time allowed is more than none, and the first touch is not due before the answer."""
    faults, doubts = [], []
    for seam in given.proposed["seams"]:
        answer, touch = seam["answer_minutes"], seam.get("touch_minutes")
        if answer <= 0:
            faults.append(f"{seam['label']} gives no time to answer.")
        if touch is not None and touch <= 0:
            faults.append(f"{seam['label']} gives no time for the first touch.")
        elif touch is not None and touch < answer:
            doubts.append(f"{seam['label']}: the first touch ({touch} min) is due before the answer ({answer} min).")
        faults += _faults_of_first_touch(seam)
        early = [step["after_minutes"] for step in seam["ladder"] if -step["after_minutes"] >= answer > 0]
        if early:
            doubts.append(f"{seam['label']}: a step {-early[0]} min before the due time falls at or before the offer.")
    return finding("sla", "Every SLA allows time", failed=faults, warned=doubts, fine="Minutes are above zero.")


def _faults_of_first_touch(seam: dict[str, Any]) -> list[str]:
    """Something must count, and never the sending side's own touch."""
    said, label = seam.get("first_touch") or {}, seam["label"]
    faults = [
        f"{label}: none of the {part} counts as first touch."
        for part in ("kinds", "directions", "outcomes", "sides")
        if part in said and not said[part]
    ]
    if seam["from"] != seam["to"] and seam["from"] in said.get("sides", ()):
        faults.append(f"{label}: a touch by the sending side ({seam['from']}) would stop the receiver's clock.")
    return faults


def check_traps(given: Given) -> Finding:
    """What this change brings that could keep an offered record from going where an answer leads. Answers pass over
    the sender's gates; what is asked of the receiver must be within the receiver's reach."""
    known = set(_traps(given.base))
    doubts = [each for each in _traps(given.proposed) if each not in known]
    return finding(
        "traps", "No gate traps a handoff", warned=doubts, fine="Whoever answers can, whatever the sender left out."
    )


def _traps(document: Document) -> list[str]:
    stages = {f"{p['key']}/{s['key']}": (p, s) for p in document["pipelines"] for s in p["stages"]}
    refusals = {each.get("disposition") for each in document["reason_codes"] if each["purpose"] == "reject"}
    doubts: list[str] = []
    for seam in document["seams"]:
        if seam["trigger"] not in stages:
            continue  # a broken reference is found elsewhere
        pipeline, trigger = stages[seam["trigger"]]
        label, on_accept = seam["label"], seam.get("on_accept", {})
        if trigger.get("exit"):
            doubts.append(f"{label}: {trigger['label']} has exit criteria; an answer passes over them.")
        leads_to = {on_accept["advance"]: "accepting"} if on_accept.get("advance") else {}
        for disposition in sorted(each for each in Disposition if each.category and each in refusals):
            category = disposition.category
            found = next((each for each in pipeline["stages"] if each.get("category", "open") == category), None)
            if found is None:
                doubts.append(f"{label}: {pipeline['label']} has no {category} stage; the sender gets a task instead.")
            else:
                leads_to.setdefault(found["key"], f"a reason to {disposition}")
        later = [each["key"] for each in pipeline["stages"]]
        usual = later[later.index(trigger["key"]) + 1 :][:1]
        for key in leads_to.keys() - set(trigger.get("moves_to", usual)):
            doubts.append(f"{label}: {leads_to[key]} leads to {key}, where {trigger['label']} may not move by hand.")
        doubts += _asked_of_receiver(seam, stages)
    return doubts


def _asked_of_receiver(seam: dict[str, Any], stages: dict[str, tuple[dict[str, Any], dict[str, Any]]]) -> list[str]:
    """Required fields of the stages accepting leads to that neither the packet nor the acceptance criteria ask for."""
    on_accept = seam.get("on_accept", {})
    paths = [f"{seam['trigger'].partition('/')[0]}/{on_accept['advance']}"] if on_accept.get("advance") else []
    if on_accept.get("create"):
        paths.append(f"{on_accept['create']['pipeline']}/{on_accept['create']['stage']}")
    asked = " ".join(line["expression"] for line in seam.get("acceptance", ()))
    asked += " " + " ".join(each["key"] for each in seam.get("packet", ()) if each.get("required", True))
    words = set(re.findall(r"\w+", asked))
    return [
        f"{seam['label']}: {stages[path][1]['label']} requires {key}, which neither packet nor acceptance asks for."
        for path in paths
        if path in stages
        for key in stages[path][1].get("required", ())
        if key not in words
    ]


def check_calendars(given: Given) -> Finding:
    """Every calendar can be read and opens at some time, else its clocks would never run out."""
    faults = []
    for each in given.read.calendars:
        try:
            if each.hours.is_never_open:
                faults.append(f"{each.label} has no working hours.")
        except BadCalendar as bad:
            faults.append(f"{each.label}: {bad}")
    return finding("calendars", "Working hours exist", failed=faults, fine="Every calendar opens.")


def check_routing(given: Given) -> Finding:
    """Routing ends with a catch-all, and no rule stands where it is never reached."""
    faults, doubts = [], []
    for seam in given.proposed["seams"]:
        rules, seen = seam["routing"], {}
        if not rules or rules[-1]["expression"].strip() != "true":
            faults.append(f"{seam['label']}: the last routing rule is not a catch-all (true).")
        for place, rule in enumerate(rules, start=1):
            text = " ".join(rule["expression"].split())
            if "true" in seen:
                faults.append(
                    f"{seam['label']}: rule {place} “{rule['label']}” is never reached, after {seen['true']}."
                )
            elif text in seen:
                faults.append(f"{seam['label']}: rule {place} “{rule['label']}” asks the same as {seen[text]}.")
            seen.setdefault(text, f"rule {place} “{rule['label']}”")
        for rule in rules:
            if rule["target"] == "pool" and not given.world.seats_by_pool.get(rule.get("pool", "")):
                doubts.append(f"{seam['label']}: nobody takes turns in pool “{rule.get('pool')}”; offers would wait.")
            if rule["target"] == "member" and rule.get("member") not in given.world.active_emails:
                doubts.append(f"{seam['label']}: {rule.get('member')} is not an active member.")
    return finding(
        "routing",
        "Every routing rule can be reached, and one catches all",
        failed=faults,
        warned=dict.fromkeys(doubts),
        fine="First match wins, and the last one always matches.",
    )
