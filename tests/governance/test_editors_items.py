"""Seams, pipelines, stages and the lists of a seam are edited as wholes: added, put in order, taken out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from blueprint.paths import get
from core.tenancy.scope import workspace_scope
from tests.cast import Cast
from tests.governance.drafts import published
from tests.governance.editing import drafted, edited, proposed, url_of, without_keys
from tests.governance.fields import fields_of
from tests.governance.test_pages import door, new_change, words
from tests.handoffs.factories import make_records, offer_records

pytestmark = pytest.mark.django_db


def test_a_new_seam_comes_whole(cast: Cast) -> None:
    typed = {
        "label": "Customer success → Marketing",
        "from": "customer_success",
        "to": "marketing",
        "trigger": "lifecycle/advocate",
        "owner": "mona@acme.example",
        "last-pool": "customer_success",
    }
    ((path, seam),) = edited(cast, "seam", "+", typed).items()
    assert path == "seams/customer_success_marketing"
    assert (seam["trigger"], seam["calendar"], seam["answer_minutes"]) == ("lifecycle/advocate", "office", 240)
    assert [step["action"] for step in seam["ladder"]] == ["warn", "task", "reassign", "raise"]
    (rule,) = without_keys(seam["routing"])
    assert rule["expression"] == "true" and rule["pool"] == "customer_success"


def test_a_new_pipeline_comes_with_its_stages(cast: Cast) -> None:
    typed = {"label": "Partner deals", "record_kind": "opportunity", "purpose": "partner", "stages-0-label": "Talks"}
    ((path, pipeline),) = edited(cast, "pipeline", "+", typed).items()
    assert path == "pipelines/partner_deals"
    assert [stage["label"] for stage in pipeline["stages"]] == ["Talks", "Won", "Lost"]


def test_stages_are_put_into_another_order_and_added(cast: Cast) -> None:
    change, client = new_change(cast), door(cast.ada)
    url = url_of(change, "pipeline", "sales")
    moved = client.post(url, fields_of(client.get(url).content.decode()) | {"do": "up:stages:1"})
    more = client.post(url, fields_of(moved.content.decode()) | {"do": "add:stages"})
    typed = {"stages-6-label": "Legal", "stages-6-team": "sales"}
    assert client.post(url, fields_of(more.content.decode()) | typed).status_code == 302
    (sales,) = [each for each in proposed(cast, change)["pipelines"] if each["key"] == "sales"]
    keys = [stage["key"] for stage in sales["stages"]]
    assert keys[:2] == ["qualification", "discovery"] and keys[-1] == "legal"
    assert sales["stages"][0]["required"] == ["use_case"]


def test_a_stage_that_goes_is_left_out_of_where_others_lead(cast: Cast) -> None:
    change, client = new_change(cast), door(cast.ada)
    url = url_of(change, "pipeline", "renewal")
    fewer = client.post(url, fields_of(client.get(url).content.decode()) | {"do": "drop:stages:1"})
    assert client.post(url, fields_of(fewer.content.decode())).status_code == 302
    (renewal,) = [each for each in proposed(cast, change)["pipelines"] if each["key"] == "renewal"]
    assert [stage["key"] for stage in renewal["stages"]] == ["contract", "days_90", "days_30", "renewed", "not_renewed"]
    assert renewal["stages"][0]["moves_to"] == ["not_renewed"]


def test_the_order_of_reasons_is_one_edit(cast: Cast) -> None:
    change, client = new_change(cast), door(cast.ada)
    url = f"/w/acme/changes/{change.number}/edit/reason/"
    posted = fields_of(client.get(url).content.decode())
    assert client.post(url, posted | {"do": "down:0"}).status_code == 302
    ((path, names),) = drafted(cast, change).items()
    assert path == "reason_codes/order" and [each["key"] for each in names[:2]] == [
        "inaccurate_data",
        "unable_to_reach",
    ]
    again = client.get(url).content.decode()
    assert again.index("Inaccurate data") < again.index("Unable to reach")


def test_an_item_is_taken_out_of_the_blueprint(cast: Cast) -> None:
    change, client = new_change(cast), door(cast.ada)
    assert client.post(url_of(change, "reason", "loss/timing"), {"do": "take_away"}).status_code == 302
    assert drafted(cast, change) == {"reason_codes/timing.loss": None}
    assert client.post(url_of(change, "threshold", ""), {"do": "take_away"}).status_code == 404


def test_a_country_s_holidays_are_loaded_and_looked_over_before_they_are_proposed(cast: Cast) -> None:
    change, client = new_change(cast), door(cast.ada)
    url = url_of(change, "calendar", "office")
    posted = fields_of(client.get(url).content.decode())
    load = {"do": "load_holidays", "load-country": "DE", "load-region": "BY", "load-years": "2027"}
    loaded = client.post(url, posted | load)
    assert loaded.status_code == 200 and drafted(cast, change) == {}
    assert client.post(url, fields_of(loaded.content.decode())).status_code == 302
    (office,) = proposed(cast, change)["calendars"]
    days = {each["date"]: each["label"] for each in office["holidays"]}
    assert days["2027-10-03"] == "German Unity Day" and days["2027-01-06"] == "Epiphany"
    assert days["2027-01-01"] == "New Year's Day" and list(days) == sorted(days)
    refused = client.post(url, posted | load | {"load-region": "ZZ"})
    assert "The regions known there are" in words(refused)
    told = b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:%d0501\r\nSUMMARY:Fair\r\nEND:VEVENT\r\n"
    told += b"BEGIN:VEVENT\r\nDTSTART:%d0502T090000\r\nSUMMARY:Call\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    year = timezone.now().year + 1
    given = SimpleUploadedFile("days.ics", told % (year, year))
    taken = client.post(url, posted | {"do": "load_ical", "load-file": given})
    assert [f"{year}-05-01"] in fields_of(taken.content.decode()).values()
    assert "Call: it has hours and is no whole day" in words(taken)
    assert "Choose an iCal file." in words(client.post(url, posted | {"do": "load_ical"}))


def test_a_single_day_gets_hours_of_its_own_and_what_falls_due_on_it_keeps_them(cast: Cast) -> None:
    change, client = new_change(cast), door(cast.ada)
    url = url_of(change, "calendar", "office")
    more = client.post(url, fields_of(client.get(url).content.decode()) | {"do": "add:special_days"})
    typed = {"special_days-0-date": "2026-03-02", "special_days-0-hours": "09:00-12:00", "special_days-0-label": "Fair"}
    refused = client.post(url, fields_of(more.content.decode()) | typed | {"special_days-0-hours": "noon"})
    assert refused.status_code == 422
    assert client.post(url, fields_of(more.content.decode()) | typed).status_code == 302
    (office,) = proposed(cast, change)["calendars"]
    [day] = office["special_days"]
    assert day == {"date": "2026-03-02", "hours": ["09:00-12:00"], "label": "Fair"}
    with workspace_scope(cast.acme):
        acme = published(cast, [(["calendars", {"key": "office"}, "special_days"], [day])])
        [handoff] = offer_records(acme, make_records(acme))  # Monday 11:00 in Berlin: one of its four hours is left
    assert handoff.due_at == datetime(2026, 3, 3, 11, 0, tzinfo=UTC)
    assert "09:00-12:00 (Fair)" in client.get("/w/acme/blueprint/").content.decode()


def test_the_ladder_keeps_the_order_of_time(cast: Cast) -> None:
    change, client = new_change(cast), door(cast.ada)
    url = url_of(change, "seam", "marketing_to_sales")
    more = client.post(url, fields_of(client.get(url).content.decode()) | {"do": "add:ladder"})
    typed = {"ladder-4-after_minutes": "-30", "ladder-4-action": "warn"}
    odd = ("0000009", "0" * 5_000)  # places that no step has
    assert (
        client.post(url, fields_of(more.content.decode()) | {"ladder-1-at": odd[0], "ladder-2-at": odd[1]}).status_code
        == 422
    )
    for button in ("add:ladder:1", "up:ladder:1:2:3", "drop:ladder:1:2", "text:a:1", "drop_test:a:1:2:3"):
        assert client.post(url, {"do": button}).status_code == 200, button  # it says more than was asked
    deep = client.post(url_of(change, "seam", ""), {"place": "1", "name": "[" * 20_000})
    assert deep.status_code == 422 and "Each place is a number." in deep.content.decode()
    assert client.post(url, fields_of(more.content.decode()) | typed).status_code == 302
    (seam, *_) = proposed(cast, change)["seams"]
    assert [step["after_minutes"] for step in seam["ladder"]] == [-60, -30, 0, 120, 480]


def test_packet_and_first_touch_are_edited(cast: Cast) -> None:
    change, client = new_change(cast), door(cast.ada)
    url = url_of(change, "seam", "success_to_sales")
    more = client.post(url, fields_of(client.get(url).content.decode()) | {"do": "add:packet"})
    typed = {"packet-2-label": "Size of the need", "first_touch-outcomes": "Reached\r\nBooked"}
    assert client.post(url, fields_of(more.content.decode()) | typed).status_code == 302
    seam = get(proposed(cast, change), ("seams", {"key": "success_to_sales"}))
    assert seam["packet"][2] == {"key": "size_of_the_need", "label": "Size of the need", "required": False}
    assert seam["first_touch"]["outcomes"] == ["Reached", "Booked"] and seam["first_touch"]["sides"] == ["sales"]


def test_routing_rules_keep_their_catch_all(cast: Cast) -> None:
    change, client = new_change(cast), door(cast.ada)
    url = url_of(change, "routing", "sales_to_success")
    more = client.post(url, fields_of(client.get(url).content.decode()) | {"do": "add:routing"})
    typed = {
        "routing-3-expression.0.0.field": "amount",
        "routing-3-expression.0.0.operator": "at_least",
        "routing-3-expression.0.0.value": "50000",
        "routing-3-target": "member",
        "routing-3-member": "mona@acme.example",
    }
    assert client.post(url, fields_of(more.content.decode()) | typed).status_code == 302
    rules = without_keys(get(proposed(cast, change), ("seams", {"key": "sales_to_success"}, "routing")))
    assert rules[3:] == [
        {
            "label": "Amount is at least 50000",
            "expression": "amount >= 50000",
            "target": "member",
            "member": "mona@acme.example",
        },
        {"label": "Everybody else takes turns", "expression": "true", "target": "pool", "pool": "customer_success"},
    ]
    refused = client.post(url, fields_of(more.content.decode()) | typed | {"routing-3-member": ""})
    assert refused.status_code == 422 and "Choose the person." in words(refused)
    assert "Amounts are compared in the workspace's own currency, by the rate of the day." in words(client.get(url))
