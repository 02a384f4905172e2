"""Where too much happened since the last fold, a figure is said to be being counted: nobody waits for it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db.models import Sum
from django.test import Client
from django.utils.timezone import now

from core.database import database_now, owner_cursor
from core.tenancy.scope import workspace_scope
from lifecycle.actions.intake import Incoming, take_in
from scorecard.actions import fold
from scorecard.actions.folding import FAILED, fold_slice
from scorecard.models import DirtyDay, FoldMark, Reading, ReadingSeries
from scorecard.queries.source_hash import source_hash
from scorecard.tasks import fold_readings, workspaces_to_fold
from tests.cast import MONDAY_10, Cast
from tests.governance.drafts import published
from tests.scorecard.life import Life

pytestmark = pytest.mark.django_db
NOTHING_YET = {"share": "0.000000", "as_of": None}
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def lived(cast: Cast, client: Client) -> Client:
    """Vera at Acme, where much happened and nothing is folded; her pages are of Monday at ten."""
    with workspace_scope(cast.acme):
        Life(cast, 31).go_on(80)
    client.force_login(cast.vera.user, backend=BACKEND)
    return client


def asked(client: Client, path: str, at: Any = MONDAY_10, more: str = "") -> Any:
    with time_machine.travel(at, tick=False):
        return client.get(f"/api/v1/w/acme/{path}?period=30d{more}").json()


def page(client: Client, path: str) -> str:
    with time_machine.travel(MONDAY_10, tick=False):
        return client.get(f"/w/acme/{path}?period=30d").content.decode()


def values(told: dict[str, Any]) -> dict[str, Any]:
    return {card["metric"]["key"]: card["figure"] for card in told["cards"]}


def steps(told: dict[str, Any]) -> list[int]:
    return [step["count"] for band in told["bands"] for step in band["steps"]]


def test_a_large_past_is_counted_slice_by_slice_and_each_figure_says_how_far_it_is(
    cast: Cast, lived: Client, settings: Any
) -> None:
    true, true_steps = values(asked(lived, "scorecard")), steps(asked(lived, "funnel"))
    assert any(true_steps)
    settings.SCORECARD_MOST_LIVE = 3
    told, funnel = asked(lived, "scorecard"), asked(lived, "funnel")
    kept = {card["metric"]["key"] for card in told["cards"] if card["counting"]}  # the others are always of this moment
    assert [each["counting"] for each in told["cards"] if each["counting"]] == [NOTHING_YET] * len(kept) and len(
        kept
    ) > 12
    assert {values(told)[key]["value"] for key in kept} == {None}
    assert funnel["counting"] == NOTHING_YET and not any(steps(funnel))
    for path in ("scorecard/", "scorecard/win_rate/", "funnel/"):
        assert "eing counted: 0" in page(lived, path) or "being counted: 0" in page(lived, path), path
    for path in ("metrics/win_rate/rows", "funnel/steps/lead"):  # there is no number yet whose rows could be opened
        assert asked(lived, path)["code"] == "being_counted", path

    with workspace_scope(cast.acme):  # the fold is killed after each slice, and goes on
        ReadingSeries.objects.all().delete()
        done = []
        while fold_slice(cast.acme, MONDAY_10):
            ReadingSeries.objects.update(slice_days=25)
            done.append({card["counting"]["share"] for card in asked(lived, "scorecard")["cards"] if card["counting"]})
        assert len(done) > 30 and {"0.000000", "1.000000"} < set().union(*done)
    told, funnel = asked(lived, "scorecard"), asked(lived, "funnel")
    assert {key: values(told)[key] for key in kept} == {key: true[key] for key in kept}
    assert steps(funnel) == true_steps
    assert funnel["counting"] is None


def test_what_was_counted_stays_to_be_seen_while_a_change_is_counted(cast: Cast, lived: Client, settings: Any) -> None:
    with workspace_scope(cast.acme):
        fold(cast.acme, MONDAY_10)
    before = asked(lived, "funnel")
    settings.SCORECARD_MOST_LIVE = 0
    assert asked(lived, "funnel") == before
    with workspace_scope(cast.acme):
        Life(cast, 5, number=10_000).record("lead")
        widths = sorted(ReadingSeries.objects.values_list("id", "slice_days"))
    as_of = {"share": "1.000000", "as_of": MONDAY_10.isoformat().replace("+00:00", "Z")}
    told = asked(lived, "funnel")
    assert told["counting"] == as_of and steps(told) == steps(before)
    assert "being counted" in page(lived, "funnel/")
    with workspace_scope(cast.acme):
        fold(cast.acme, MONDAY_10 + timedelta(minutes=1))
        same = sorted(ReadingSeries.objects.values_list("id", "slice_days"))
        assert same == widths, "how long a day or two took says nothing of longer slices"
    told = asked(lived, "funnel")
    assert told["counting"] is None and steps(told) != steps(before)


def test_another_definition_has_readings_of_its_own_and_the_former_ones_stay(cast: Cast, client: Client) -> None:
    def kept(series: ReadingSeries) -> list[Any]:
        columns = ("pk", "day", "segment", "segment_value", "numerator", "denominator")
        return list(Reading.objects.filter(series=series).order_by("pk").values_list(*columns))

    with workspace_scope(cast.acme):
        Life(cast, 32).go_on(60)
        fold(cast.acme, MONDAY_10)
        former, others = ReadingSeries.objects.get(metric__key="acted_48h"), ReadingSeries.objects.count()
        before = kept(former)
        acme = published(cast, [(["seams", {"key": "marketing_to_sales"}, "act_hours"], 4)])
        later = MONDAY_10 + timedelta(minutes=1)
        fold(acme, later)
        present = ReadingSeries.objects.exclude(pk=former.pk).get(metric__key="acted_48h")
        former.refresh_from_db()
        assert former.superseded_at == later and present.superseded_at is None
        assert kept(former) == before != kept(present) != []
        by_hand = Reading.objects.filter(series=former, segment="", day__gte=MONDAY_10.date() - timedelta(days=29))
        sums = by_hand.aggregate(Sum("numerator"), Sum("denominator"))
        assert ReadingSeries.objects.count() == others + 1, "whatever does not read the hours keeps its readings"
    client.force_login(cast.vera.user, backend=BACKEND)
    [was] = asked(client, "metrics/acted_48h")["former"]
    assert (was["definition_version"], was["parameters"]) == (1, {"seam": "marketing_to_sales"})
    assert Decimal(was["figure"]["denominator"]) == sums["denominator__sum"] > 0
    assert Decimal(was["figure"]["numerator"]) == sums["numerator__sum"]
    assert was["trend"][0] and was["trend"][-1] is None
    told = page(client, "scorecard/acted_48h/")
    assert "As defined until 2 Mar 2026" in told and "as version 1 defined it" in told
    for elsewhere in ("&reading=now", "&segment=owner&value=Rick&segment2=source&value2=Web"):
        assert asked(client, "metrics/acted_48h", more=elsewhere)["former"] == [], "nothing is kept of that"
    with workspace_scope(cast.acme):
        again = published(cast, [(["seams", {"key": "marketing_to_sales"}, "act_hours"], 5)], at=later)
        fold(again, MONDAY_10 + timedelta(days=3))
    second, first = asked(client, "metrics/acted_48h")["former"]
    assert first["trend"] == was["trend"] and [each is None for each in second["trend"]] == [
        each is not None for each in first["trend"]
    ], "each is drawn as far as it was in force"
    with workspace_scope(cast.acme):
        fold(acme, MONDAY_10 + timedelta(days=401))
        assert not ReadingSeries.objects.filter(pk=former.pk).exists() and not kept(former)


@pytest.mark.django_db(transaction=True)
def test_what_no_mark_tells_of_is_counted_by_the_next_fold(cast: Cast, lived: Client, settings: Any) -> None:
    """A release that counts otherwise, a new definition, a workspace never folded and a metric that once failed."""
    true = values(asked(lived, "scorecard"))
    fold_readings()
    settings.SCORECARD_MOST_LIVE = 0
    kept = counted(lived)
    assert len(kept) > 12 and kept["win_rate"] == true["win_rate"] and waiting() == []

    with workspace_scope(cast.acme):  # as the release before left it
        ReadingSeries.objects.update(statement="of the former release")
        FoldMark.objects.update(release="of the former release")
    assert told_of(lived, "win_rate")["counting"] == NOTHING_YET
    assert fold_readings() == 1 and counted(lived) == kept

    with workspace_scope(cast.acme):
        published(cast, [(["metrics", {"key": "win_rate"}, "filter"], "amount > 100")])
        DirtyDay.objects.all().delete()
    assert told_of(lived, "win_rate")["counting"] == NOTHING_YET
    assert fold_readings() == 1 and told_of(lived, "win_rate")["counting"] is None

    with workspace_scope(cast.acme):
        FoldMark.objects.all().delete()
        ReadingSeries.objects.update(statement="of the former release")
    assert fold_readings() == 1 and told_of(lived, "win_rate")["counting"] is None

    with workspace_scope(cast.acme):
        ReadingSeries.objects.filter(metric__key="win_rate").update(statement=FAILED)
        assert waiting() == [], "what fails is not tried at every beat"
        ReadingSeries.objects.filter(statement=FAILED).update(worked_at=now() - timedelta(hours=2))
    assert told_of(lived, "win_rate")["counting"] == NOTHING_YET
    assert fold_readings() == 1 and told_of(lived, "win_rate")["counting"] is None
    assert waiting() == [] and fold_readings() == 0


def test_only_definitions_that_were_counted_whole_are_kept_and_told(cast: Cast, client: Client) -> None:
    """Four that were in force for a moment each do not take the place of the one that held for long."""

    def definitions() -> list[Any]:
        return list(ReadingSeries.objects.filter(metric__key="acted_48h").values_list("pk", "superseded_at"))

    def former() -> list[int]:
        return [each["definition_version"] for each in asked(client, "metrics/acted_48h")["former"]]

    client.force_login(cast.vera.user, backend=BACKEND)
    with workspace_scope(cast.acme):
        Life(cast, 9).go_on(30)
        fold(cast.acme, MONDAY_10)
        [(whole, _)] = definitions()
        for hours in (4, 5, 6, 7, 8):
            acme = published(cast, [(["seams", {"key": "marketing_to_sales"}, "act_hours"], hours)])
            fold_slice(acme, MONDAY_10 + timedelta(minutes=hours))  # begun, and another one takes its place
        fold(acme, MONDAY_10 + timedelta(minutes=9))
        assert len(definitions()) == 2 and whole in dict(definitions())
        assert former() == [1]


def counted(client: Client) -> dict[str, Any]:
    """The figures that are not being counted."""
    cards = asked(client, "scorecard")["cards"]
    return {card["metric"]["key"]: card["figure"] for card in cards if not card["counting"]}


def told_of(client: Client, key: str) -> dict[str, Any]:
    return next(card for card in asked(client, "scorecard")["cards"] if card["metric"]["key"] == key)


def waiting() -> list[UUID]:
    return workspaces_to_fold(database_now())


@pytest.mark.django_db(transaction=True)
def test_of_two_releases_side_by_side_only_the_newer_folds(cast: Cast) -> None:
    def told() -> list[Any]:
        return list(ReadingSeries.objects.order_by("pk").values_list("statement", "pending", "worked_at"))

    fold_readings()
    with workspace_scope(cast.acme):
        Life(cast, 9).go_on(10)
        newer = {"release": "newer", "left_at": {source_hash(): now().isoformat()}}
        FoldMark.objects.update(**newer)
        ReadingSeries.objects.update(statement="of the newer release")
        before, marks = told(), DirtyDay.objects.count()
        assert fold(cast.acme, now()) == 0
        assert told() == before and DirtyDay.objects.count() == marks > 0
        DirtyDay.objects.all().delete()
        assert waiting() == []
        FoldMark.objects.update(left_at={source_hash(): (now() - timedelta(hours=1)).isoformat()})
    assert waiting() == [cast.acme.pk], "the newer one was taken back"
    fold_readings()
    with workspace_scope(cast.acme):
        assert not ReadingSeries.objects.filter(statement="of the newer release", superseded_at=None).exists()
        mark = FoldMark.objects.get()
        assert mark.release == source_hash() and list(mark.left_at) == ["newer"]


def test_a_fold_that_began_before_a_publish_folds_what_is_in_force_once_it_takes_the_mark(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        Life(cast, 9).go_on(10)
        fold(cast.acme, MONDAY_10)
        acme = published(cast, [(["metrics", {"key": "win_rate"}, "filter"], "amount > 100")])
        assert cast.acme.blueprint_version < acme.blueprint_version, "as whoever waited for the lock loaded it"
        fold(cast.acme, MONDAY_10 + timedelta(minutes=1))
        present = ReadingSeries.objects.get(metric__key="win_rate", superseded_at=None)
        assert present.terms["filter"] == "amount > 100" and present.uncounted_until is None


@pytest.mark.django_db(transaction=True)
def test_a_slice_that_takes_too_long_is_tried_in_parts(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        for days in range(30):
            row = Incoming(1, "lead", core={"name": "Lead", "email": f"lead{days}@example.com"})
            take_in(cast.acme, [row], by=cast.dana, at=MONDAY_10 - timedelta(days=days))
    with owner_cursor() as cursor:  # many days at once take longer than a statement may
        cursor.execute("""
            create function too_long() returns trigger language plpgsql as $$ begin
                if (select max(day) - min(day) from added) > 3 then raise sqlstate '57014'; end if;
                return null;
            end $$;
            create trigger too_long after insert on scorecard_reading referencing new table as added
            for each statement execute function too_long()""")
    try:
        with workspace_scope(cast.acme):
            ReadingSeries.objects.update(slice_days=64)
        for _ in range(400):
            with workspace_scope(cast.acme):
                if not fold_slice(cast.acme, MONDAY_10 + timedelta(days=1)):
                    break
        with workspace_scope(cast.acme):
            assert not ReadingSeries.objects.filter(statement=FAILED).exists()
            assert not ReadingSeries.objects.filter(pending_days__gt=0).exists()
            assert Reading.objects.values("day").distinct().count() > 8
    finally:
        with owner_cursor() as cursor:
            cursor.execute("drop trigger too_long on scorecard_reading; drop function too_long()")
