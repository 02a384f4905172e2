"""The intake in SQL and the rules in Python agree: score, its reasons, and the stage where a record ends.

And whatever comes in, in whatever order: every row is accounted for, every record has exactly one open stay.
"""

import random
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db.models import Count, F, Q
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blueprint.documents import blueprint_of
from core.errors import Refusal
from core.tenancy.scope import workspace_scope
from lifecycle.actions import editing
from lifecycle.actions.advancing import advance
from lifecycle.actions.intake import Incoming, take_in
from lifecycle.actions.touching import log_activity
from lifecycle.actions.waiting import holds
from lifecycle.facts import facts_of
from lifecycle.models import Record, Rejection, ScoreChange, StageStay
from lifecycle.rules.gates import auto_path, born_from, what_is_missing
from lifecycle.rules.scoring import score
from tests.cast import MONDAY_10, Cast

ONE_BY_ONE = settings(
    max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture
def acme(cast: Cast):
    with workspace_scope(cast.acme):
        yield cast


def some_properties(dice: random.Random) -> dict[str, Any]:
    choices: dict[str, tuple[Any, ...]] = {
        "employees": (0, 10, 49, 50, 499, 500, 100_000),
        "seniority": ("Individual", "Manager", "Director", "VP", "C-level"),
        "demo_requested": (True, False),
        "trial_started": (True, False),
        "webinar_attended": (True, False),
        "pages_viewed": (0, 9, 10, 55),
        "visits": (1, 2, 3),
        "opted_out": (True, False),
        "phone": ("1",),
        "use_case": ("Routing", "Scoring"),
        "unnamed_attribute": ("x", 1, True),
    }
    return {key: dice.choice(values) for key, values in choices.items() if dice.random() < 0.5}


def some_row(dice: random.Random, line: int, ids: int = 12) -> Incoming:
    kind = dice.choice(("lead", "lead", "opportunity", "customer"))
    core: dict[str, Any] = {"name": f"N{dice.randint(1, 9)}"}
    if dice.random() < 0.6:
        core["email"] = f"p{dice.randint(1, ids)}@{dice.choice(('x.example', 'gmail.com', 'y.example'))}"
    if dice.random() < 0.4:
        core["account"] = dice.choice(("Initech", "INITECH", "Globo Corp", "Globo-Corp"))
    if dice.random() < 0.3:
        core["amount"] = dice.choice((0, 10, 12.345, None))
    if dice.random() < 0.2:
        core["closes_on"] = MONDAY_10.date()
    stage = ""
    if dice.random() < 0.4:
        pipelines = {"lead": ("lead", "mql", "sal", "recycled", "lost", "nirvana")}
        pipelines["opportunity"] = ("discovery", "qualification", "proposal", "closed_won", "closed_lost", "signal")
        pipelines["customer"] = ("kickoff", "implementation", "churned", "renewed")
        stage = dice.choice(pipelines[kind])
    return Incoming(
        line=line,
        kind=kind,
        system=dice.choice(("", "crm", "enrichment")),
        external_id=str(dice.randint(1, ids)) if dice.random() < 0.6 else "",
        core=core,
        properties=some_properties(dice),
        stage=stage,
        reason_key=dice.choice(("", "price", "price", "nonsense")),
    )


def check_everything(acme: Cast) -> None:
    """What is true of the stays of every record after anything."""
    odd = Record.objects.annotate(open=Count("stays", filter=Q(stays__exited_at__isnull=True))).exclude(open=1)
    assert not odd.exists()
    open_stays = StageStay.objects.filter(exited_at__isnull=True)
    assert not open_stays.exclude(stage_id=F("record__stage_id")).exists()
    assert not open_stays.exclude(entered_at=F("record__entered_stage_at")).exists()
    assert not open_stays.exclude(pipeline_id=F("record__pipeline_id")).exists()
    told = list(StageStay.objects.order_by("record", "entered_at", "exited_at", "id"))
    for before, after in pairwise(told):
        if before.record_id == after.record_id:
            assert before.exited_at == after.entered_at and after.from_stage_id == before.stage_id


@ONE_BY_ONE
@given(seed=st.integers(0, 2**32))
def test_every_row_is_accounted_for(acme: Cast, seed: int) -> None:
    dice = random.Random(seed)
    for batch in range(3):
        rows = [some_row(dice, line) for line in range(1, dice.randint(2, 30))]
        kept, records = Rejection.objects.count(), Record.objects.count()
        at = MONDAY_10 + timedelta(hours=batch)
        on_repeat = dice.choice(("update", "first"))
        outcome = take_in(acme.acme, rows, by=acme.dana, at=at, on_repeat=on_repeat)
        assert len(rows) == outcome.created + outcome.updated + outcome.unchanged + len(outcome.rejected)
        assert {each.line for each in rows} == {*outcome.numbers, *(each.line for each in outcome.rejected)}
        assert Rejection.objects.count() - kept == len(outcome.rejected)
        assert Record.objects.count() - records == outcome.created
        check_everything(acme)


@ONE_BY_ONE
@given(seed=st.integers(0, 2**32))
def test_score_reasons_and_stage_are_what_the_rules_in_python_say(acme: Cast, seed: int) -> None:
    dice = random.Random(seed)
    lifecycle, model = blueprint_of(acme.acme), blueprint_of(acme.acme).scoring
    rows = [
        Incoming(line, "lead", core={"email": f"s{seed}-{line}@x.example"}, properties=some_properties(dice))
        for line in range(1, 25)
    ]
    first = take_in(acme.acme, rows, by=acme.dana, at=MONDAY_10)
    assert len(first.ids) == len(rows)
    for record in Record.objects.select_related("stage", "account").filter(pk__in=first.ids.values()):
        _agrees(lifecycle, model, record, lifecycle.pipeline("lifecycle").first, MONDAY_10)
    later = MONDAY_10 + timedelta(days=dice.randint(1, 90))
    touched = MONDAY_10 + timedelta(days=dice.randint(0, 3))
    before = {}
    for record in Record.objects.select_related("stage", "account").filter(pk__in=first.ids.values()):
        if dice.random() < 0.5:
            Record.objects.filter(pk=record.pk).update(last_activity_at=touched)
        before[record.pk] = (lifecycle.stages_by_id[record.stage_id], record.properties)
    changes = [
        Incoming(row.line, "lead", core=row.core, properties={**some_properties(dice), "phone": str(seed)})
        for row in rows
    ]
    take_in(acme.acme, changes, by=acme.dana, at=later)
    for record in Record.objects.select_related("stage", "account").filter(pk__in=first.ids.values()):
        _agrees(lifecycle, model, record, before[record.pk][0], later)


def _agrees(lifecycle: Any, model: Any, record: Record, start: Any, at: Any) -> None:
    facts = facts_of(record, record.workspace, at) | {"stage": start.key}
    said = score(model, lifecycle.catalogue, facts, at)
    assert record.score == said.points
    change = ScoreChange.objects.filter(record=record, at=at).first()
    if change:
        assert (change.after, [tuple(each) for each in change.reasons]) == (said.points, list(said.reasons))
    path = auto_path(lifecycle, start, facts, at)
    assert record.stage_id == (path[-1] if path else start).id


@ONE_BY_ONE
@given(seed=st.integers(0, 2**32))
def test_the_gate_in_sql_is_the_gate_in_python(acme: Cast, seed: int) -> None:
    dice = random.Random(seed)
    lifecycle = blueprint_of(acme.acme)
    pipeline = lifecycle.pipeline(dice.choice(("lifecycle", "sales", "onboarding", "expansion")))
    core = {"amount": dice.choice((0, 5, None)), "closes_on": dice.choice((None, MONDAY_10.date()))}
    rows = [
        Incoming(
            line,
            pipeline.record_kind,
            core={"name": "R", **{key: value for key, value in core.items() if value is not None}},
            properties=some_properties(dice) | dice.choice(({}, {"next_step": "call", "kickoff_on": MONDAY_10.date()})),
            pipeline=pipeline.key,
            stage=dice.choice(pipeline.stages).key,
            reason_key=dice.choice(("", "price")),
        )
        for line in range(1, 15)
    ]
    outcome = take_in(acme.acme, rows, by=acme.dana, at=MONDAY_10)
    assert all(each.facts["unmet"] for each in outcome.rejected)
    moves = []
    for row in rows:
        if row.line in outcome.ids:
            born, asked_for = born_from(pipeline, pipeline.stage(row.stage)), pipeline.stage(row.stage)
            record = Record.objects.select_related("stage", "account").get(pk=outcome.ids[row.line])
            facts = facts_of(record, acme.acme, MONDAY_10)
            assert not what_is_missing(lifecycle, born, asked_for, facts, MONDAY_10, is_reasoned=bool(row.reason_key))
            target, reason = dice.choice(pipeline.stages), dice.choice(("", "price"))
            here = lifecycle.stages_by_id[record.stage_id]
            is_new_stage = target.id != here.id
            unmet = what_is_missing(lifecycle, here, target, facts, MONDAY_10, is_reasoned=bool(reason))
            moves.append((record, target, reason, [each.label for each in unmet] if is_new_stage else []))
    held = holds(acme.acme, [record.pk for record, *_ in moves])
    asked = [
        Incoming(line, record.kind, stage=target.key, reason_key=reason, record_id=record.pk)
        for line, (record, target, reason, _) in enumerate(moves, start=1)
    ]
    second = take_in(acme.acme, asked, by=acme.dana, at=MONDAY_10)
    refused = {
        each.line: [u["label"] for u in each.facts.get("unmet", [{"label": each.code}])] for each in second.rejected
    }
    for line, (record, target, _, labels) in enumerate(moves, start=1):
        waits = record.pk in held and target.id != record.stage_id and not labels
        assert refused.get(line, []) == (["handoff_open"] if waits else labels)


@ONE_BY_ONE
@given(seed=st.integers(0, 2**32))
def test_one_open_stay_after_any_sequence(acme: Cast, seed: int) -> None:
    dice = random.Random(seed)
    at = MONDAY_10
    for _ in range(12):
        at += timedelta(minutes=dice.randint(0, 500))
        records = list(Record.objects.order_by("number"))
        deed = dice.choice(("take", "move", "move", "override", "touch", "edit")) if records else "take"
        try:
            if deed == "take":
                rows = [some_row(dice, line, ids=5) for line in range(1, 6)]
                take_in(acme.acme, rows, by=acme.dana, at=at)
                continue
            record = dice.choice(records)
            stages = blueprint_of(acme.acme).pipeline(record.pipeline.key).stages
            target = dice.choice(stages).key
            if deed == "move":
                advance(record, target, by=acme.rick, at=at, reason_key="price")
            elif deed == "override":
                advance(record, target, by=acme.mona, at=at, override=True, reason_key="history")
            elif deed == "touch":
                log_activity(record, kind="call", outcome="talked", by=acme.rick, at=at)
            else:
                editing.edit_record(record, properties={"phone": str(at)}, by=acme.rick, at=at)
        except Refusal:
            pass
    check_everything(acme)
