"""Checks of the seams: owners, ladders, clocks, calendars, routing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from blueprint.paths import Document
from blueprint.schema.vocabularies import Disposition
from core.businesstime import BadCalendar
from governance.checks.finding import CheckInput, Finding, Said, WorkspaceFacts, finding


def check_seams(given: CheckInput) -> Finding:
    """Each seam has an owner who is here, a ladder in order, and a trigger of its own."""
    faults, doubts, triggers = [], [], {}
    for seam in given.proposed["seams"]:
        label, owner, path = seam["label"], seam.get("owner", ""), f"seams/{seam['key']}"
        if not owner:
            faults.append(Said(f"{label} has no owner.", f"{path}/owner"))
        elif owner not in given.world.active_emails:
            faults.append(Said(f"{label} is owned by {owner}, who is not an active member.", f"{path}/owner"))
        minutes = [step["after_minutes"] for step in seam["ladder"]]
        if minutes != sorted(minutes):
            faults.append(Said(f"{label}: the steps of the ladder are not in order of time.", f"{path}/ladder"))
        if not seam["ladder"]:
            doubts.append(Said(f"{label} has no ladder: a breach would be seen by nobody.", f"{path}/ladder"))
        if seam["trigger"] in triggers:
            said = f"{label} and {triggers[seam['trigger']]} are triggered by the same stage."
            faults.append(Said(said, f"{path}/trigger"))
        triggers[seam["trigger"]] = label
    return finding(
        "seams",
        "Every seam is owned and climbs its ladder in order",
        failed=[*faults, *_waiting_on_what_goes(given)],
        warned=doubts,
        fine="Owners, ladders and triggers are sound.",
    )


def _waiting_on_what_goes(given: CheckInput) -> Iterator[str]:
    gone = {seam["key"] for seam in given.base["seams"]} - {seam["key"] for seam in given.proposed["seams"]}
    for key in sorted(gone):
        if waiting := given.world.open_handoffs_by_seam.get(key, 0):
            yield f"Seam {key} would go while {waiting:,} handoffs are open on it. Answer or recall them first."


def check_sla(given: CheckInput) -> Finding:
    """Time allowed is more than none, and the first touch is not due before the answer."""
    faults: list[str] = []
    doubts: list[str] = []
    for seam in given.proposed["seams"]:
        answer, touch = seam["answer_minutes"], seam.get("touch_minutes")
        if answer <= 0:
            faults.append(Said(f"{seam['label']} gives no time to answer.", f"seams/{seam['key']}/answer_minutes"))
        if touch is not None and touch <= 0:
            faults.append(
                Said(f"{seam['label']} gives no time for the first touch.", f"seams/{seam['key']}/touch_minutes")
            )
        elif touch is not None and touch < answer:
            doubts.append(
                Said(
                    f"{seam['label']}: the first touch ({touch} min) is due before the answer ({answer} min).",
                    f"seams/{seam['key']}/touch_minutes",
                )
            )
        faults += _faults_of_first_touch(seam)
        early = [step["after_minutes"] for step in seam["ladder"] if -step["after_minutes"] >= answer > 0]
        if early:
            doubts.append(
                Said(
                    f"{seam['label']}: a step {-early[0]} min before the due time falls at or before the offer.",
                    f"seams/{seam['key']}/ladder",
                )
            )
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
        faults.append(
            Said(
                f"{label}: a touch by the sending side ({seam['from']}) would stop the receiver's clock.",
                f"seams/{seam['key']}/first_touch/sides",
            )
        )
    return faults


def check_traps(given: CheckInput) -> Finding:
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


def check_calendars(given: CheckInput) -> Finding:
    """Every calendar can be read and opens at some time, else its clocks would never run out."""
    faults: list[str] = []
    for each in given.read.calendars:
        try:
            if each.hours.is_never_open:
                faults.append(Said(f"{each.label} has no working hours.", f"calendars/{each.key}/weekly/mon"))
        except BadCalendar as bad:
            faults.append(f"{each.label}: {bad}")
    return finding("calendars", "Working hours exist", failed=faults, fine="Every calendar opens.")


def check_routing(given: CheckInput) -> Finding:
    """Routing ends with a catch-all, and no rule stands where it is never reached."""
    faults, doubts = [], []
    for seam in given.proposed["seams"]:
        faults += _faults_of_routing(seam)
        doubts += _doubts_of_routing(seam, given.world)
    return finding(
        "routing",
        "Every routing rule can be reached, and one catches all",
        failed=faults,
        warned=dict.fromkeys(doubts),
        fine="First match wins, and the last one always matches.",
    )


def _faults_of_routing(seam: dict[str, Any]) -> Iterator[Said]:
    rules, where = seam["routing"], f"seams/{seam['key']}/routing"
    if not rules or rules[-1]["expression"].strip() != "true":
        yield Said(f"{seam['label']}: the last routing rule is not a catch-all (true).", where)
    seen: dict[str, str] = {}
    for place, rule in enumerate(rules, start=1):
        text, called = " ".join(rule["expression"].split()), f"rule {place} “{rule['label']}”"
        if "true" in seen:
            yield Said(f"{seam['label']}: {called} is never reached, after {seen['true']}.", f"{where}/{place}")
        elif text in seen:
            yield Said(f"{seam['label']}: {called} asks the same as {seen[text]}.", f"{where}/{place}/expression")
        seen.setdefault(text, called)


def _doubts_of_routing(seam: dict[str, Any], world: WorkspaceFacts) -> Iterator[Said]:
    for place, rule in enumerate(seam["routing"], start=1):
        where, pool, member = f"seams/{seam['key']}/routing/{place}", rule.get("pool", ""), rule.get("member")
        if rule["target"] == "pool" and not world.seats_by_pool.get(pool):
            said = f"{seam['label']}: nobody takes turns in pool “{rule.get('pool')}”; offers would wait."
            yield Said(said, f"{where}/pool")
        if rule["target"] == "member" and member not in world.active_emails:
            yield Said(f"{seam['label']}: {member} is not an active member.", f"{where}/member")
