"""The replay judges each decision at its own moment, whatever became of the record since."""

from datetime import timedelta
from typing import Any

import pytest

from core.tenancy.scope import workspace_scope
from governance.impact.threshold import threshold_curve, what_if_threshold
from lifecycle.actions.advancing import advance
from lifecycle.actions.editing import edit_record
from lifecycle.actions.intake import Incoming, take_in
from lifecycle.actions.owning import change_owner
from lifecycle.actions.rescoring import Cause, ask_batch, begin
from lifecycle.actions.touching import log_activity
from lifecycle.models import Record, StageStay
from tests.cast import MONDAY_10, Cast

pytestmark = pytest.mark.django_db

LATER = MONDAY_10 + timedelta(days=60)
REASON = "history"


def came_in(cast: Cast) -> dict[int, int]:
    """Forty leads of whom some qualify by themselves: number → score at that moment."""
    rows = []
    for place in range(1, 41):
        properties: dict[str, Any] = {"employees": (place * 37) % 900, "visits": place % 5, "pages_viewed": 12}
        properties |= {"seniority": ("Individual", "Manager", "Director")[place % 3], "demo_requested": place % 4 == 0}
        core = {"name": f"Lead {place}", "email": f"lead{place}@corp{place}.example"}
        rows.append(Incoming(place, "lead", core=core, properties=properties))
    take_in(cast.acme, rows, by=cast.ada, at=MONDAY_10)
    stays = StageStay.objects.filter(stage__key="mql").select_related("record")
    return {stay.record.number: stay.record.score for stay in stays}


def row(record: Record, system: str, properties: dict[str, Any]) -> Incoming:
    return Incoming(1, "lead", system, properties=properties, record_id=record.pk)


def life_goes_on(cast: Cast, numbers: list[int]) -> None:
    """Two months in which everything that let them in is no longer so."""
    day = timedelta(days=1)
    for nth, record in enumerate(Record.objects.filter(number__in=numbers).order_by("number")):
        log_activity(record, kind="call", by=cast.rick, at=MONDAY_10 + day)
        for after, changes in ((2, {"employees": 3, "seniority": "Individual"}), (3, {"employees": 4})):
            take_in(cast.acme, [row(record, "enrichment", changes)], by=cast.ada, at=MONDAY_10 + after * day)
        edit_record(record, by=cast.ada, at=MONDAY_10 + 4 * day, properties={"demo_requested": False, "visits": 0})
        edit_record(record, by=cast.ada, at=MONDAY_10 + 5 * day, core={"email": "", "domain": ""})
        if nth % 3 == 0:
            change_owner(record, cast.rosa, by=cast.ada, at=MONDAY_10 + 5 * day)
    begin(cast.acme, Cause.FADED, at=LATER)
    while ask_batch(cast.acme, at=LATER):
        pass


def test_the_version_in_force_lets_in_again_whom_it_let_in(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        scores = came_in(cast)
        assert len(scores) > 10
        life_goes_on(cast, list(scores))
        assert not Record.objects.filter(number__in=scores, score__gte=60).exists()  # by today's facts nobody would be
        told = what_if_threshold(cast.acme, 200, at=LATER)
        assert told is not None
        assert (told["decided"], told["decided_alike"], told["before"]) == (len(scores),) * 3
        assert (told["after"], told["lost"]) == (0, len(scores))
        curve = {points: records for points, records, _ in threshold_curve(cast.acme, at=LATER)}
        for points in set(scores.values()):
            assert curve[points] >= list(scores.values()).count(points)


def test_who_came_in_past_the_gate_is_told_apart(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        scores = came_in(cast)
        outside = Record.objects.filter(stage__key="lead", score__lt=60).order_by("number").first()
        assert outside is not None
        advance(outside, "mql", by=cast.ada, at=MONDAY_10 + timedelta(hours=1), override=True, reason_key=REASON)
        told = what_if_threshold(cast.acme, 60, at=LATER)
        assert told is not None
        assert (told["decided"], told["decided_alike"]) == (len(scores) + 1, len(scores))


def test_a_higher_line_is_tried_on_what_was_known_then(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        scores = came_in(cast)
        life_goes_on(cast, list(scores))
        line = sorted(scores.values())[len(scores) // 2] + 1
        told = what_if_threshold(cast.acme, line, at=LATER)
        assert told is not None
        assert told["after"] == sum(score >= line for score in scores.values())
