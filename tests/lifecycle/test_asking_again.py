"""What depends on time is asked when its time comes: by the due moment of each record, and nobody else is walked."""

import random
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from blueprint.documents import blueprint_of, document
from blueprint.expressions.ast import day
from blueprint.expressions.criteria import compile_line
from blueprint.expressions.fields import Catalogue, DataType, Field
from blueprint.expressions.moments import TurningPoint, turns_of
from core.businesstime.instants import EPOCH, instant_of
from core.database import owner_cursor
from core.history.actions import running_version
from core.people.actions import change_workspace
from core.people.models import Workspace
from core.tenancy.scope import workspace_scope
from core.tenancy.sweeps import workspaces_with
from governance.actions.deciding import approve
from governance.actions.drafting import draft
from governance.actions.publishing import publish
from governance.actions.submitting import submit
from governance.models import Impact
from lifecycle.actions import advancing, rescoring, touching
from lifecycle.actions.intake import Incoming, take_in
from lifecycle.ask_again_sql import ask_again_of
from lifecycle.facts import facts_of
from lifecycle.gate_lines import lines_at_gate
from lifecycle.models import Record
from lifecycle.rules.gates import unmet_of
from tests.cast import MONDAY_10, Cast

DAY = 86_400_000_000
BERLIN = ZoneInfo("Europe/Berlin")  # Acme's
FIELDS = Catalogue([Field("trial_ends", DataType.DATETIME, "Trial ends"), Field("is_vip", DataType.BOOLEAN, "VIP")])


# --- the rule -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "turn"),
    [
        ("renews_on - now <= days(90)", TurningPoint(-1, (("renews_on", 1),), -90 * DAY, True)),
        ("now > trial_ends", TurningPoint(1, (("trial_ends", -1),), 0)),
        ("now - days(3) >= entered_stage_at", TurningPoint(1, (("entered_stage_at", -1),), -3 * DAY)),
        ("!(closes_on + days(1) < now) && is_vip", TurningPoint(-1, (("closes_on", 1),), DAY, True)),
        ("(now - created_at) - (closes_on - created_at) > days(1)", TurningPoint(1, (("closes_on", -1),), -DAY, True)),
        ("now >= date(\"2026-05-01\")", TurningPoint(1, (), -1_777_593_600_000_000, True)),
    ],
)  # fmt: skip
def test_a_comparison_with_now_is_solved_for_the_moment_it_turns(expression: str, turn: TurningPoint) -> None:
    found = turns_of(FIELDS, [expression])
    assert (found.turns, found.is_solved) == ((turn,), True)


@pytest.mark.parametrize("expression", ["closes_on < renews_on", "score > 3", "now - closes_on < now - renews_on"])
def test_what_does_not_turn_by_time_has_no_moment(expression: str) -> None:
    found = turns_of(FIELDS, [expression])
    assert (found.turns, found.is_solved) == ((), True)


@pytest.mark.parametrize(
    "expression",
    ["(is_vip ? now : closes_on) < renews_on", 'now - closes_on > now - timestamp("2026-05-01T00:00:00Z")'],
)
def test_a_date_that_is_chosen_cannot_be_solved_and_says_so(expression: str) -> None:
    found = turns_of(FIELDS, [expression])
    assert (found.turns, found.is_solved) == ((), False)


PARTS = ("renews_on", "closes_on", "created_at", "now", "now - days(3)", "closes_on + days(40)", "now + hours(7)")
LENGTHS = ("days(12)", "hours(36)", "now - created_at", "renews_on - now", "(now - closes_on) + days(2)")


@pytest.mark.parametrize("seed", range(40))
def test_an_answer_changes_at_its_moments_and_at_no_other(seed: int) -> None:
    dice = random.Random(seed)
    chosen = dice.choice((PARTS, LENGTHS))
    expression = f"{dice.choice(chosen)} {dice.choice(('<', '<=', '>', '>='))} {dice.choice(chosen)}"
    start = datetime(2026, 1, 1, tzinfo=UTC)
    facts: dict[str, Any] = {
        "renews_on": date(2026, 1, 1) + timedelta(days=dice.randint(0, 300)),
        "closes_on": date(2026, 1, 1) + timedelta(days=dice.randint(0, 300)),
        "created_at": start + timedelta(minutes=dice.randint(0, 400_000)),
    }
    found = turns_of(FIELDS, [expression])
    assert found.is_solved
    values = {key: day(each) if type(each) is date else instant_of(each) for key, each in facts.items()}
    moments = sorted(
        -(sum(values[key] * count for key, count in turn.fields) + turn.microseconds) // turn.times
        for turn in found.turns
    )
    test = compile_line(FIELDS, expression).test

    def answer(at: int) -> bool | None:
        return test({**facts, "now": EPOCH + timedelta(microseconds=at)})

    second = 1_000_000
    edges = [instant_of(start) - 900 * DAY, *moments, instant_of(start) + 900 * DAY]
    for begins, ends in pairwise(edges):
        inside = {answer(dice.randint(begins + second, ends - second)) for _ in range(20)}
        assert len(inside) == 1, expression
    for moment in moments:
        assert answer(moment - second) != answer(moment + second), expression


# --- records --------------------------------------------------------------------------------------------------------


@pytest.fixture
def acme(cast: Cast):  # type: ignore[no-untyped-def]
    with workspace_scope(cast.acme):
        yield cast


def with_entry(cast: Cast, *lines: str, rules: tuple[dict[str, Any], ...] = ()) -> Workspace:
    """Acme with a renewal stage that customers enter by themselves when these lines are met; the walk is not begun."""
    stages: list[Any] = ["pipelines", {"key": "renewal"}, "stages"]
    edits: list[tuple[list[Any], Any]] = [
        ([*stages, {"key": "days_90"}, "entry"], [{"label": line, "expression": line} for line in lines]),
        *(([*stages, {"key": key}, "entry"], []) for key in ("days_180", "days_30")),
        *(([*stages, {"key": key}, "auto_enter"], False) for key in ("days_180", "days_30")),
    ]
    edits += [(["playbooks", {"key": key}], None) for key in ("renewal", "expansion")]  # which ask as well
    if rules:
        known = document(cast.acme.pk, cast.acme.blueprint_version)["scoring"]["rules"]
        edits.append((["scoring", "rules"], [*known, *rules]))
    change = draft(cast.dana, title="As time goes by", reason="It does", edits=edits, at=MONDAY_10)
    submit(change, by=cast.dana, at=MONDAY_10)
    Impact.objects.filter(change=change).update(state=Impact.State.DONE, progress_ratio=1)
    approve(change, by=cast.vera, at=MONDAY_10, note="Fine")
    publish(change, by=cast.ada, at=MONDAY_10)
    return Workspace.objects.get(pk=cast.acme.pk)


def customer(workspace: Workspace, cast: Cast, at: datetime, **core: Any) -> Record:
    row = Incoming(1, "customer", core={"name": "Initech", **core}, pipeline="renewal", stage="days_180")
    outcome = take_in(workspace, [row], by=cast.ada, at=at)
    assert not outcome.rejected, outcome.rejected
    return Record.objects.get(pk=outcome.ids[1])


def stage_of(record: Record) -> str:
    return Record.objects.select_related("stage").get(pk=record.pk).stage.key


def test_a_record_enters_by_itself_when_its_time_has_come(acme: Cast) -> None:
    workspace = with_entry(acme, "renews_on - now <= days(90)")
    record = customer(workspace, acme, MONDAY_10, renews_on=date(2026, 9, 1))
    assert record.ask_again_at == datetime(2026, 6, 3, 0, 0, 1, tzinfo=BERLIN)
    assert rescoring.ask_due(workspace, record.ask_again_at - timedelta(minutes=1)) == 0
    assert rescoring.ask_due(workspace, record.ask_again_at) == 1
    assert stage_of(record) == "days_90"
    record.refresh_from_db()
    assert record.ask_again_at is None
    assert rescoring.ask_due(workspace, MONDAY_10 + timedelta(days=400)) == 0


TURNS = [  # zone, the day ninety days before the renewal, and when it begins there
    ("Asia/Tokyo", "2026-09-01", "2026-08-31T15:00Z"),
    ("Pacific/Kiritimati", "2026-09-01", "2026-08-31T10:00Z"),
    ("America/Los_Angeles", "2026-11-01", "2026-11-01T07:00Z"),  # the clocks go back that night
    ("America/Los_Angeles", "2026-11-02", "2026-11-02T08:00Z"),
    ("America/Los_Angeles", "2027-03-15", "2027-03-15T07:00Z"),  # they went forward the day before
    ("America/Havana", "2026-11-01", "2026-11-01T04:00Z"),  # midnight comes twice
    ("Africa/Cairo", "2027-04-30", "2027-04-29T22:00Z"),  # the clocks leap over midnight
]


def test_a_stage_turns_at_the_midnight_of_the_workspace(acme: Cast) -> None:
    workspace = with_entry(acme, "renews_on - now <= days(90)")
    second = timedelta(seconds=1)
    for zone, turns_on, begins in TURNS:
        workspace.time_zone = zone
        workspace.save(update_fields=["time_zone"])
        begins_at = datetime.fromisoformat(begins)
        record = customer(workspace, acme, MONDAY_10, renews_on=date.fromisoformat(turns_on) + timedelta(days=90))
        assert record.ask_again_at == begins_at + second, zone
        here, there = (blueprint_of(workspace).stages_by_path[f"renewal/days_{days}"] for days in (180, 90))
        for at, is_open in ((begins_at - second, False), (begins_at, True)):
            facts = facts_of(Record.objects.get(pk=record.pk), workspace, at)
            assert (not unmet_of(blueprint_of(workspace), "entry", there.entry, facts, at)) is is_open, zone
            assert (not lines_at_gate(blueprint_of(workspace), here, there, [record.pk], at)) is is_open, zone
        Record.objects.filter(pk=record.pk).update(ask_again_at=begins_at - second)
        assert rescoring.ask_due(workspace, begins_at - second) == 1
        record.refresh_from_db()
        assert (stage_of(record), record.ask_again_at) == ("days_180", begins_at + second), zone
        assert rescoring.ask_due(workspace, record.ask_again_at) == 1
        assert stage_of(record) == "days_90", zone


def test_the_first_moment_at_which_clocks_show_a_time_is_found(acme: Cast) -> None:
    zones = ("America/Havana", "Atlantic/Azores", "Africa/Cairo", "Asia/Beirut", "Australia/Lord_Howe", "Europe/Berlin")
    for name in zones:
        zone, shown = ZoneInfo(name), datetime(2026, 1, 1)  # noqa: DTZ001 - what a clock shows
        ahead = [(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=each)).astimezone(zone) for each in range(8_760)]
        turns = [b.astimezone(UTC) for a, b in pairwise(ahead) if a.utcoffset() != b.utcoffset()]
        assert len(turns) == 2
        for turn in turns:
            minutes = [turn + timedelta(minutes=each) for each in range(-180, 180)]
            clocks = [each.astimezone(zone).replace(tzinfo=None) for each in minutes]
            for shown in (clocks[60] + timedelta(minutes=30 * each) for each in range(8)):
                first = next(at for at, clock in zip(minutes, clocks, strict=True) if clock >= shown)
                with connection.cursor() as cursor:
                    cursor.execute("select public.first_shown(%s::timestamp, %s)", [shown, name])
                    assert cursor.fetchone() == (first,), (name, shown)


def test_another_zone_of_the_workspace_moves_the_moment(acme: Cast) -> None:
    record = customer(acme.acme, acme, MONDAY_10, renews_on=date(2026, 8, 20))
    kept = {"name": "Acme", "currency": acme.acme.currency, "security_log_days": acme.acme.security_log_days}
    workspace = change_workspace(acme.acme, time_zone="Asia/Tokyo", **kept, by=acme.ada, at=MONDAY_10)
    while rescoring.ask_batch(workspace, at=MONDAY_10):
        pass
    record.refresh_from_db()
    assert record.ask_again_at == datetime(2026, 5, 21, 15, 0, 1, tzinfo=UTC)


def test_an_edit_moves_the_moment_and_a_blank_date_has_none(acme: Cast) -> None:
    workspace = with_entry(acme, "renews_on - now <= days(90)")
    record = customer(workspace, acme, MONDAY_10)
    assert record.ask_again_at is None
    row = Incoming(1, "customer", record_id=record.pk, core={"renews_on": date(2026, 12, 1)})
    take_in(workspace, [row], by=acme.ada, at=MONDAY_10)
    record.refresh_from_db()
    assert record.ask_again_at == datetime(2026, 9, 2, 0, 0, 1, tzinfo=BERLIN)


def test_the_earliest_of_several_moments_counts_and_the_next_one_after_it(acme: Cast) -> None:
    workspace = with_entry(acme, "renews_on - now <= days(90) || now - entered_stage_at > days(400)", "amount > 5")
    record = customer(workspace, acme, MONDAY_10, renews_on=date(2026, 9, 1))
    rescoring.ask_due(workspace, datetime(2026, 6, 4, tzinfo=UTC))
    record.refresh_from_db()
    assert stage_of(record) == "days_180"  # the amount is still missing
    assert record.ask_again_at == MONDAY_10 + timedelta(days=400, seconds=1)


def test_a_person_who_moves_it_and_a_touch_work_the_moment_out_anew(acme: Cast) -> None:
    workspace = with_entry(acme, "now - entered_stage_at > days(10)", "now - last_activity_at > days(20)")
    record = customer(workspace, acme, MONDAY_10)
    assert record.ask_again_at == MONDAY_10 + timedelta(days=10, seconds=1)
    at = MONDAY_10 + timedelta(days=15)
    touching.log_activity(record, kind="email", by=acme.cleo, at=at)
    record.refresh_from_db()
    assert record.ask_again_at == at + timedelta(days=20, seconds=1)
    advancing.advance(record, "days_90", by=acme.mona, at=at, override=True, reason_key="history")
    record.refresh_from_db()
    assert record.ask_again_at is None  # from here nothing is entered by itself


def test_a_score_that_depends_on_time_is_asked_though_it_is_zero(acme: Cast) -> None:
    rule = {"label": "Renews soon", "group": "fit", "expression": "renews_on - now <= days(30)", "points": 7}
    workspace = with_entry(acme, "amount > 5", rules=(rule,))
    record = customer(workspace, acme, MONDAY_10, renews_on=date(2026, 9, 1))
    before = record.score
    rescoring.ask_due(workspace, datetime(2026, 8, 3, tzinfo=UTC))
    record.refresh_from_db()
    assert record.score == before + 7


def test_a_moment_that_cannot_be_told_is_asked_for_once_a_day(acme: Cast) -> None:
    workspace = with_entry(acme, "(known(amount) ? now : created_at) > renews_on")
    record = customer(workspace, acme, MONDAY_10, renews_on=date(2026, 4, 1), amount=9)
    assert record.ask_again_at is None and len(ask_again_of(workspace).daily_stages) == 1
    while rescoring.ask_batch(workspace, at=MONDAY_10):
        pass
    assert stage_of(record) == "days_180"
    at = MONDAY_10 + timedelta(days=60)
    rescoring.begin(workspace, rescoring.Cause.FADED, at=at)
    while rescoring.ask_batch(workspace, at=at):
        pass
    assert stage_of(record) == "days_90"


def test_a_published_change_reaches_records_that_were_there_before(acme: Cast) -> None:
    record = customer(acme.acme, acme, MONDAY_10, renews_on=date(2026, 8, 20))
    assert record.ask_again_at == datetime(2026, 5, 22, 0, 0, 1, tzinfo=BERLIN)
    workspace = with_entry(acme, "renews_on - now <= days(60)")
    while rescoring.ask_batch(workspace, at=MONDAY_10):
        pass
    record.refresh_from_db()
    assert record.ask_again_at == datetime(2026, 6, 21, 0, 0, 1, tzinfo=BERLIN)


def test_one_record_in_trouble_does_not_keep_the_others_from_being_asked(acme: Cast) -> None:
    workspace = with_entry(acme, "renews_on - now <= days(90)")
    records = [customer(workspace, acme, MONDAY_10, renews_on=date(2026, 9, 1)) for _ in range(3)]
    Record.objects.filter(pk=records[1].pk).update(kind="nonsense")
    due = datetime(2026, 6, 4, tzinfo=UTC)
    assert rescoring.ask_due(workspace, due) == 3
    assert [stage_of(each) for each in (records[0], records[2])] == ["days_90", "days_90"]


def test_where_nothing_reads_now_nothing_is_asked_and_nothing_more_is_written(acme: Cast) -> None:
    assert ask_again_of(acme.acme).kinds == {"customer"}
    former = customer(acme.acme, acme, MONDAY_10, renews_on=date(2026, 8, 20))
    workspace = with_entry(acme, "amount > 5")
    assert ask_again_of(workspace).turns_sql == "" and ask_again_of(workspace).daily_stages == ()
    assert customer(workspace, acme, MONDAY_10, renews_on=date(2026, 9, 1)).ask_again_at is None
    assert former.ask_again_at and rescoring.ask_due(workspace, former.ask_again_at) == 1
    former.refresh_from_db()
    assert former.ask_again_at is None and stage_of(former) == "days_180"


@pytest.mark.django_db(transaction=True)
def test_the_scanner_finds_the_workspace_and_the_index_finds_the_record(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        workspace = with_entry(cast, "renews_on - now <= days(90)")
        rows = [
            Incoming(line, "customer", core={"name": f"C{line}", "renews_on": date(2300 - 150, 1, 1)},
                     pipeline="renewal", stage="days_180")
            for line in range(300)
        ]  # fmt: skip
        take_in(workspace, rows, by=cast.ada, at=MONDAY_10)
        Record.objects.filter(name="C7").update(ask_again_at=MONDAY_10)
    assert cast.acme.pk in workspaces_with(rescoring.DUE_WORKSPACES)
    with owner_cursor() as cursor:
        cursor.execute("analyze lifecycle_record")
    with workspace_scope(cast.acme), running_version(workspace.blueprint_version), connection.cursor() as cursor:
        values = {"workspace": cast.acme.pk, "at": MONDAY_10, "most": 500}
        cursor.execute(f"explain {rescoring.CLAIM.text}", values)
        plan = "\n".join(line for (line,) in cursor.fetchall())
        assert "record_ask_again" in plan, plan
        assert rescoring.ask_due(workspace, MONDAY_10) == 1
