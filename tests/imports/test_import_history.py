"""Files that tell the past: what they add to it, what they ask before they replace any, and dates that cannot be."""

from datetime import timedelta

import pytest

from core.tenancy.scope import workspace_scope
from imports import starting
from lifecycle.models import Rejection, StageStay
from tests.cast import Cast
from tests.imports.told import (
    AT,
    PAST,
    PAST_COLUMNS,
    PAST_WORDS,
    bring_in,
    counts,
    midnight,
    past_of,
    reasons,
    record,
    run,
)

pytestmark = pytest.mark.usefixtures("nothing_lost")


def test_stages_and_dates_of_the_file_become_stays_in_the_past(cast: Cast) -> None:
    job = bring_in(cast, PAST, PAST_COLUMNS, values={"Stage": PAST_WORDS}, history=True)
    assert counts(job) == (4, 0, 0, 0)
    with workspace_scope(cast.acme):
        stays = StageStay.objects.filter(record__external_ids__value="1").order_by("entered_at")
        told = [(stay.stage.key, stay.entered_at, stay.cause) for stay in stays.select_related("stage")]
    assert told == [
        ("qualification", midnight(2026, 1, 5), "history"),
        ("closed_won", midnight(2026, 2, 1), "history"),
    ]
    assert record(cast, "1").opened_at == midnight(2026, 1, 5)
    assert record(cast, "3").entered_stage_at == midnight(2026, 1, 7)
    assert record(cast, "4").entered_stage_at == AT, "a stage without a date was entered on the day of the import"


def test_a_stage_without_a_date_keeps_its_day_when_the_file_comes_again_later(cast: Cast) -> None:
    bring_in(cast, PAST, PAST_COLUMNS, values={"Stage": PAST_WORDS}, history=True)
    later = AT + timedelta(days=3)
    again = bring_in(cast, PAST, PAST_COLUMNS, later, values={"Stage": PAST_WORDS}, history=True)
    assert counts(again) == (0, 0, 4, 0)
    assert record(cast, "4").entered_stage_at == AT


def test_a_second_file_adds_to_the_past_and_replaces_only_the_stages_it_names(cast: Cast) -> None:
    bring_in(cast, PAST, PAST_COLUMNS, values={"Stage": PAST_WORDS}, history=True)
    before, later = past_of(cast, "1"), AT + timedelta(days=3)

    silent = "ID,Amount\n1,5\n3,7\n9,8\n"
    job = bring_in(cast, silent, {"ID": "external_id", "Amount": "amount"}, later, history=True)
    assert counts(job) == (1, 2, 0, 0)
    assert (past_of(cast, "1"), record(cast, "1").amount) == (before, 5), "it says nothing of stages and changes none"
    assert past_of(cast, "9") == [("discovery", later)]

    columns = {"ID": "external_id", "Proposed": "entered:proposal", "Begun": "entered:qualification"}
    adding = "ID,Proposed,Begun\n1,2026-01-15,\n3,,2026-01-08\n"
    assert counts(bring_in(cast, adding, columns, later, history=True, known_dates="replace")) == (0, 2, 0, 0)
    assert past_of(cast, "1") == [before[0], ("proposal", midnight(2026, 1, 15)), before[1]]
    assert record(cast, "1").stage.key == "closed_won", "a stage added in between moves nothing"
    assert past_of(cast, "3") == [("qualification", midnight(2026, 1, 8))], "the stage it names is corrected"
    assert counts(bring_in(cast, adding, columns, later, history=True)) == (0, 0, 2, 0)

    back = "ID,Stage,Since\n1,Prospecting,2026-02-20\n2,Lost,\n"
    columns = {"ID": "external_id", "Stage": "stage", "Since": "entered_stage_at"}
    assert counts(bring_in(cast, back, columns, later, values={"Stage": PAST_WORDS}, history=True)) == (0, 1, 1, 0)
    assert past_of(cast, "1")[-1] == ("discovery", midnight(2026, 2, 20))


def test_dates_of_known_stages_are_replaced_only_after_asking(cast: Cast) -> None:
    bring_in(cast, PAST, PAST_COLUMNS, values={"Stage": PAST_WORDS}, history=True)
    before = past_of(cast, "1")
    columns = {"ID": "external_id", "Begun": "entered:qualification"}
    text = "ID,Begun\n1,2026-01-04\n2,2026-01-06\n8,2026-01-09\n"
    asked = bring_in(cast, text, columns, history=True)
    assert (asked.state, asked.done_rows) == ("mapping", 0)
    assert "another date to 1 stage known already, of 1 record" in asked.error
    with workspace_scope(cast.acme):
        asked = starting.map_columns(asked, {**asked.mapping, "known_dates": "keep"}, by=cast.ada, at=AT)
        starting.start(asked, by=cast.ada, at=AT)
    assert counts(run(cast, asked)) == (1, 0, 2, 0)
    assert past_of(cast, "1") == before
    assert counts(bring_in(cast, text, columns, history=True, known_dates="replace")) == (0, 1, 2, 0)
    assert past_of(cast, "1")[0] == ("qualification", midnight(2026, 1, 4))


def test_dates_that_cannot_be_are_rejected_in_words_or_set_aside(cast: Cast) -> None:
    bring_in(cast, PAST, PAST_COLUMNS, values={"Stage": PAST_WORDS}, history=True)
    columns = {"ID": "external_id", "Stage": "stage", "Made": "created_at", "Closed": "closes_on",
               "Proposed": "entered:proposal"}  # fmt: skip
    text = """ID,Stage,Made,Closed,Proposed
11,Won,2026-02-10,2026-02-01,
12,Won,2026-01-01,2026-02-01,2026-02-05
13,Won,2026-01-01,2027-02-01,
14,Won,2026-02-01,2026-02-01,2026-02-01
3,Won,,2026-01-03,
"""
    told = {"values": {"Stage": PAST_WORDS}, "history": True}
    job = bring_in(cast, text, columns, **told, impossible_dates="reject")
    assert (job.created_count, reasons(cast, job)) == (1, {"impossible_date": 4})
    with workspace_scope(cast.acme):
        why = dict(Rejection.objects.filter(of=job).values_list("line", "detail"))
        headers = dict(Rejection.objects.filter(of=job).values_list("line", "field"))
    assert why[2] == "It was created on 2026-02-10, after it entered Closed won on 2026-02-01."
    assert why[3] == "It entered Proposal on 2026-02-05, after it ended in Closed won on 2026-02-01."
    assert why[4] == "It entered Closed won on 2027-02-01, which lies in the future."
    assert why[6] == "It entered Qualification on 2026-01-07, after it ended in Closed won on 2026-01-03."
    assert [headers[line] for line in (2, 3, 4)] == ["Made", "Proposed", "Closed"]

    again = bring_in(cast, text, columns, **told)
    assert again.findings["set_aside"] == 3, "they are told"
    assert reasons(cast, again) == {"impossible_date": 1}, "what is known is not set aside for a file"
    assert past_of(cast, "11") == [("closed_won", midnight(2026, 2, 1))]
    assert past_of(cast, "12") == [("discovery", midnight(2026, 1, 1)), ("closed_won", midnight(2026, 2, 1))]
    assert past_of(cast, "13") == [("discovery", midnight(2026, 1, 1)), ("closed_won", AT)]


def test_a_lead_known_by_its_address_keeps_its_past_when_another_file_brings_its_id(cast: Cast) -> None:
    columns = {"Mail": "email", "Mql": "entered:mql"}
    bring_in(cast, "Mail,Mql\na@x.example,2026-01-05\n", columns, target="leads", history=True)
    columns = {"ID": "external_id", "Mail": "email", "Sql": "entered:sql"}
    job = bring_in(cast, "ID,Mail,Sql\n77,a@x.example,2026-01-09\n", columns, target="leads", history=True)
    assert counts(job) == (0, 1, 0, 0)
    assert past_of(cast, "77") == [("mql", midnight(2026, 1, 5)), ("sql", midnight(2026, 1, 9))]


def test_a_day_told_for_the_file_dates_its_undated_stages(cast: Cast) -> None:
    bring_in(cast, PAST, PAST_COLUMNS, values={"Stage": PAST_WORDS}, history=True, as_of="2025-12-31")
    assert record(cast, "4").entered_stage_at == midnight(2025, 12, 31)
