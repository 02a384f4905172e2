"""Many at once: each decides alone, what is done leaves what one by one leaves, and once more changes nothing."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from blueprint.documents import blueprint_of
from core.errors import BadInput, NotPermitted
from core.history.models import Event
from core.people.models import Member, TeamSeat
from core.tenancy.scope import workspace_scope
from handoffs.actions import answering, pausing, reassigning
from handoffs.actions.in_bulk.acting import act_on_many
from handoffs.actions.in_bulk.bulk_rows import BulkResult, BulkVerb, BulkWish
from handoffs.models import Assignment, Clock, Handoff, Task, TurnMove
from lifecycle.models import Record, StageStay
from tests.cast import MONDAY_10, Cast
from tests.counting import statements
from tests.governance.drafts import published
from tests.handoffs.factories import make_records, offer_records

pytestmark = pytest.mark.django_db
PACKET = {key: "as agreed" for key in ("goals", "stakeholders", "promises", "scope", "dates", "risks")}
HOUR = timedelta(hours=1)
SOON = MONDAY_10 + HOUR / 4
TABLES = (Handoff, Assignment, Clock, Task, TurnMove, Record, StageStay, Event)
IDS = {"id", "root_id", "result_id", "origin_id", "handoff_id", "record_id", "assignment_id", "subject_id", "hours_id"}


def offered(cast: Cast, count: int, **fields: Any) -> list[Handoff]:
    return offer_records(cast.acme, make_records(cast.acme, count, **fields), by=cast.dana)


def wish(verb: BulkVerb, handoffs: list[Handoff], to: Member | None = None, **said: Any) -> BulkWish:
    numbers = [each.number for each in handoffs]
    receivers = dict.fromkeys(numbers, to) if verb == BulkVerb.REASSIGN else {}
    return BulkWish(verb, numbers, receivers=receivers, **said)


def do(cast: Cast, *asked: Any, by: Member, at: Any = SOON, **said: Any) -> BulkResult:
    return act_on_many(cast.acme, wish(*asked, **said), by=by, at=at)


def one_by_one(verb: BulkVerb, handoff: Handoff, by: Member, reason: str, to: Member | None) -> None:
    if verb == BulkVerb.ACCEPT:
        answering.accept(handoff, by=by, at=SOON)
    elif verb == BulkVerb.REJECT:
        answering.reject(handoff, reason, "Too soon", by=by, at=SOON)
    elif verb == BulkVerb.RECALL:
        answering.recall(handoff, "Too soon", by=by, at=SOON)
    elif to and to.pk != handoff.assignee_id:
        reassigning.reassign(handoff, to, by=by, at=SOON, note="Too soon")


def left_behind(since: dict[str, set[Any]]) -> dict[str, Counter[str]]:
    """Every row that there is now, without what is each row's own, as often as there is one like it."""
    found = {}
    for model in TABLES:
        rows = []
        for row in model.objects.order_by("pk").values():
            if row["id"] not in since[model.__name__]:
                rows.append(str(sorted((key, str(value)) for key, value in row.items() if key not in IDS)))
        found[model.__name__] = Counter(rows)
    return found


def ids() -> dict[str, set[Any]]:
    return {model.__name__: set(model.objects.values_list("pk", flat=True)) for model in TABLES}


def test_many_leave_what_one_by_one_leave(acme: Cast) -> None:
    for verb, reason, to in [
        (BulkVerb.ACCEPT, "", None),
        (BulkVerb.REJECT, "no_budget", None),
        (BulkVerb.REJECT, "inaccurate_data", None),
        (BulkVerb.RECALL, "", None),
        (BulkVerb.REASSIGN, "", acme.rosa),
    ]:
        assert both_ways(acme, verb, lambda: [*sold(acme), *offered(acme, 3)], reason, to)["Event"].total() >= 11


def test_next_records_come_as_far_and_what_goes_by_itself_goes_on_as_one_by_one(acme: Cast) -> None:
    path = ["seams", {"key": "sales_to_success"}, "on_accept", "create", "stage"]
    acme.acme = published(acme, [(path, "implementation")])

    def there_already() -> list[Handoff]:
        handoffs = sold(acme)
        for each in handoffs:
            known = {"properties": {"kickoff_on": "2026-02-10"}, "owner": acme.cleo, "origin_id": each.record_id}
            make_records(acme.acme, path="onboarding/kickoff", **known)
        return handoffs

    def renewals() -> list[Handoff]:
        contracts = make_records(acme.acme, 2, path="renewal/days_90", owner=acme.cleo, renews_on=MONDAY_10.date())
        packets = {each.pk: {"use": "Every team, each day", "risks": "A new buyer"} for each in contracts}
        return offer_records(acme.acme, contracts, seam_key="renewal_to_sales", by=acme.cleo, packets=packets)

    handoffs = [*sold(acme), *sold(acme), *sold(acme)]  # of all but one the next record is not ready for its stage
    Record.objects.filter(pk=handoffs[4].record_id).update(properties={"kickoff_on": "2026-02-10"})
    with statements() as said:
        done = do(acme, BulkVerb.ACCEPT, handoffs, by=acme.ada)
    assert [row.number for row in done.rows if row.is_done] == [handoffs[4].number] and len(said) <= 60
    assert {row.code for row in done.rows if not row.is_done} == {"gate_closed"}
    left = both_ways(acme, BulkVerb.ACCEPT, there_already)
    assert sum(f"{stage_id(acme, 'onboarding/implementation')}" in row for row in left["StageStay"].elements()) == 3
    asked = both_ways(acme, BulkVerb.ACCEPT, renewals)["Record"]
    assert all(f"('ask_again_at', '{SOON}')" in row for row in asked)


def sold(cast: Cast) -> list[Handoff]:
    deals = make_records(cast.acme, 3, path="sales/closed_won", amount=1200, owner=cast.rick)
    packets = {each.pk: PACKET for each in deals}
    return offer_records(cast.acme, deals, seam_key="sales_to_success", by=cast.rick, packets=packets)


def stage_id(cast: Cast, path: str) -> Any:
    return blueprint_of(cast.acme).stages_by_path[path].id


def both_ways(
    cast: Cast, verb: BulkVerb, offer: Callable[[], list[Handoff]], reason: str = "", to: Member | None = None
) -> dict[str, Counter[str]]:
    """What is left behind, the same whether they are taken one by one or at once."""
    before, seen = ids(), []
    for is_bulk in (False, True):
        with pytest.raises(RuntimeError, match="back"), workspace_scope(cast.acme):
            handoffs = offer()
            if is_bulk:
                said = {"note": "" if verb == BulkVerb.ACCEPT else "Too soon", "reason": reason}
                assert do(cast, verb, handoffs, to, by=cast.ada, **said).done >= len(handoffs) - 2
            else:
                for each in handoffs:
                    one_by_one(verb, each, cast.ada, reason, to)
            seen.append(left_behind(before))
            raise RuntimeError("back to where both began")
    for table, rows in seen[0].items():
        assert rows == seen[1][table], (verb, reason, table)
    return seen[0]


def test_each_decides_alone_and_once_more_is_already_done(acme: Cast) -> None:
    handoffs = offered(acme, 6)
    answering.accept(handoffs[0], by=acme.mona, at=MONDAY_10)
    answering.accept(handoffs[1], by=acme.ada, at=MONDAY_10)
    Record.objects.filter(pk=handoffs[2].record_id).update(email="")  # cannot be reached: not accepted
    asked = wish(BulkVerb.ACCEPT, handoffs)
    asked = BulkWish(asked.verb, [*asked.numbers, 999_999])
    rehearsed = act_on_many(acme.acme, asked, by=acme.mona, at=SOON, is_rehearsed=True)
    assert Handoff.objects.open().count() == 4  # nothing is kept of a rehearsal
    done = act_on_many(acme.acme, asked, by=acme.mona, at=SOON)
    assert rehearsed == done
    told = {row.number: (row.outcome, row.code) for row in done.rows}
    numbers = [each.number for each in handoffs]
    assert [told[each] for each in [*numbers[:3], 999_999]] == [
        ("already", "done_already"),
        ("refused", "handoff_already_answered"),
        ("refused", "acceptance_unmet"),
        ("refused", "not_found"),
    ]
    assert (done.done, done.already, done.refused) == (3, 1, 3)
    assert {change.after.open_count for change in done.people} <= {0, 1}
    again = act_on_many(acme.acme, asked, by=acme.mona, at=SOON)
    assert (again.done, again.already, again.refused) == (0, 4, 3)
    assert Event.objects.filter(kind="handoff.accepted").count() == 5


def test_what_was_written_later_than_ours_makes_nothing_else_late(acme: Cast) -> None:
    ahead, other = offered(acme, 2)
    later = ahead.due_at + 72 * HOUR
    Record.objects.filter(pk=ahead.record_id).update(updated_at=later)  # by a clock that was days ahead
    assert do(acme, BulkVerb.ACCEPT, [ahead, other], by=acme.mona).done == 2
    answered = dict(Handoff.objects.values_list("number", "answered_at"))
    assert answered == {ahead.number: later, other.number: SOON}
    assert Clock.objects.get(handoff=other, kind=Clock.Kind.ANSWER).state == Clock.State.MET


def test_rejected_ones_go_where_their_reason_leads_and_come_back_as_tasks(acme: Cast) -> None:
    gone, returned = offered(acme, 3), offered(acme, 3)
    assert do(acme, BulkVerb.REJECT, gone, by=acme.mona, reason="no_budget").done == 3
    stages = Record.objects.filter(pk__in=[each.record_id for each in gone]).values_list("stage__key", flat=True)
    assert set(stages) == {"recycled"}
    assert do(acme, BulkVerb.REJECT, returned, by=acme.mona, reason="inaccurate_data").done == 3
    tasks = Task.objects.filter(kind="returned")
    assert {(task.assignee_id, task.handoff_id) for task in tasks} == {(acme.dana.pk, each.pk) for each in returned}
    assert Handoff.objects.filter(state="rejected", again_at__isnull=False).count() == 3
    with pytest.raises(BadInput) as refused:
        do(acme, BulkVerb.REJECT, offered(acme, 1), by=acme.mona, reason="other")
    assert refused.value.code == "note_needed"


def test_given_away_the_clock_goes_on_and_a_pool_gives_it_to_another(acme: Cast) -> None:
    handoffs = offered(acme, 4)
    due = {each.number: each.due_at for each in handoffs}
    done = do(acme, BulkVerb.REASSIGN, handoffs, acme.rosa, by=acme.mona)
    assert {row.outcome for row in done.rows} == {"done", "already"} and done.done == 2
    assert all(row.due_at == due[row.number] for row in done.rows if row.is_done)
    [rosa] = [change for change in done.people if change.after.name == "Rosa"]
    assert (rosa.before.open_count, rosa.after.open_count, rosa.passes) == (2, 4, ())
    back = do(acme, BulkVerb.REASSIGN, handoffs, None, by=acme.mona)
    assert back.done == 4 and Handoff.objects.open().filter(assignee=None).count() == 4
    assert do(acme, BulkVerb.REASSIGN, handoffs, None, by=acme.mona).already == 4


def one_by_one_it_is_the_same_rule(acme: Cast, handoff: Handoff) -> None:
    """Cleo manages no team of Rosa's; what a task brought before her is hers to see to, and a program leads no team."""
    moment: dict[str, Any] = {"by": acme.cleo, "at": SOON}
    for deed in (
        lambda: answering.accept(handoff, **moment),
        lambda: answering.reject(handoff, "junk", **moment),
        lambda: answering.recall(handoff, **moment),
        lambda: reassigning.reassign(handoff, acme.rick, **moment),
        lambda: pausing.pause(handoff, pausing.WantedPause("awaiting_customer"), **moment),
    ):
        with pytest.raises(NotPermitted) as refused:
            deed()
        assert refused.value.code == "not_yours"
    said = {"kind": "breach", "title": "Late", "assignee": acme.cleo, "handoff": handoff, "created_at": MONDAY_10}
    Task.objects.create(number=990, **said)
    reassigning.reassign(handoff, acme.rick, **moment)  # which closes the task
    with pytest.raises(NotPermitted):
        reassigning.reassign(handoff, acme.rosa, **moment)
    program = Member.objects.create(name="Sync", role="manager", kind="integration")
    reassigning.reassign(handoff, acme.rosa, by=program, at=SOON)


def test_managers_reach_their_own_teams_and_reps_their_own(acme: Cast) -> None:
    handoffs = offered(acme, 4)
    mine = [each for each in handoffs if each.assignee_id == acme.rick.pk]
    with pytest.raises(NotPermitted):
        do(acme, BulkVerb.REASSIGN, mine, acme.rosa, by=acme.rick)
    told = do(acme, BulkVerb.ACCEPT, handoffs, by=acme.rick)
    assert (told.done, told.refused) == (2, 2) and {row.code for row in told.rows if row.code} == {"not_yours"}
    Member.objects.filter(pk=acme.cleo.pk).update(role="manager")
    acme.cleo.refresh_from_db()
    assert do(acme, BulkVerb.REASSIGN, handoffs, acme.rosa, by=acme.cleo).refused == 4
    one_by_one_it_is_the_same_rule(acme, next(each for each in handoffs if each not in mine))
    TeamSeat.objects.filter(member=acme.rosa).update(cap=1)
    left = do(acme, BulkVerb.REASSIGN, offered(acme, 2), acme.rosa, by=acme.mona)
    assert any("at most 1" in said for change in left.people for said in change.passes)


def test_the_queries_do_not_grow_with_the_handoffs(acme: Cast) -> None:
    spent = []
    for count in (2, 20):
        handoffs = offered(acme, count, amount=9, currency="CHF")
        with statements() as said:
            assert do(acme, BulkVerb.ACCEPT, handoffs, by=acme.mona).done == count
        spent.append(len(said))
    assert spent[1] - spent[0] <= 4


def test_programs_do_it_by_one_call(cast: Cast, client: Client) -> None:
    with workspace_scope(cast.acme):
        handoffs = offer_records(cast.acme, make_records(cast.acme, 2), by=cast.dana)
    numbers = [each.number for each in handoffs]
    client.force_login(cast.mona.user, "django.contrib.auth.backends.ModelBackend")  # type: ignore[arg-type]

    def call(**body: Any) -> Any:
        return client.post("/api/v1/w/acme/handoffs/bulk", body, content_type="application/json")

    who = ("rosa", "rick")
    for body, field in [
        ({"verb": "dance"}, "verb"),
        ({"verb": "accept"}, "numbers"),
        ({"verb": "accept", "numbers": numbers, "to": "rosa@acme.example"}, "to"),
        ({"verb": "reject", "numbers": numbers}, "reason"),
        ({"verb": "reassign", "numbers": numbers}, "to"),
        ({"verb": "reassign", "numbers": numbers, "to": "nobody@acme.example"}, "to"),
        ({"verb": "reassign", "receivers": [{"number": 1, "to": "x@acme.example"}]}, "receivers"),
        ({"verb": "reassign", "receivers": [{"number": 1, "to": f"{each}@acme.example"} for each in who]}, "receivers"),
        ({"verb": "reassign", "receivers": [{"number": each, "to": ""} for each in range(1, 502)]}, "receivers"),
        ({"verb": "recall", "numbers": numbers, "reason": "other"}, "reason"),
        ({"verb": "accept", "numbers": numbers, "note": "Welcome"}, "note"),
    ]:
        refused = call(**body)
        assert (refused.status_code, refused.json()["field"]) == (422, field), body
    endless = client.post("/w/acme/handoffs/team/bulk/", {"verb": "accept", "number": "9" * 5_000})
    assert endless.status_code == 422 and b"This names no handoff." in endless.content
    receivers = [{"number": each, "to": "rosa@acme.example"} for each in numbers]
    seen = call(verb="reassign", receivers=receivers, rehearse=True).json()
    assert (seen["done"], seen["already"], seen["rehearsed"]) == (1, 1, True)
    given = call(verb="reassign", receivers=receivers).json()
    assert {row["after"] for row in given["rows"]} == {"Rosa"}
    assert {person["name"]: person["open_after"] for person in given["people"]} == {"Rick": 0, "Rosa": 2}
    assert call(verb="recall", numbers=numbers, note="Too soon").json()["done"] == 2
