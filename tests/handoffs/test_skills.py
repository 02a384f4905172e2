"""Skills a record asks for, what people take in a day, and records that wait for their pool; and who says so."""

from datetime import timedelta

import pytest
from django.test import Client

from blueprint.documents import blueprint_of
from core.history.models import Event
from core.people.models import Member, TimeOff
from core.tenancy.scope import workspace_scope
from handoffs.actions.offer_batch import offer_batch
from handoffs.actions.rerouting import route_again
from handoffs.models import Assignment, Capacity, Handoff
from handoffs.queries.tryout import RoutingTrial, try_out
from handoffs.rules.routing import REACHES_NOBODY
from lifecycle.models import Account, AccountOwner
from tests.cast import MONDAY_10, Cast
from tests.governance.test_rescoring import published
from tests.handoffs.factories import make_records, offer_records

pytestmark = pytest.mark.django_db
AFTERNOON = MONDAY_10 + timedelta(hours=6)
SOON = MONDAY_10 + timedelta(minutes=10)
NOBODY = "nobody in the pool has the skills it asks for"
RULES = [
    {"label": "Who speaks it", "expression": "true", "target": "pool", "pool": "sales"},
    {"label": "Everybody else", "expression": "true", "target": "pool", "pool": "customer_success"},
]


def take(member: Member, **said: object) -> None:
    Capacity.objects.update_or_create(member=member, defaults={"time_zone": "Europe/Berlin", **said})


def test_who_has_the_skill_receives_and_others_wait_for_their_pool(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        rules = [dict(RULES[0], expression="blank(source)"), RULES[1]]
        pools = ["pools", {"key": "sales"}]
        seam = ["seams", {"key": "marketing_to_sales"}]
        edits = [([*pools, "skills_of"], ["region"]), ([*seam, "routing"], rules)]
        acme = published(cast, [*edits, (["pools", {"key": "customer_success"}, "waits"], True)])
        take(cast.rick, skills=["emea"])
        take(cast.rosa, skills=["emea", "apac"])
        take(cast.cleo, day_cap=1)
        regions = ["APAC", "APAC", "EMEA", "LATAM", None, "LATAM"]
        records = [make_records(acme, properties={"region": each} if each else {})[0] for each in regions]
        terms = blueprint_of(acme)
        tried = try_out(acme, terms, terms.seams[0], [RoutingTrial.of(records[3], acme, AFTERNOON)], at=AFTERNOON)
        offer_batch(acme, terms.seams[0], [each.pk for each in records], by=None, at=AFTERNOON)
        given = list(Handoff.objects.order_by("number").select_related("assignee", "queue"))
        assert [each.assignee for each in given] == [cast.rosa, cast.rosa, cast.rick, cast.cleo, cast.rick, None]
        whys = [Assignment.objects.get(handoff=each).trace["rules"][0]["why"] for each in given]
        assert whys == ["", "", "", NOBODY, "", NOBODY]
        assert (tried[0].hand.name, tried[0].hand.rules[0]["why"]) == ("Cleo", NOBODY)
        [late] = make_records(acme, source="Later", score=90)
        offer_batch(acme, terms.seams[0], [late.pk], by=None, at=AFTERNOON + timedelta(minutes=1))
        assert route_again(acme, AFTERNOON + timedelta(minutes=10)) == 2
        assert Handoff.objects.filter(assignee=None).count() == 2  # the manager is here, and is not asked
        assert route_again(acme, AFTERNOON + timedelta(hours=7)) == 2  # it is Tuesday in Berlin
        given[5].refresh_from_db()
        assert given[5].assignee == cast.cleo  # the older of the two; one a day
        assert Handoff.objects.get(record=late).assignee is None


def test_a_queue_gives_the_company_away_as_its_rule_does_at_once(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        rule = RULES[0] | {"keeps_account": True}
        edits = [(["seams", {"key": "marketing_to_sales"}, "routing"], [rule])]
        acme = published(cast, [*edits, (["pools", {"key": "sales"}, "waits"], True)])
        TimeOff.objects.create(member=cast.rick, starts_at=MONDAY_10, ends_at=SOON)
        TimeOff.objects.create(member=cast.rosa, starts_at=MONDAY_10, ends_at=SOON)
        company = Account.objects.create(number=1, name="Initech", name_key="initech")
        [handoff] = offer_records(acme, make_records(acme, account=company))
        assert handoff.assignee is None
        assert not AccountOwner.objects.exists()
        assert route_again(acme, SOON) == 1
        handoff.refresh_from_db()
        assert handoff.assignee is not None
        row = AccountOwner.objects.get(until=None)
        assert (row.account, row.member, row.cause) == (company, handoff.assignee, "rule")


def test_every_way_of_being_full_has_its_words() -> None:
    for target in ("named_account", "account_owner", "record_owner", "member"):
        assert {"full", "full today", "full this week"} <= REACHES_NOBODY[target].keys()


def test_whose_manager_says_what_they_take(cast: Cast, client: Client) -> None:
    client.force_login(cast.mona.user, "django.contrib.auth.backends.ModelBackend")
    rick, dana = (f"/api/v1/w/acme/people/{each.pk}/capacity" for each in (cast.rick, cast.dana))
    json = {"content_type": "application/json"}
    assert client.get(rick).json()["time_zone"] == "Europe/Berlin"
    said = {"day_cap": 3, "skills": [" German ", "german", "Enterprise"], "starts_on": "2026-03-02", "ramp_days": 30}
    told = client.put(rick, said, **json).json()
    assert told == client.get(rick).json() | said | {"skills": ["german", "enterprise"], "week_cap": None}
    for body, field in (
        ({"day_cap": -1}, "day_cap"),
        ({"ramp_days": 5}, "starts_on"),
        ({"time_zone": "Mars/Base"}, "time_zone"),
        ({"skills": ["x" * 121]}, "skills"),
    ):
        refused = client.put(rick, body, **json)
        assert (refused.status_code, refused.json()["field"].split(".")[0]) == (422, field)
    refused = client.put(dana, {}, **json)  # Mona manages sales, not marketing
    assert (refused.status_code, refused.json()["code"]) == (403, "not_your_team")
    page = f"/w/acme/people/{cast.rick.pk}/capacity/"
    assert "german, enterprise" in client.get(page).content.decode()
    form = {"day_cap": "", "week_cap": "9", "skills": "", "starts_on": "", "ramp_days": "0", "time_zone": "UTC"}
    assert client.post(page, {**form, "ramp_days": "400"}).status_code == 422
    assert client.post(page, form).status_code == 302
    assert client.get(rick).json() | {"week_cap": 9, "time_zone": "UTC"} == client.get(rick).json()
    assert page in client.get(f"/w/acme/people/{cast.rick.pk}/").content.decode()
    teams = client.get("/api/v1/w/acme/teams").json()["results"]
    own, other = (next(each["key"] for each in teams if each["function"] == side) for side in ("sales", "marketing"))
    seat = "/api/v1/w/acme/teams/{}/seats/{}"
    assert client.put(seat.format(own, cast.rick.pk), {"weight": 2}, **json).status_code == 200
    assert client.put(seat.format(other, cast.dana.pk), {"weight": 2}, **json).json()["code"] == "not_your_team"
    assert client.get(f"/w/acme/people/teams/{own}/").content.decode().count("Give a seat") == 1
    with workspace_scope(cast.acme):
        assert Event.objects.filter(kind="capacity.changed").count() == 2
