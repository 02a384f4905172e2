"""What was won or lost in a closed period changes only by a restatement, with who, when and why."""

import csv
from datetime import datetime, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from core.people.models import Workspace
from core.tenancy.ids import new_id
from core.tenancy.scope import workspace_scope
from imports import undoing
from lifecycle.actions.advancing import advance
from lifecycle.actions.editing import edit_record
from lifecycle.actions.intake import Incoming, take_in
from lifecycle.closed_periods import restatements, told
from lifecycle.models import Record, Restatement, StageStay, StayChange
from scorecard.queries.boards import board_of
from scorecard.queries.corrections import later_corrections
from scorecard.rules.periods import Period
from tests.cast import MONDAY_10, Cast
from tests.governance.drafts import published
from tests.imports.told import bring_in, run

pytestmark = pytest.mark.django_db
FORCED: dict[str, Any] = {"override": True, "reason_key": "history"}
LATER = MONDAY_10 + timedelta(days=40)  # 11 April; March closes on the sixth


# A metric, how it is narrowed, and how many of the two restatements of Rick's deal it tells of.
NARROWED = [
    ("revenue_won", "segment=owner&value=Rosa", 0),
    ("revenue_won", "segment=team&value=Sales&segment2=source&value2=Web&segment3=owner&value3=Rick", 2),
    ("revenue_won", "segment=source&value=Event&segment2=owner&value2=Rick", 0),
    ("revenue_won", "segment=owner&value=Rick&reading=now", 2),
    ("revenue_won", "known_on=2026-04-10", 0),
    ("velocity", "segment=manager&value=Mona", 2),
    ("of_opened", "segment=source&value=Web", 2),
    ("halved", "segment=owner&value=Rick", 2),
    ("halved", "segment=owner&value=Rosa", 0),
    ("large", "", 2),
]
OF_SALES = {"pipeline": "sales"}
MADE: list[dict[str, Any]] = [
    {"key": "of_opened", "kind": "win_rate", "unit": "ratio", "parameters": {**OF_SALES, "cohort": "opening"}},
    {"key": "halved", "kind": "formula", "unit": "money", "parameters": {"expression": "revenue_won / 2.0 + large"}},
    {"key": "large", "kind": "won_amount", "unit": "money", "parameters": OF_SALES, "filter": "amount > 9"},
]
OF_RICK = {"win_rate", "average_deal", "sales_cycle", "revenue_won", *(each["key"] for each in MADE)}


def closing_each_month(cast: Cast, *metrics: dict[str, Any]) -> Workspace:
    rule: list[tuple[list[Any], Any]] = [(["reporting", "closing_period"], "month")]
    rule.append((["reporting", "closes_after_days"], 5))
    known = {"owner": "dana@acme.example", "segments": ["source", "owner"]}
    rule += [(["metrics", {"key": each["key"]}], {"label": each["key"], **known, **each}) for each in metrics]
    return published(cast, rule)


def row(name: str, *past: tuple[str, datetime], **core: Any) -> Incoming:
    return Incoming(1, "opportunity", "crm", name, {"name": name, **core}, history=past)


def closed(acme: Workspace, cast: Cast, name: str = "Deal", stage: str = "closed_won") -> Record:
    facts = {"amount": 1000, "currency": "USD", "source": "Web", "owner_id": str(cast.rick.pk)}
    take_in(acme, [row(name, **facts)], by=cast.ada, at=MONDAY_10)
    record = Record.objects.get(name=name)
    return advance(record, stage, by=cast.mona, at=MONDAY_10, **FORCED)


def browser_of(member: Any) -> Client:
    browser = Client()
    browser.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def test_an_amount_of_a_closed_period_changes_by_a_restatement_at_every_door(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        acme = closing_each_month(cast, *MADE)
        record = closed(acme, cast)
        edit_record(record, core={"amount": 1100}, by=cast.rick, at=MONDAY_10 + timedelta(days=34))  # 5 April
        record.refresh_from_db()
        assert not Restatement.objects.exists()
    mona, rick = browser_of(cast.mona), browser_of(cast.rick)
    page, api = f"/w/acme/records/{record.number}/restatements/", f"/api/v1/w/acme/records/{record.number}"
    with time_machine.travel(LATER, tick=False):
        edited = mona.patch(api, {"amount": "1200"}, "application/json")
        assert (edited.status_code, edited.json()["code"], edited.json()["field"]) == (422, "period_closed", "amount")
        assert "restatement" in edited.json()["detail"]
        form = {"name": "Deal", "amount": "1200"}
        assert "only by a restatement" in mona.post(f"/w/acme/records/{record.number}/edit/", form).content.decode()
        sent = {"kind": "opportunity", "system": "crm", "external_id": "Deal", "amount": "1200", "name": "Deal 2"}
        [told] = mona.post("/api/v1/w/acme/records:batch", [sent], "application/json").json()["outcomes"]
        assert (told["state"], told["held"]) == ("updated", ["amount"]) and "restatement" in told["detail"]
        assert "restatements" in mona.get(f"/w/acme/records/{record.number}/").content.decode()
        assert mona.post(page, {"amount": "1200", "reason": " "}).status_code == 422
        assert rick.post(page, {"amount": "1200", "reason": "Discount"}).status_code == 403
        assert mona.post(page, {"amount": "1200", "reason": "Discount"}).status_code == 302
        assert "Discount" in mona.get(page).content.decode()
        again = mona.post(f"{api}/restatements", {"amount": "1250", "reason": "Tax"}, "application/json").json()
        assert (again["before"]["amount"], again["after"]["amount"], again["period"]) == (
            "1200.00",
            "1250.00",
            "2026-03-01",
        )
        listed = rick.get(f"{api}/restatements").json()["results"]
        assert [(each["kind"], each["by"], each["reason"]) for each in listed] == [
            ("amount", "Mona", "Tax"),
            ("amount", "Mona", "Discount"),
        ]
        asked = "period=custom&from=2026-03-01&to=2026-03-31"
        revenue = rick.get(f"/api/v1/w/acme/metrics/revenue_won?{asked}").json()
        assert revenue["figure"]["value"] == "1250.000000"
        assert revenue["restated"] == {"count": 2, "money": "150.000000"}
        assert {"day": "2026-03-02", "kind": "restatement", "number": 2}.items() <= revenue["marks"][-1].items()
        for address in ("scorecard/", "scorecard/revenue_won/"):
            beside = rick.get(f"/w/acme/{address}?{asked}").content.decode()
            assert "restatements, <span" in " ".join(beside.split()).replace("</span> restatements", " restatements")
            assert "+150 USD" in beside
        why = rick.get(f"/api/v1/w/acme/metrics/revenue_won/why?{asked}&compare_from=2026-02-01&compare_to=2026-02-28")
        effects = {cause["key"]: Decimal(cause["effect"]) for cause in why.json()["causes"]}
        assert (effects["restatement"], effects["behaviour"]) == (150, 1100)
        corrections = rick.get(f"/api/v1/w/acme/corrections?{asked}&metric=revenue_won").json()
        assert {each["reason"] for each in corrections} == {"Tax", "Discount", ""}
        assert "Discount" in rick.get(f"/w/acme/restatements/corrections/?{asked}").content.decode()
        for metric, count in (("", 2), ("revenue_won", 2), ("mql_to_sql", 0)):
            found = rick.get(f"/api/v1/w/acme/restatements?{asked}&metric={metric}").json()["results"]
            page = rick.get(f"/w/acme/restatements/?{asked}&metric={metric}").content.decode()
            assert (len(found), "Discount" in page) == (count, bool(count))
        for metric, narrowed, count in NARROWED:
            assert told_where_narrowed(rick, metric, f"{asked}&{narrowed}") == (count, count), (metric, narrowed)
        file = rick.get(f"/w/acme/scorecard.csv?{asked}&segment=owner&value=Rick").content.decode()
        counted = {line["metric"]: line["restated"] for line in csv.DictReader(StringIO(file))}
        assert {key for key, count in counted.items() if count == "2"} == OF_RICK
        file = rick.get(f"/w/acme/restatements.csv?{asked}&metric=halved").getvalue().decode()
        told = [
            (line["name"], line["by"], line["reason"], line["amount_after"]) for line in csv.DictReader(StringIO(file))
        ]
        assert told == [("Deal 2", "Mona", "Tax", "1250"), ("Deal 2", "Mona", "Discount", "1200")]
        page = rick.get(f"/w/acme/scorecard/?{asked}&segment=owner&value=Rick&segment2=source&value2=Web")
        assert "+150 USD" in page.content.decode()
    with workspace_scope(cast.acme):
        record.refresh_from_db()
        closing = StageStay.objects.get(record=record, stage__key="closed_won")
        assert (record.name, record.amount, closing.amount) == ("Deal 2", Decimal(1250), Decimal(1250))
        change = StayChange.objects.get(reason="Tax")
        for table in (Restatement, StayChange):
            with pytest.raises(IntegrityError), transaction.atomic():
                table.objects.filter(reason="Tax").update(reason="Other")
        change.pk, change._state.adding, change.reason = new_id(), True, ""
        with pytest.raises(IntegrityError, match="only by a restatement"), transaction.atomic():
            change.save()


def told_where_narrowed(browser: Client, metric: str, query: str) -> tuple[int, int]:
    """How many restatements the figure of a metric says, and the list."""
    restated = browser.get(f"/api/v1/w/acme/metrics/{metric}?{query}").json()["restated"]
    listed = browser.get(f"/api/v1/w/acme/restatements?{query}&metric={metric}").json()["results"]
    return restated["count"] if restated else 0, len(listed)


def test_late_closings_and_retold_or_reopened_ones_are_restatements_too(cast: Cast) -> None:
    march = MONDAY_10 + timedelta(days=3)
    begun = ("discovery", MONDAY_10 - timedelta(days=1))
    with workspace_scope(cast.acme):
        acme = closing_each_month(cast)
        reopened = closed(acme, cast, "Reopened", "closed_lost")
        told: dict[str, Any] = {"by": cast.ada, "at": LATER}
        for name in ("Late", "Open"):
            moment = march if name == "Late" else LATER - timedelta(days=1)
            take_in(acme, [row(name, begun, ("closed_won", moment), amount=700)], **told)
        again = LATER + timedelta(hours=1)
        take_in(acme, [row("Late", begun, ("closed_won", march))], by=cast.ada, at=again)
        assert Restatement.objects.count() == 1
        retold = (begun, ("closed_won", march + timedelta(days=1)))
        take_in(acme, [row("Late", *retold)], by=cast.ada, at=again + timedelta(hours=1))
        advance(reopened, "negotiation", by=cast.mona, at=again, **FORCED)
        found = list(
            Restatement.objects.order_by("at", "kind").values_list("kind", "by__name", "amount_before", "amount_after")
        )
        assert found == [
            ("late", "Ada", None, 700),
            ("reopened", "Mona", 1000, 1000),
            ("late", "Ada", None, 700),
            ("removed", "Ada", 700, None),
        ]
        board = board_of(acme, again + timedelta(days=1))
        later = later_corrections(board, None, Period(MONDAY_10.date(), retold[1][1].date()))
        kinds = [(each.row.kind, each.record.name, each.row.stage.key) for each in later if each.record]
        assert kinds == [
            ("removed", "Late", "closed_won"),
            ("late", "Late", "closed_won"),
            ("reopened", "Reopened", "closed_lost"),
        ]
        assert {each.isoformat() for each in Restatement.objects.values_list("period", flat=True)} == {"2026-03-01"}


def test_a_file_keeps_the_amount_of_a_closed_period_and_what_it_restates_goes_back_with_it(cast: Cast) -> None:
    columns = {
        "ID": "external_id",
        "Name": "name",
        "Amount": "amount",
        "Begun": "entered:discovery",
        "Won": "entered:closed_won",
    }
    text = "ID,Name,Amount,Begun,Won\nDeal,Deal,1300,,\nLate,Late,700,2026-03-03,2026-03-05\n"
    with workspace_scope(cast.acme):
        record = closed(closing_each_month(cast), cast)
    cast.acme.refresh_from_db()
    job = bring_in(cast, text, columns, LATER, system="crm", history=True)
    page = browser_of(cast.ada).get(f"/w/acme/imports/{job.number}/").content.decode()
    assert "told another amount of what was won" in page
    with workspace_scope(cast.acme):
        record.refresh_from_db()
        assert (job.updated_count + job.unchanged_count, job.created_count, record.amount) == (1, 1, Decimal(1000))
        late = Restatement.objects.get()
        assert (late.kind, late.import_id, late.amount_after) == ("late", job.pk, Decimal(700))
        undoing.look(job, by=cast.ada, at=LATER)
    run(cast, job, LATER)
    with workspace_scope(cast.acme):
        undoing.undo(job, leaves_touched=True, by=cast.ada, at=LATER)
    run(cast, job, LATER)
    with workspace_scope(cast.acme):
        assert [each.kind for each in restatements()] == ["removed", "late"]
        assert [each.file for each in told(list(restatements()))] == [job, job]
