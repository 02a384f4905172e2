"""A list by one filter reads about as many rows as it shows, wherever in a long table they lie, also when it shows
none: at the doors of the API, as the role that serves."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.database import owner_cursor
from core.tenancy.scope import workspace_scope
from handoffs.models import Clock, Handoff
from lifecycle.models import ExternalId, Record, SearchToken
from lifecycle.word_search import MOST_LOOKED_AT
from tests.cast import MONDAY_10, Cast
from tests.core.test_sql_plans import nodes
from tests.handoffs.factories import make_records, offer_records
from tests.lifecycle.test_api_records import Caller

pytestmark = pytest.mark.django_db(transaction=True)
MANY, SIZE = 3_000, 10
FOUND: list[tuple[dict[str, str], int]] = [
    ({"stage": "lifecycle/subscriber"}, 3),
    ({"stage": "sales/discovery"}, 0),
    ({"pipeline": "sales"}, 0),
    ({"owner": "rosa@acme.example"}, 3),
    ({"owner": "nobody@acme.example"}, 0),
    ({"owner": "none"}, 0),
    ({"source": "Fair"}, 3),
    ({"source": "No such"}, 0),
    ({"email": "old@acme.example"}, 3),
    ({"email": "nobody@acme.example"}, 0),
    ({"external_id": "old"}, 1),
    ({"external_id": "none"}, 0),
    ({"external_id": "none", "system": "crm"}, 0),
]
HANDED: list[tuple[dict[str, str], int]] = [
    ({"seam": "sales_to_success"}, 0),
    ({"state": "recalled"}, 3),
    ({"state": "rejected"}, 0),
    ({"assignee": "rosa@acme.example"}, 3),
    ({"assignee": "none"}, 0),
    ({"late": "true"}, SIZE),
]


@pytest.fixture
def known(cast: Cast) -> Iterator[Caller]:
    """Three old records unlike the thousands after them, with a handoff each; and the planner knows them all."""
    with workspace_scope(cast.acme):
        old = {
            "created_at": MONDAY_10 - timedelta(days=99),
            "owner": cast.rosa,
            "source": "Fair",
            "kind": "opportunity",
        }
        three = make_records(cast.acme, 3, path="lifecycle/subscriber", email="old@acme.example", **old)
        many = make_records(cast.acme, MANY, owner=cast.rick, source="Website")
        ids = [("old", three[0]), *((f"x{record.number}", record) for record in many)]
        ExternalId.objects.bulk_create(
            ExternalId(record=record, system="crm", kind="lead", value=value) for value, record in ids
        )
        SearchToken.objects.bulk_create(
            SearchToken(workspace=cast.acme, token=token, record_id=record.pk)
            for record in (*three, *many)
            for token in ("common", f"rare{record.number}", "even" if record.number % 2 else "odd")
        )
        offer_records(cast.acme, many, by=cast.dana)
        Handoff.objects.update(assignee=cast.rick)
        first = Handoff.objects.order_by("number").values_list("pk", flat=True)[:3]
        Handoff.objects.filter(pk__in=list(first)).update(
            state="recalled", assignee=cast.rosa, offered_at=MONDAY_10 - timedelta(days=9), answered_at=MONDAY_10,
            due_at=MONDAY_10 - timedelta(days=8), breached_at=MONDAY_10 - timedelta(days=8),
        )  # fmt: skip
        Handoff.objects.filter(state="offered").update(due_at=MONDAY_10 + timedelta(days=90_000))
        Clock.objects.update(due_at=MONDAY_10 + timedelta(days=90_000))
        late = Handoff.objects.filter(state="offered").order_by("number").values_list("pk", flat=True)[: MANY // 2]
        Handoff.objects.filter(pk__in=list(late)).update(due_at=MONDAY_10, breached_at=MONDAY_10)
        for each in Handoff.objects.exclude(breached_at=None):
            missed = {"due_at": each.due_at, "breached_at": each.due_at, "started_at": each.offered_at}
            each.clocks.filter(kind="answer").update(**missed, state="breached", offered_at=each.offered_at)
    with workspace_scope(cast.globex):  # whose rows tell the planner that what Acme has none of is common
        offer_records(cast.globex, make_records(cast.globex, MANY // 2, source="Fair"))
        Handoff.objects.update(assignee=None, state="recalled", answered_at=MONDAY_10)
        Record.objects.update(owner=None)
    with owner_cursor() as cursor:
        cursor.execute("analyze")
    return Caller(cast.dana)


def test_a_list_or_a_search_reads_what_it_shows(known: Caller, cast: Cast) -> None:
    """One test of all lists: its records take longer to make than they to be read."""
    deep = f"{round((MONDAY_10 - timedelta(days=1)).timestamp() * 1_000_000)}_{uuid4()}"
    for kind in ({}, {"kind": "opportunity"}, {"kind": "customer"}):
        for asked, count in FOUND:
            for after in ({}, {"cursor": deep}):
                found = passed_over(known, cast, "records", **asked, **kind, **after)
                wanted = 0 if kind.get("kind") == "customer" else count
                assert found == (wanted, 0), (asked, kind, after)
    for asked, count in HANDED:
        assert passed_over(known, cast, "handoffs", **asked) == (count, 0), asked
    for words in ("common rare30", "rare30 common", "odd rare30 common"):
        begins_with_the_rarer_word(known, cast, words)
    verdicts_are_found_by_their_moment(known, cast)


VERDICTS = {"handoff_answered_or_due", "clock_first_missed"}


def verdicts_are_found_by_their_moment(known: Caller, cast: Cast) -> None:
    with CaptureQueriesContext(connection) as captured:
        assert known.get("metrics/sla_attainment", period="30d").status_code == 200
    texts = [each["sql"] for each in captured if "handoffs_handoff" in each["sql"] and "numerator" in each["sql"]]
    found = [node for text in texts for node in plan_of(cast, text) if node.get("Index Name") in VERDICTS]
    assert {node["Index Name"] for node in found} == VERDICTS and all("_at" in node["Index Cond"] for node in found)
    with CaptureQueriesContext(connection) as captured:
        assert known.get("metrics/rejections_with_reason/rows", period="30d").status_code == 200
    texts = [each["sql"] for each in captured if "handoffs_handoff" in each["sql"] and "numerator" in each["sql"]]
    found = [
        node for text in texts for node in plan_of(cast, text) if node.get("Index Name") == "handoff_answered_when"
    ]
    assert found, "answers of some days are found by their moment"


def begins_with_the_rarer_word(known: Caller, cast: Cast, words: str) -> None:
    with CaptureQueriesContext(connection) as captured:
        assert known.get("search", q=words).json()["results"], words
    texts = [each["sql"] for each in captured if "lifecycle_searchtoken" in each["sql"]]
    counted, found = ([node for node in plan_of(cast, text) if is_of_words(node)] for text in texts)
    assert {node["Node Type"] for node in counted} == {"Index Only Scan"}, words
    assert sum(node["Actual Loops"] * node["Actual Rows"] for node in found) < MANY / 10, words


def test_a_search_for_words_that_many_hold_says_that_it_looked_at_the_newest_alone(cast: Cast, client: Client) -> None:
    known = Caller(cast.dana)
    with workspace_scope(cast.acme), connection.cursor() as cursor:
        [old] = make_records(cast.acme, 1)
        both = [SearchToken(workspace=cast.acme, token=token, record_id=old.pk) for token in ("early", "later")]
        SearchToken.objects.bulk_create(both)
        assert known.get("search", q="early later").json()["is_cut"] is False
        assert [each["number"] for each in known.get("search", q="early later").json()["results"]] == [old.number]
        cursor.execute(
            "insert into lifecycle_searchtoken (workspace_id, token, record_id)"
            " select %s, word, ('ff' || substr(gen_random_uuid()::text, 3))::uuid"
            " from generate_series(1, %s), unnest(array['early', 'later']) word",
            [cast.acme.pk, MOST_LOOKED_AT],
        )
    assert known.get("search", q="early later").json() == {"results": [], "is_cut": True}
    client.force_login(cast.dana.user)
    for path in ("search/?q=early+later", "records/?q=early+later"):
        assert b"only the newest of them were looked at" in client.get(f"/w/acme/{path}").content, path


def is_of_words(node: dict[str, Any]) -> bool:
    return bool(node.get("Relation Name") == "lifecycle_searchtoken")


def passed_over(caller: Caller, cast: Cast, path: str, **asked: str) -> tuple[int, int]:
    """How many a list shows, and how many rows its statement reads for nothing, beyond a handful."""
    with CaptureQueriesContext(connection) as captured:
        answer = caller.get(path, limit=str(SIZE), **asked)
    assert answer.status_code == 200, answer.content
    [*_, text] = [each["sql"] for each in captured if "lifecycle_record" in each["sql"]]
    removed = [
        node["Actual Loops"] * (node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0))
        for node in plan_of(cast, text)
        if not node.get("Relation Name", "").startswith("workspaces_")  # of a few members and teams all are read
    ]
    return len(answer.json()["results"]), max(sum(removed) - 10 * SIZE, 0)


def plan_of(cast: Cast, text: str) -> list[dict[str, Any]]:
    """The nodes of a statement's plan, run as the role that serves."""
    with workspace_scope(cast.acme), connection.cursor() as cursor:
        cursor.execute(f"explain (analyze, format json) {text}")
        [[[plan]]] = cursor.fetchall()
    return list(nodes(plan["Plan"]))
