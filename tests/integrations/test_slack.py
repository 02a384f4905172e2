"""Slack tells what the bell tells; its buttons do what the page does, for who is signed for."""

import json
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client

from core.notices.mailing import send_due
from core.notices.models import NoticeDelivery
from core.notices.sorting import sort
from core.people.factors import unlock
from core.tenancy.scope import workspace_scope
from handoffs.models import Handoff
from integrations.models import SlackConnection, SlackPerson
from integrations.slack.connecting import connect_slack
from integrations.tasks import say_in_slack
from tests.cast import MONDAY_10, Cast
from tests.handoffs.coming_back import HOUR, offered
from tests.handoffs.factories import make_records, offer_records
from tests.handoffs.test_api import API, JSON, as_
from tests.integrations.slack import SECRET, pressed, slack_here

pytestmark = pytest.mark.django_db
TOKEN = "xoxb-12-ab"
NOW = MONDAY_10.timestamp()


def test_an_offer_is_answered_in_slack(cast: Cast, client: Client, settings: pytest.FixtureRequest) -> None:
    actions = f"/slack/{cast.acme.pk}/actions/"
    with slack_here() as slack, time_machine.travel(MONDAY_10, tick=False):
        settings.SLACK_API_URL = slack.address  # type: ignore[attr-defined]
        as_(cast.ada, client)
        for wrong, field in [
            ({"token": "xoxp-1"}, "token"),
            ({"token": "xoxb-1\n2"}, "token"),
            ({"signing_secret": "a b"}, "signing_secret"),
        ]:
            body = {"token": TOKEN, "signing_secret": SECRET} | wrong
            assert client.put(f"{API}/slack", body, content_type=JSON).json()["field"] == field
            assert client.post("/w/acme/slack/", body).status_code == 422
        assert client.post("/w/acme/slack/", {"token": TOKEN, "signing_secret": SECRET}).status_code == 302
        assert client.get(f"{API}/slack").json()["is_connected"]
        page = client.get("/w/acme/slack/").content.decode()
        assert "Connected" in page and actions in page and TOKEN not in page and SECRET not in page
        with workspace_scope(cast.acme):
            kept = SlackConnection.objects.get()
            assert TOKEN not in kept.token and SECRET not in kept.signing_secret
            handoff, has_it, other = offered(cast)
        slack.people[has_it.email], slack.is_away = "U1", True
        sort(cast.acme, MONDAY_10)
        send_due(cast.acme, MONDAY_10)
        with workspace_scope(cast.acme):
            waiting = NoticeDelivery.objects.get(channel="slack")
            assert (waiting.state, waiting.tries) == ("waiting", 1) and "service_unavailable" in waiting.trouble
        slack.is_away = False
        send_due(cast.acme, waiting.next_try_at)
        [message] = slack.sent
        assert (message["channel"], message["token"]) == ("U1", f"Bearer {TOKEN}")
        assert message["client_msg_id"] == str(waiting.pk)
        blocks = json.loads(message["blocks"]) if isinstance(message["blocks"], str) else message["blocks"]
        text, [accept, reject] = blocks[0]["text"]["text"], blocks[1]["elements"]
        assert f"/w/acme/handoffs/{handoff.number}/|Lead 1 (Marketing → Sales)>" in text
        reasons = {each["value"] for each in reject["options"]}
        assert f"{handoff.number}:no_budget" in reasons and not any("not_a_fit" in each for each in reasons)
        outside = Client()
        for forged in (
            pressed("U1", "accept", accept["value"], NOW, secret="another"),
            pressed("U1", "accept", accept["value"], NOW - 301),
            {"data": "payload={}", "content_type": "application/x-www-form-urlencoded"},
        ):
            assert outside.post(actions, **forged).status_code == 404
        assert outside.post(f"/slack/{cast.globex.pk}/actions/", **pressed("U1", "accept", "1", NOW)).status_code == 404
        for stranger in (pressed("U2", "accept", accept["value"], NOW), pressed("U1", "accept", "x", NOW)):
            assert outside.post(actions, **stranger).status_code == 200
        with workspace_scope(cast.acme):
            assert Handoff.objects.get().state == "offered"
        for _ in range(2):  # the second time it is answered already
            assert outside.post(actions, **pressed("U1", "accept", accept["value"], NOW)).status_code == 200
        with workspace_scope(cast.acme):
            answered = Handoff.objects.get()
            assert (answered.state, answered.answered_by_id) == ("accepted", has_it.pk)
            two = offer_records(cast.acme, make_records(cast.acme, 2), by=cast.dana, at=MONDAY_10)
            [again] = [each for each in two if each.assignee_id == has_it.pk]
        outside.post(actions, **pressed("U1", "reject", f"{again.number}:no_budget", NOW))
        with workspace_scope(cast.acme):
            again.refresh_from_db()
            assert (again.state, again.reason.key) == ("rejected", "no_budget")
        slack.people.clear()
        sort(cast.acme, MONDAY_10 + HOUR)
        while send_due(cast.acme, MONDAY_10 + HOUR):
            pass
        with workspace_scope(cast.acme):
            of_other = NoticeDelivery.objects.filter(channel="slack", member=other)
            assert {each.state for each in of_other} == {"not_needed"}  # nobody in Slack has their address
        call_command("renew_factors", stdout=StringIO())
        with workspace_scope(cast.acme):
            renewed = SlackConnection.objects.get()
            assert renewed.token != kept.token and unlock(renewed.token) == TOKEN
        say_in_slack(f"{slack.address}hooks", "Accepted by Rick.")
        assert (slack.sent[-1]["call"], slack.sent[-1]["text"]) == ("hooks", "Accepted by Rick.")
        assert client.delete(f"{API}/slack").status_code == 204
        assert not client.get(f"{API}/slack").json()["is_connected"]


def test_what_goes_wrong_with_slack_stops_nobody(cast: Cast, settings: pytest.FixtureRequest) -> None:
    outside, actions = Client(), f"/slack/{cast.acme.pk}/actions/"
    with slack_here() as slack, time_machine.travel(MONDAY_10, tick=False):
        settings.SLACK_API_URL = slack.address  # type: ignore[attr-defined]
        with workspace_scope(cast.acme):
            connect_slack(TOKEN, SECRET, by=cast.ada, at=MONDAY_10)
            handoff, has_it, other = offered(cast)
            SlackPerson.objects.create(member=other, slack_id="U1", looked_at=MONDAY_10)  # whose it was before
        slack.people[has_it.email] = "U1"
        sort(cast.acme, MONDAY_10)
        while send_due(cast.acme, MONDAY_10):
            pass
        with workspace_scope(cast.acme):
            assert [each.member_id for each in SlackPerson.objects.filter(slack_id="U1")] == [has_it.pk]
        sound = pressed("U1", "accept", str(handoff.number), NOW)
        for unlike in ({"X-Slack-Signature": "v0=\xe9"}, {"X-Slack-Request-Timestamp": "x"}):
            assert outside.post(actions, **(sound | {"headers": sound["headers"] | unlike})).status_code == 404
        assert outside.post(actions, {"payload": "{}"}, headers=sound["headers"]).status_code == 404  # as multipart
        nowhere = pressed("U1", "accept", str(handoff.number), NOW, response_url=None)
        assert outside.post(actions, **nowhere).status_code == 200
        with workspace_scope(cast.acme):
            assert Handoff.objects.get().state == "accepted"
            SlackConnection.objects.update(token="v1:x", signing_secret="v1:x")  # no key opens them
            offer_records(cast.acme, make_records(cast.acme, 2), by=cast.dana, at=MONDAY_10)
        assert outside.post(actions, **sound).status_code == 404
        sort(cast.acme, MONDAY_10)
        while send_due(cast.acme, MONDAY_10):
            pass
        with workspace_scope(cast.acme):
            waiting = NoticeDelivery.objects.filter(channel="slack", next_try_at__isnull=False)
            assert {(each.state, each.trouble) for each in waiting} == {("waiting", "InvalidToken: ")}
