"""What becomes of the rows of a file: repeats, moves, bad cells, cancelling, going on."""

from collections import Counter

import pytest

from core.errors import WorldMovedOn
from core.history.models import Event
from core.people.models import Member
from core.tenancy.scope import workspace_scope
from imports import starting
from lifecycle.models import Rejection
from tests.cast import Cast
from tests.imports.told import AT, NAMED, bring_in, counts, deals, reasons, receive, record, run

pytestmark = pytest.mark.usefixtures("nothing_lost")


DEALS = {"ID": "external_id", "Name": "name", "Stage": "stage", "Amount": "amount", "Product": "property:product"}


REPEATS = "ID,Name,Amount\n1,Roof,5\n2,Door,7\n1,Roof,5\n1,Roof,6\n2,,8\n"


def test_later_rows_update_and_the_same_file_again_changes_nothing(cast: Cast) -> None:
    columns = {"ID": "external_id", "Name": "name", "Amount": "amount"}
    job = bring_in(cast, REPEATS, columns)
    assert (job.created_count, job.rejected_count, job.done_rows) == (2, 0, 5)
    assert (record(cast, "1").amount, record(cast, "2").amount) == (6, 8)
    assert record(cast, "2").name == "Door", "a blank in the last row is filled from the row before"
    assert job.findings["repeats"] == {"exact_duplicate": 1, "repeated_id": 2}
    assert counts(bring_in(cast, REPEATS, columns)) == (0, 0, 5, 0)


def test_rows_alike_in_every_cell_go_in_once_and_fare_alike(cast: Cast) -> None:
    columns = {"ID": "external_id", "Stage": "stage", "Amount": "amount"}
    text = "ID,Stage,Amount\n" + 2 * "1,Discovery,5\n2,proposal,6\n3,Nowhere,7\n" + "1,Discovery,5\n"
    job = bring_in(cast, text, columns)
    assert counts(job) == (1, 0, 2, 4) and reasons(cast, job) == {"gate_closed": 2, "unknown_stage": 2}
    with workspace_scope(cast.acme):
        assert sorted(Rejection.objects.filter(of=job).values_list("line", flat=True)) == [3, 4, 6, 7]
        told = Event.objects.filter(record_id=record(cast, "1").pk).values_list("kind", flat=True)
        assert list(told.exclude(kind="record.entered_stage")) == ["record.created"]


def test_rows_alike_with_another_between_them_come_in_their_order(cast: Cast) -> None:
    columns = {"ID": "external_id", "Stage": "stage", "Amount": "amount"}
    job = bring_in(cast, "ID,Stage,Amount\n1,Discovery,5\n1,proposal,6\n1,Discovery,5\n", columns)
    assert counts(job) == (1, 0, 2, 0)


def test_where_the_first_row_wins_the_others_are_kept_with_the_line_they_repeat(cast: Cast) -> None:
    columns = {"ID": "external_id", "Name": "name", "Amount": "amount"}
    job = bring_in(cast, REPEATS, columns, on_repeat="first")
    assert counts(job) == (2, 0, 0, 3)
    assert reasons(cast, job) == {"exact_duplicate": 1, "repeated_id": 2}
    assert record(cast, "1").amount == 5
    with workspace_scope(cast.acme):
        assert "Line 2 has the same id" in Rejection.objects.get(of=job, line=5).detail
    assert counts(bring_in(cast, REPEATS, columns, on_repeat="first")) == (0, 0, 2, 3)


def test_a_bad_last_row_does_not_take_the_good_one_before_it_along(cast: Cast) -> None:
    text = "ID,Name,Amount\n1,Roof,5\n1,Roof,6\n1,Roof,oops\n"
    columns = {"ID": "external_id", "Name": "name", "Amount": "amount"}
    assert counts(bring_in(cast, text, columns)) == (1, 1, 0, 1)
    assert record(cast, "1").amount == 6


def test_rows_without_an_id_are_known_by_what_they_say(cast: Cast) -> None:
    text = "Name,Amount\nRoof,5\nDoor,7\nRoof,5\n"
    columns = {"Name": "name", "Amount": "amount"}
    job = bring_in(cast, text, columns)
    assert (job.created_count, job.unchanged_count) == (2, 1)
    assert counts(bring_in(cast, text, columns)) == (0, 0, 3, 0)


def test_without_history_a_stage_is_a_move_and_passes_the_gate(cast: Cast) -> None:
    text = "ID,Stage,Amount\n1,proposal,5\n2,Discovery,\n3,Nowhere,\n"
    columns = {"ID": "external_id", "Stage": "stage", "Amount": "amount"}
    job = bring_in(cast, text, columns)
    assert reasons(cast, job) == {"gate_closed": 1, "unknown_stage": 1}
    assert job.created_count == 1


def test_bad_cells_name_their_line_column_and_reason(cast: Cast) -> None:
    text = "ID,Amount,Closes,Health\n1,x,2026-01-01,green\n2,5,01.02.2026,green\n3,5,2026-01-01,blue\n"
    text += "4,5,2026-01-01,GREEN\n"
    columns = {"ID": "external_id", "Amount": "amount", "Closes": "closes_on", "Health": "property:health"}
    job = bring_in(cast, text, columns)
    assert counts(job) == (1, 0, 0, 3)
    with workspace_scope(cast.acme):
        kept = Rejection.objects.filter(of=job).order_by("line").values_list("line", "code", "field")
        assert list(kept) == [(2, "bad_number", "Amount"), (3, "bad_date", "Closes"), (4, "unknown_option", "Health")]
    assert record(cast, "4").properties["health"] == "Green"


def test_time_is_up_after_a_chunk_and_the_next_worker_goes_on_there(cast: Cast) -> None:
    job = run(cast, receive(cast, deals(2_100), NAMED), turns=1)
    assert (job.state, job.done_rows) == ("running", 1_000)
    job = run(cast, job, turns=1)
    assert (job.state, job.done_rows) == ("running", 2_000)
    job = run(cast, job)
    assert (job.state, counts(job)) == ("finished", (2_100, 0, 0, 0))


def test_cancelled_between_chunks_what_came_in_stays_and_it_can_go_on(cast: Cast) -> None:
    job = run(cast, receive(cast, deals(2_100), NAMED), turns=1)
    with workspace_scope(cast.acme):
        starting.cancel(job, by=cast.ada, at=AT)
    job = run(cast, job)
    assert (job.state, job.done_rows) == ("cancelled", 1_000)
    with workspace_scope(cast.acme):
        starting.start(job, by=cast.ada, at=AT)
    job = run(cast, job)
    assert (job.state, counts(job)) == ("finished", (2_100, 0, 0, 0))
    with workspace_scope(cast.acme):
        with pytest.raises(WorldMovedOn):
            starting.start(job, by=cast.ada, at=AT)
        kinds = Event.objects.filter(subject_id=job.pk).order_by("at", "id").values_list("kind", flat=True)
        assert Counter(kinds) == {
            "import.received": 1, "import.started": 2, "import.cancelled": 1, "import.finished": 1,
        }  # fmt: skip


def test_who_may_no_longer_import_stops_the_import_with_a_reason(cast: Cast) -> None:
    job = receive(cast, deals(3), NAMED)
    with workspace_scope(cast.acme):
        Member.objects.filter(pk=cast.ada.pk).update(role="leader")
    job = run(cast, job)
    assert job.state == "failed"
    assert "may not do this" in job.error
