"""Functions of a workspace's own: listed by its blueprint, named by whoever is of one, and kept while somebody is."""

from __future__ import annotations

from typing import Any

import pytest

from blueprint.documents import blueprint_of, default_document
from blueprint.keys import keyed
from blueprint.schema import Blueprint
from blueprint.schema.functions import delivered_functions
from blueprint.schema.part import NOBODY
from core.errors import RuleSaysNo
from core.people.models import Member, Team, Workspace
from core.people.team_seats import create_team
from core.tenancy.scope import workspace_scope
from governance.actions.deciding import approve
from governance.actions.drafting import draft
from governance.actions.publishing import publish
from governance.actions.rolling_back import roll_back
from governance.actions.submitting import submit
from governance.checks import run_checks
from governance.models import ChangeRequest, Impact
from handoffs.models import Handoff
from tests.cast import MONDAY_10, Cast, join
from tests.governance.editing import url_of
from tests.governance.fields import fields_of
from tests.governance.test_checks import WORLD, blueprint, findings
from tests.governance.test_pages import door, new_change, words
from tests.handoffs.factories import make_records

SEAM = {
    "label": "Channel → Treasury", "from": "channel_partners_and", "to": "treasury", "trigger": "lifecycle/advocate",
    "owner": "mona@acme.example", "last-pool": "treasury",
}  # fmt: skip


def test_a_document_without_functions_has_those_that_there_were_or_those_it_had() -> None:
    whole = default_document()
    bare = {name: each for name, each in whole.items() if name != "functions"}
    own = [*delivered_functions(), {"key": "channel", "label": "Channel"}]
    assert keyed(bare)["functions"] == whole["functions"] == delivered_functions()
    assert keyed(bare, {**whole, "functions": own})["functions"] == own
    blueprint = Blueprint.of(NOBODY, {**whole, "functions": [*own[:1], {"key": "sales", "label": "Closers"}, *own[2:]]})
    assert (blueprint.seams[0].from_label, blueprint.seams[0].to_label) == ("Marketing", "Closers")


def test_whoever_names_a_function_names_one_that_is_there() -> None:
    def without(key: str) -> Any:
        def change(document: dict[str, Any]) -> None:
            document["functions"] = [each for each in document["functions"] if each["key"] != key]
            document["playbooks"][0]["steps"][0] |= {"role": "team", "function": key}
            document["territories"] = [{"key": "t", "label": "T", "function": key, "expression": "true", "pool": key}]

        return change

    found = findings(without("marketing"), WORLD)["references"]
    assert found.verdict == "failed" and "names the function “marketing”, which is not there" in found.detail
    assert {"seams/marketing_to_sales/from", "pools/marketing/function", "territories/t/function"} <= {
        each.path for each in found.said
    }
    assert "pipelines/lifecycle/stages/lead/team" in {each.path for each in found.said}
    assert any(each.path.startswith("playbooks/") and each.path.endswith("/function") for each in found.said)
    twice = findings(lambda document: document["functions"][1].update(label="marketing "))["references"]
    assert (twice.verdict, twice.said[0].path) == ("failed", "functions/sales/label")
    base, proposed = blueprint(), blueprint()
    for document in (base, proposed):
        document["functions"][1]["label"] = "marketing"
    proposed["scoring"]["threshold"] = 50
    [found] = [each for each in run_checks(base, proposed, lambda given: WORLD) if each.key == "references"]
    assert found.verdict == "warned"  # what is so already keeps nobody from changing something else


@pytest.mark.django_db
def test_a_seam_between_two_functions_of_its_own_works_from_the_page(cast: Cast) -> None:
    ada, change = door(cast.ada), new_change(cast, "function", "+")
    for what, of, typed in (
        ("function", "+", {"label": "Channel partners and resellers"}),
        ("function", "+", {"label": "Treasury"}),
        ("pool", "+", {"label": "Treasury", "function": "treasury"}),
        ("seam", "+", SEAM),
        ("stage", "lifecycle/advocate", {"team": "channel_partners_and"}),
    ):
        url = url_of(change, what, of)
        answer = ada.post(url, fields_of(ada.get(url).content.decode()) | typed)
        assert answer.status_code == 302, words(answer)
    page = f"/w/acme/changes/{change.number}/"
    assert "Channel partners and resellers" in words(ada.get(page))
    assert ada.post(f"{page}submission/").status_code == 302
    with workspace_scope(cast.acme):
        Impact.objects.update(state=Impact.State.DONE, progress_ratio=1)
    assert door(cast.vera).post(f"{page}approval/", {"note": "Yes"}).status_code == 302
    assert ada.post("/w/acme/people/teams/new/", {"name": "Cash", "function": "treasury"}).status_code == 422
    assert ada.post(f"{page}publication/").status_code == 302
    assert "Channel partners and resellers" in words(ada.get("/w/acme/blueprint/"))

    people = {name: join(cast.acme, name, "rep") for name in ("Chan", "Tess")}
    for name, function in (("Chan", "channel_partners_and"), ("Tess", "treasury")):
        typed = {"name": f"Team {name}", "function": function, "manager": cast.mona.pk}
        assert ada.post("/w/acme/people/teams/new/", typed).status_code == 302
        seats = f"/w/acme/people/teams/team-{name.lower()}/seats/"
        assert ada.post(seats, {"member": people[name].pk, "weight": 1}).status_code == 302
    assert "Treasury" in words(ada.get("/w/acme/people/teams/"))
    team = ada.patch("/api/v1/w/acme/teams/team-tess", {"function": "gone"}, content_type="application/json")
    assert (team.status_code, team.json()["field"]) == (422, "function")

    with workspace_scope(cast.acme):
        [record] = make_records(cast.acme, path="lifecycle/customer", owner=people["Chan"])
    moved = door(people["Chan"]).post(f"/w/acme/records/{record.number}/advance/", {"to": "advocate"})
    assert moved.status_code == 302, words(moved)
    with workspace_scope(cast.acme):
        handoff = Handoff.objects.get(seam__key="channel_treasury")
        assert handoff.assignee == people["Tess"]
    assert door(people["Tess"]).post(f"/w/acme/handoffs/{handoff.number}/acceptance/").status_code == 302
    bands = ada.get("/api/v1/w/acme/funnel").json()["bands"]
    assert {"Channel partners and resellers", "Treasury"} <= {each["label"] for each in bands}
    with workspace_scope(cast.acme):
        handoff.refresh_from_db()
        assert handoff.state == Handoff.State.ACCEPTED
    _never_goes_while_somebody_is_of_it(cast)


def _never_goes_while_somebody_is_of_it(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        acme = Workspace.objects.get(pk=cast.acme.pk)
        ada, dana = (Member.objects.get(pk=each.pk) for each in (cast.ada, cast.dana))
        said = {"reason": "We try it", "at": MONDAY_10}
        edits: list[Any] = [
            (["functions", {"key": "legal"}], None),
            (["functions", {"key": "sales"}, "label"], "Close"),
        ]
        less = draft(dana, title="Without legal", edits=edits, **said)
        submit(less, by=dana, at=MONDAY_10)
        Impact.objects.update(state=Impact.State.DONE, progress_ratio=1)
        approve(less, by=cast.vera, at=MONDAY_10, note="Fine")
        late = create_team(name="Lawyers", function="legal", by=ada, at=MONDAY_10)
        with pytest.raises(RuleSaysNo) as used:
            publish(less, by=ada, at=MONDAY_10)
        assert (used.value.code, used.value.field) == ("function_in_use", "functions/legal")
        gone = draft(dana, title="Less", edits=[(["functions", {"key": "legal"}], None)], **said)
        with pytest.raises(RuleSaysNo) as refused:
            submit(gone, by=dana, at=MONDAY_10)
        assert "teams stand on it: Lawyers" in str(refused.value)
        Team.objects.filter(pk=late.pk).delete()
        less = ChangeRequest.objects.get(pk=less.pk)
        publish(less, by=ada, at=MONDAY_10)
        acme.refresh_from_db()
        labels = blueprint_of(acme).function_labels
        assert labels["sales"] == "Close" and "legal" not in labels
        back = roll_back(less, by=ada, reason="It was better", at=MONDAY_10)
        Impact.objects.update(state=Impact.State.DONE, progress_ratio=1)
        approve(back, by=cast.vera, at=MONDAY_10, note="Fine")
        publish(back, by=ada, at=MONDAY_10)
        acme.refresh_from_db()
        labels = blueprint_of(acme).function_labels
        assert labels["legal"] == "Legal" and labels["sales"] == "Sales" and labels["treasury"] == "Treasury"
