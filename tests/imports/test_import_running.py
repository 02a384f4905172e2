"""What becomes of the rows of a file: repeats, history, owners, companies, cancelling, going on."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from core.errors import WorldMovedOn
from core.history.models import Event
from core.people.models import Member, Team, TeamSeat
from core.tenancy.scope import workspace_scope
from imports import opening, starting
from imports import run as running
from imports.mapping import BadMapping
from lifecycle.models import Account, Import, Record, Rejection, StageStay
from tests.cast import ACMES_ZONE, Cast

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
DEALS = {"ID": "external_id", "Name": "name", "Stage": "stage", "Amount": "amount", "Product": "property:product"}


@pytest.fixture(autouse=True)
def acme(cast: Cast) -> Iterator[Cast]:
    """The scope of Acme for what the tests look at; after each, the sum of every import and every kept row."""
    yield cast
    with workspace_scope(cast.acme):
        for job in Import.objects.all():
            assert job.done_rows == job.created_count + job.updated_count + job.unchanged_count + job.rejected_count
            assert job.rejected_count == Rejection.objects.filter(of=job).count()


def receive(cast: Cast, text: str, columns: dict[str, str], at: datetime = AT, **more: Any) -> Import:
    with workspace_scope(cast.acme):
        cast.ada.workspace = cast.acme
        given = {"target": "opportunities", "columns": columns, **more}
        job = opening.receive(file_name="f.csv", content=text.encode(), given=given, by=cast.ada, at=at)
        return starting.start(job, by=cast.ada, at=at)


def run(cast: Cast, job: Import, at: datetime = AT, turns: int | None = None) -> Import:
    """Let the worker run; `turns` chunks at most."""
    left = iter(range(turns)) if turns is not None else None
    until = (lambda: next(left, None) is None) if left is not None else lambda: False
    running.run_workspace(cast.acme.pk, clock=lambda: at, until=until)
    with workspace_scope(cast.acme):
        job.refresh_from_db()
    return job


def bring_in(cast: Cast, text: str, columns: dict[str, str], at: datetime = AT, **more: Any) -> Import:
    return run(cast, receive(cast, text, columns, at, **more), at)


def counts(job: Import) -> tuple[int, int, int, int]:
    return (job.created_count, job.updated_count, job.unchanged_count, job.rejected_count)


def reasons(cast: Cast, job: Import) -> dict[str, int]:
    with workspace_scope(cast.acme):
        return dict(Counter(Rejection.objects.filter(of=job).values_list("code", flat=True)))


def record(cast: Cast, external_id: str) -> Record:
    with workspace_scope(cast.acme):
        return Record.objects.select_related("stage", "account", "owner").get(external_ids__value=external_id)


REPEATS = "ID,Name,Amount\n1,Roof,5\n2,Door,7\n1,Roof,5\n1,Roof,6\n2,,8\n"


def test_later_rows_update_and_the_same_file_again_changes_nothing(cast: Cast) -> None:
    columns = {"ID": "external_id", "Name": "name", "Amount": "amount"}
    job = bring_in(cast, REPEATS, columns)
    assert (job.created_count, job.rejected_count, job.done_rows) == (2, 0, 5)
    assert (record(cast, "1").amount, record(cast, "2").amount) == (6, 8)
    assert record(cast, "2").name == "Door", "a blank in the last row is filled from the row before"
    assert job.findings["repeats"] == {"exact_duplicate": 1, "repeated_id": 2}
    assert counts(bring_in(cast, REPEATS, columns)) == (0, 0, 5, 0)


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


PAST = """ID,Stage,Opened,Closed
1,Won,2026-01-05,2026-02-01
2,Lost,2026-01-06,2026-01-20
3,Engaging,2026-01-07,
4,Prospecting,,
"""
PAST_COLUMNS = {"ID": "external_id", "Stage": "stage", "Opened": "entered:qualification", "Closed": "closes_on"}
PAST_WORDS = {"Won": "closed_won", "Lost": "closed_lost", "Engaging": "qualification", "Prospecting": "discovery"}


def midnight(year: int, month: int, day: int) -> datetime:
    """A day of a file begins where the workspace is."""
    return datetime(year, month, day, tzinfo=ZoneInfo(ACMES_ZONE))


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


def past_of(cast: Cast, external_id: str) -> list[tuple[str, datetime]]:
    with workspace_scope(cast.acme):
        stays = StageStay.objects.filter(record__external_ids__value=external_id).order_by("entered_at")
        return [(stay.stage.key, stay.entered_at) for stay in stays.select_related("stage")]


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


OWNED = "ID,Owner\n1,Rick\n2,rosa@acme.example\n3,Nobody Known\n"


@pytest.mark.parametrize(("unknown", "created", "rejected"), [("create", 3, 0), ("blank", 3, 0), ("reject", 2, 1)])
def test_owners_are_found_by_name_or_address_and_others_as_chosen(
    cast: Cast, unknown: str, created: int, rejected: int
) -> None:
    columns = {"ID": "external_id", "Owner": "owner"}
    job = bring_in(cast, OWNED, columns, unknown_owner=unknown)
    assert (job.created_count, job.rejected_count) == (created, rejected)
    assert (record(cast, "1").owner_id, record(cast, "2").owner_id) == (cast.rick.pk, cast.rosa.pk)
    if unknown == "create":
        owner = record(cast, "3").owner
        assert owner and (owner.name, owner.external_key, owner.user_id) == ("Nobody Known", "Nobody Known", None)
    if unknown == "blank":
        assert (record(cast, "3").owner, record(cast, "3").properties["owner_in_file"]) == (None, "Nobody Known")


def test_nothing_is_given_to_who_left_and_what_happens_instead_is_chosen(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        cast.rosa.is_active = False
        cast.rosa.save(update_fields=["is_active"])
    columns = {"ID": "external_id", "Owner": "owner"}
    text = f"ID,Owner\n1,{cast.rick.pk}\n2,rosa@acme.example\n"
    assert counts(bring_in(cast, text, columns, unable_owner="blank")) == (2, 0, 0, 0)
    assert (record(cast, "1").owner, record(cast, "2").owner) == (cast.rick, None), "an id names somebody too"
    assert record(cast, "2").properties["owner_in_file"] == "rosa@acme.example"
    given = bring_in(cast, text, columns, unable_owner="give", owner_instead="Rick")
    assert (counts(given), record(cast, "2").owner) == ((0, 1, 1, 0), cast.rick)
    assert reasons(cast, bring_in(cast, text, columns)) == {"inactive_member": 1}, "unless told"
    with pytest.raises(BadMapping, match="no longer active"):
        told = receive(cast, text, columns)
        with workspace_scope(cast.acme):
            again = Import.objects.create(number=99, state="mapping", findings=told.findings, created_by=cast.ada)
            given_away = {**told.mapping, "unable_owner": "give", "owner_instead": "rosa@acme.example"}
            starting.map_columns(again, given_away, by=cast.ada, at=AT)


def test_companies_come_in_by_name_and_again_without_change(cast: Cast) -> None:
    text = (
        "Company,Web,Industry,Owner,Id\nNorthwind,https://www.northwind.example/x,Toys,Rick,A1\nNORTH-WIND,,Games,,A1\n"
    )
    columns = {
        "Company": "name",
        "Web": "domain",
        "Industry": "property:industry",
        "Owner": "owner",
        "Id": "external_id",
    }
    job = bring_in(cast, text, columns, target="accounts", system="salesforce")
    assert (job.created_count, job.done_rows) == (1, 2)
    with workspace_scope(cast.acme):
        account = Account.objects.get()
        assert (account.domain, account.owner_id) == ("northwind.example", cast.rick.pk)
        assert account.properties == {"industry": "Games", "salesforce_id": "A1"}
    assert counts(bring_in(cast, text, columns, target="accounts", system="salesforce")) == (0, 0, 2, 0)
    deals = {"ID": "external_id", "Account": "account_id"}
    bring_in(cast, "ID,Account\n1,A1\n2,A2\n", deals, system="salesforce")
    found = record(cast, "1").account
    assert found and found.pk == account.pk
    assert record(cast, "2").properties == {"account": "A2"}


def test_a_company_is_known_by_its_id_under_a_new_name_unless_another_has_that(cast: Cast) -> None:
    columns = {"Id": "external_id", "Name": "name"}
    bring_in(cast, "Id,Name\nA1,Old Name\nA2,Other\n", columns, target="accounts")
    assert counts(bring_in(cast, "Id,Name\nA1,New Name\n", columns, target="accounts")) == (0, 1, 0, 0)
    bring_in(cast, "Id,Name\nA2,New Name\n", columns, target="accounts")
    with workspace_scope(cast.acme):
        names = Account.objects.order_by("number").values_list("name", "name_key", "properties__csv_id")
        assert list(names) == [("New Name", "newname", "A1"), ("Other", "other", "A2")]


def test_an_owner_may_be_named_last_name_first(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        Member.objects.create(name="Vida Zinnia", email="vida@acme.example", role="rep", joined_at=AT)
    bring_in(cast, 'ID,Owner\n1,"Zinnia, Vida"\n', {"ID": "external_id", "Owner": "owner"})
    owner = record(cast, "1").owner
    assert owner and owner.name == "Vida Zinnia"


def test_people_get_teams_with_region_and_manager_and_seats(cast: Cast) -> None:
    text = "Agent,Manager,Office,Role\nAnn Lee,Mia Moss,East,rep\nBob Ray,Mia Moss,East,\nRick,Mia Moss,East,\n"
    text += "Eve,,,owner\n"
    columns = {"Agent": "name", "Manager": "manager", "Office": "region", "Role": "role"}
    job = bring_in(cast, text, columns, target="people")
    assert (job.created_count, job.updated_count) == (2, 1), "Rick was here before and gets a seat"
    assert reasons(cast, job) == {"unknown_role": 1}, "a file makes nobody an owner"
    with workspace_scope(cast.acme):
        team = Team.objects.get(region="East")
        assert team.manager and (team.manager.name, team.manager.role) == ("Mia Moss", "manager")
        assert TeamSeat.objects.filter(team=team).count() == 3
        assert Member.objects.get(pk=cast.rick.pk).role == "rep"
    assert counts(bring_in(cast, text, columns, target="people")) == (0, 0, 3, 1)


def deals(count: int) -> str:
    return "ID,Name\n" + "".join(f"{number},Deal {number}\n" for number in range(count))


NAMED = {"ID": "external_id", "Name": "name"}


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
