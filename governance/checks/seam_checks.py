"""Checks of the seams: owners, ladders, clocks, calendars, routing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from contextlib import suppress
from operator import attrgetter

from blueprint.expressions.moments import turns_of
from blueprint.expressions.source import BadExpression
from blueprint.schema import Blueprint, RuleTerms, SeamTerms
from blueprint.schema.vocabularies import Disposition, PacketType, PoolStrategy, RoutingTarget
from core.businesstime import BadCalendar
from governance.checks.finding import CheckInput, Said, check, doubt, fault
from governance.checks.ladder_checks import PLAIN, faults_of_ladder
from governance.checks.references import CATCH_ALL
from governance.checks.territory_checks import said_of_territories

USUAL_ORDER = {"named_account": 0, "account_owner": 1, "record_owner": 2, "territory": 3}
PASSES_ON = USUAL_ORDER.keys()  # whom they lead to may be nobody


def may_reach_nobody(rule: RuleTerms, asking: Collection[str]) -> bool:
    """Whether the next rule may decide though this one is met: an owner or a territory may be nobody, a person may be
    away or full, and in a pool that asks for skills (`asking`) perhaps nobody has them. Another pool asks no further.
    """
    return rule.target != RoutingTarget.POOL or rule.pool in asking


@check("seams", "Every seam is owned and climbs its ladder in order", fine="Owners, ladders and triggers are sound.")
def check_seams(given: CheckInput) -> Iterator[Said]:
    """Each seam has an owner who is here and a ladder in order; of several at one stage, none moves the record on."""
    for seam in given.proposed.seams:
        label, path = seam.label, f"seams/{seam.key}"
        if not seam.owner:
            yield fault(f"{path}/owner", f"{label} has no owner.")
        elif seam.owner not in given.facts.active_emails:
            yield fault(f"{path}/owner", f"{label} is owned by {seam.owner}, who is not an active member.")
        minutes = [step.after_minutes for step in seam.ladder if not (step.wall or step.after_percent)]
        if minutes != sorted(minutes):
            yield fault(f"{path}/ladder", f"{label}: the steps of the ladder are not in order of time.")
        if any(step.action == "set" or step.model_fields_set - PLAIN for step in seam.ladder):
            yield from faults_of_ladder(seam, path, given)
        for item in seam.packet:
            if item.type == PacketType.CHOICE and not item.options:
                yield fault(
                    f"{path}/packet/{item.key}/options", f"{label}: “{item.label}” has no options to choose from."
                )
        if not seam.ladder:
            yield doubt(f"{path}/ladder", f"{label} has no ladder: a breach would be seen by nobody.")
        yield from _faults_of_pauses(seam, path, given.proposed)
        beside = [each for each in given.proposed.seams if each.trigger == seam.trigger and each.key != seam.key]
        if beside and seam.on_accept.advance:
            said = f"{label} and {beside[0].label} are triggered by the same stage: accepting {label} may not move the "
            yield fault(f"{path}/on_accept/advance", f"{said}record on while the other waits.")
    gone = {seam.key for seam in given.base.seams} - {seam.key for seam in given.proposed.seams}
    for key in sorted(gone):
        if waiting := given.facts.open_handoffs_by_seam.get(key, 0):
            said = f"Seam {key} would go while {waiting:,} handoffs are open on it. Answer or recall them first."
            yield fault("seams", said)


def _faults_of_pauses(seam: SeamTerms, path: str, blueprint: Blueprint) -> Iterator[Said]:
    """A clock that stands still does so when it is time: lines that choose which time they compare cannot say when."""
    for place, line in enumerate(seam.pause_when):
        with suppress(BadExpression):  # another check says so
            if not turns_of(blueprint.catalogue, [line.expression]).is_solved:
                said = f"{seam.label}: when “{line.label}” comes true by time alone cannot be told beforehand. Compare "
                yield fault(f"{path}/pause_when/{place}/expression", f"{said}now with one date or time.")


@check("sla", "Every SLA allows time", fine="Minutes are above zero.")
def check_sla(given: CheckInput) -> Iterator[Said]:
    """Time allowed is more than none, and the first touch is not due before the answer."""
    for seam in given.proposed.seams:
        label, path = seam.label, f"seams/{seam.key}"
        answer, touch = seam.answer_minutes, seam.touch_minutes
        if answer <= 0:
            yield fault(f"{path}/answer_minutes", f"{label} gives no time to answer.")
        if touch is not None and touch <= 0:
            yield fault(f"{path}/touch_minutes", f"{label} gives no time for the first touch.")
        elif touch is not None and touch < answer:
            said = f"{label}: the first touch ({touch} min) is due before the answer ({answer} min)."
            yield doubt(f"{path}/touch_minutes", said)
        yield from _faults_of_lines(seam, path)
        yield from _faults_of_first_touch(seam, path)
        if seam.pausing.times and "pause" not in map(attrgetter("purpose"), given.proposed.reason_codes):
            said = f"{label}: its clocks may be paused by hand, but there is no reason to choose for it."
            yield fault(f"{path}/pausing/times", said)
        early = [step.after_minutes for step in seam.ladder if not step.wall and -step.after_minutes >= answer > 0]
        if early:
            said = f"{label}: a step {-early[0]} min before the due time falls at or before the offer."
            yield doubt(f"{path}/ladder", said)


def _faults_of_lines(seam: SeamTerms, path: str) -> Iterator[Said]:
    """Each line gives time, and stands where it is reached: a test that another line asked before never decides."""
    seen: dict[str, str] = {}
    for place, line in enumerate(seam.sla, start=1):
        where, called = f"{path}/sla/{place}", f"{seam.label}: SLA line “{line.label}”"
        if line.answer_minutes <= 0:
            yield fault(f"{where}/answer_minutes", f"{called} gives no time to answer.")
        if line.touch_minutes is not None and line.touch_minutes <= 0:
            yield fault(f"{where}/touch_minutes", f"{called} gives no time for the first touch.")
        text = " ".join(line.expression.split())
        if before := seen.get(CATCH_ALL, seen.get(text)):
            yield fault(where, f"{called} is never met, after “{before}”.")
        if not line.catch_all_only:
            seen.setdefault(text, line.label)


def _faults_of_first_touch(seam: SeamTerms, path: str) -> Iterator[Said]:
    """Something must count, and never the sending side's own touch; other clocks have names of their own."""
    for part in ("kinds", "directions", "outcomes", "sides"):
        if not getattr(seam.first_touch, part):
            yield fault(f"{path}/first_touch/{part}", f"{seam.label}: none of the {part} counts as first touch.")
    sender = seam.from_function
    if sender != seam.to_function and sender in seam.first_touch.sides:
        said = f"{seam.label}: a touch by the sending side ({sender}) would stop the receiver's clock."
        yield fault(f"{path}/first_touch/sides", said)
    if taken := {each.kind for each in seam.steps} & {"answer", "first_touch"}:
        said = f"{seam.label}: every handoff has a clock called {min(taken)}; call this one otherwise."
        yield fault(f"{path}/steps/{min(taken)}/label", said)


@check("traps", "No gate traps a handoff", fine="Whoever answers can, whatever the sender left out.")
def check_traps(given: CheckInput) -> Iterator[Said]:
    """What this change brings that could keep an offered record from going where an answer leads. Answers pass over
    the sender's gates; what is asked of the receiver must be within the receiver's reach."""
    known = set(_traps(given.base))
    return (each for each in _traps(given.proposed) if each not in known)


def _traps(blueprint: Blueprint) -> Iterator[Said]:
    refusals = {each.disposition for each in blueprint.reason_codes if each.purpose == "reject"}
    for seam in blueprint.seams:
        trigger = blueprint.stages_by_path.get(seam.trigger)
        if trigger is None:
            continue  # a broken reference is found elsewhere
        pipeline, path = blueprint.pipeline(trigger.pipeline_key), f"seams/{seam.key}"
        if trigger.exit:
            said = f"{seam.label}: {trigger.label} has exit criteria; an answer passes over them."
            yield doubt(f"{path}/trigger", said)
        leads_to = {seam.on_accept.advance: "accepting"} if seam.on_accept.advance else {}
        for disposition in sorted(each for each in Disposition if each in refusals):
            if disposition.category is None:
                continue
            found = pipeline.first_of(disposition.category)
            if found is None:
                said = f"{pipeline.label} has no {disposition.category} stage; the sender gets a task instead."
                yield doubt(f"{path}/trigger", f"{seam.label}: {said}")
            else:
                leads_to.setdefault(found.key, f"a reason to {disposition}")
        for key in leads_to.keys() - set(trigger.moves_to):
            said = f"{seam.label}: {leads_to[key]} leads to {key}, where {trigger.label} may not move by hand."
            yield doubt(f"{path}/on_accept/advance", said)
        yield from _asked_of_receiver(seam, blueprint)


def _asked_of_receiver(seam: SeamTerms, blueprint: Blueprint) -> Iterator[Said]:
    """Required fields of the stages accepting leads to that neither the packet nor the acceptance criteria ask for."""
    advance, create = seam.on_accept.advance, seam.on_accept.create
    paths = [f"{seam.trigger.partition('/')[0]}/{advance}"] if advance else []
    asked = [line.expression for line in seam.acceptance] + [each.key for each in seam.packet if each.required]
    words = set(re.findall(r"\w+", " ".join(asked)))
    for path in [*paths, create.path] if create else paths:
        stage = blueprint.stages_by_path.get(path)
        for key in stage.required if stage else ():
            if stage and key not in words:
                said = f"{seam.label}: {stage.label} requires {key}, which neither packet nor acceptance asks for."
                yield doubt(f"seams/{seam.key}/packet", said)


@check("calendars", "Working hours exist", fine="Every calendar opens.")
def check_calendars(given: CheckInput) -> Iterator[Said]:
    """Every calendar can be read and opens week by week, else its clocks would one day never run out."""
    for each in given.proposed.calendars:
        try:
            if not each.hours.has_a_week:
                yield fault(f"calendars/{each.key}/weekly/mon", f"{each.label} has no working hours.")
        except BadCalendar as bad:
            yield fault(f"calendars/{each.key}/time_zone", f"{each.label}: {bad}")


@check(
    "routing",
    "Every routing rule can be reached, and one catches all",
    fine="First match wins, and the last one always matches.",
)
def check_routing(given: CheckInput) -> Iterator[Said]:
    """Routing ends with a catch-all, and no rule stands where it is never reached; pools ask for what is there."""
    for pool in given.proposed.pools:
        path = f"pools/{pool.key}"
        if pool.strategy == PoolStrategy.NAMED and pool.first not in given.facts.active_emails:
            tell = doubt if pool.first else fault  # who left since then stops no other change; others take turns
            yield tell(f"{path}/first", f"Pool {pool.label}: name an active member who is next before all others.")
        for key in pool.skills_of:
            if key not in given.proposed.properties_by_key:
                said = f"Pool {pool.label} asks for skills by “{key}”, which is no property."
                yield fault(f"{path}/skills_of", said)
    asking = given.proposed.pools_that_ask
    for seam in given.proposed.seams:
        yield from _faults_of_routing(seam, asking)
        yield from _doubts_of_routing(seam, given)
    if given.proposed.territories or given.proposed.team_regions or given.proposed.team_seats:
        yield from said_of_territories(given)


def _faults_of_routing(seam: SeamTerms, asking: Collection[str]) -> Iterator[Said]:
    rules, where = seam.routing, f"seams/{seam.key}/routing"
    if not rules or rules[-1].expression.strip() != CATCH_ALL or rules[-1].target == RoutingTarget.TERRITORY:
        yield fault(where, f"{seam.label}: the last routing rule is not a catch-all (true).")
    seen: dict[tuple[str, str], str] = {}
    furthest, before = 0, ""
    for place, rule in enumerate(rules, start=1):
        text = " ".join(rule.expression.split())
        reached = f"{rule.target} {rule.pool or rule.member}" if may_reach_nobody(rule, asking) else ""
        called = f"rule {place} “{rule.label}”"
        if last := seen.get((CATCH_ALL, "")):
            yield fault(f"{where}/{place}", f"{seam.label}: {called} is never reached, after {last}.")
        elif same := seen.get((text, reached)):
            yield fault(f"{where}/{place}/expression", f"{seam.label}: {called} asks the same as {same}.")
        seen.setdefault((text, reached), called)
        # Whoever is bound most closely to a record comes first; then territories, segments and everybody else.
        step = USUAL_ORDER.get(rule.target, len(USUAL_ORDER))
        if step < furthest:
            said = f"{seam.label}: {called} asks for {rule.target.label.lower()} only after {before}."
            yield doubt(f"{where}/{place}/target", said)
        furthest, before = max((furthest, before), (step, called))
    if rules and may_reach_nobody(rules[-1], asking):
        said = f"{seam.label}: the last rule may reach nobody; name a pool there that asks for no skills."
        yield doubt(f"{where}/{len(rules)}/target", said)


def _doubts_of_routing(seam: SeamTerms, given: CheckInput) -> Iterator[Said]:
    labels = {pool.key: pool.label for pool in given.proposed.pools}
    for place, rule in enumerate(seam.routing, start=1):
        where = f"seams/{seam.key}/routing/{place}"
        if rule.target == "pool" and not given.facts.seats_by_pool.get(rule.pool):
            pool = labels.get(rule.pool, rule.pool)
            yield doubt(f"{where}/pool", f"{seam.label}: nobody takes turns in pool “{pool}”; offers would wait.")
        if rule.target == "member" and rule.member not in given.facts.active_emails:
            yield doubt(f"{where}/member", f"{seam.label}: {rule.member} is not an active member.")
