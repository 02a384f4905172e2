"""Checks of the seams: owners, ladders, clocks, calendars, routing."""

from __future__ import annotations

from governance.checks.finding import Finding, Given, finding
from handoffs.blueprint import calendar_of
from revops.businesstime import BadCalendar


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
        early = [step["after_minutes"] for step in seam["ladder"] if -step["after_minutes"] >= answer > 0]
        if early:
            doubts.append(f"{seam['label']}: a step {-early[0]} min before the due time falls at or before the offer.")
    return finding("sla", "Every SLA allows time", failed=faults, warned=doubts, fine="Minutes are above zero.")


def check_calendars(given: Given) -> Finding:
    """Every calendar can be read and opens at some time, else its clocks would never run out."""
    faults = []
    for each in given.proposed["calendars"]:
        try:
            if calendar_of(each).is_never_open:
                faults.append(f"{each['label']} has no working hours.")
        except BadCalendar as bad:
            faults.append(f"{each['label']}: {bad}")
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
