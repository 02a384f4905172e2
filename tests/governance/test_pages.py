"""The pages of governance: who sees what, what partial, what code."""

import html
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from blueprint.models import BlueprintVersion
from core.people.models import Member
from core.tenancy.scope import workspace_scope
from governance.actions import drafting
from governance.actions.working_out import next_step
from governance.editors import EDITORS
from governance.models import Acknowledgement, ChangeRequest, Impact
from governance.queries.proposals import edits_of
from governance.queries.published import document_of, unread_notice
from lifecycle.actions.intake import Incoming, take_in
from tests.cast import MONDAY_10, Cast
from tests.counting import statements
from tests.governance.fields import fields_of

pytestmark = pytest.mark.django_db


def door(member: Member) -> Client:
    client = Client()
    client.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def words(response: object) -> str:
    return html.unescape(response.content.decode())  # type: ignore[attr-defined]


def new_change(cast: Cast, what: str = "threshold", of: str = "", title: str = "Lower the line") -> ChangeRequest:
    answer = door(cast.ada).post(
        "/w/acme/changes/new/", {"title": title, "reason": "Sales asks for more", "what": what, "of": of}
    )
    assert answer.status_code == 302
    with workspace_scope(cast.acme):
        return ChangeRequest.objects.order_by("-number")[0]


def with_leads(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        rows = [
            Incoming(
                place,
                "lead",
                core={"name": f"Lead {place}", "email": f"l{place}@x{place}.example"},
                properties={"employees": 60, "seniority": "Director", "visits": place},
            )
            for place in range(1, 9)
        ]
        take_in(cast.acme, rows, by=cast.ada, at=MONDAY_10)


def test_everybody_reads_the_map_and_only_its_own_company_s(cast: Cast) -> None:
    said = words(door(cast.rick).get("/w/acme/blueprint/"))
    assert "Score has reached 60" in said and "Marketing → Sales" in said and "4 h of working time" in said
    assert door(cast.otto).get("/w/acme/blueprint/").status_code == 404


def test_the_blueprint_comes_as_yaml_and_goes_back_in_unchanged(cast: Cast) -> None:
    from governance.yaml_text import read_document

    answer = door(cast.rick).get("/w/acme/blueprint/blueprint.yaml")
    assert answer["Content-Type"].startswith("application/yaml")
    with workspace_scope(cast.acme):
        assert read_document(answer.content.decode()) == document_of(1)


def test_every_editor_opens_on_every_subject(cast: Cast) -> None:
    with_leads(cast)
    change = new_change(cast)
    client = door(cast.ada)
    with workspace_scope(cast.acme):
        document = document_of(1)
    for slug, editor in EDITORS.items():
        subjects = editor.subjects(document)
        for subject in subjects:
            answer = client.get(f"/w/acme/changes/{change.number}/edit/{slug}/", {"of": subject.of})
            assert answer.status_code == 200, (slug, subject)
        assert client.get(f"/w/acme/changes/{change.number}/edit/{slug}/", {"of": "no/where"}).status_code == 404
        if subjects and subjects[0].of:
            assert "Which one?" in words(client.get(f"/w/acme/changes/{change.number}/edit/{slug}/"))


@pytest.mark.parametrize("slug", sorted(EDITORS))
def test_an_editor_saved_as_it_opened_proposes_nothing(cast: Cast, slug: str) -> None:
    change = new_change(cast)
    client = door(cast.ada)
    with workspace_scope(cast.acme):
        document = document_of(1)
    for subject in EDITORS[slug].subjects(document)[:60]:
        url = f"/w/acme/changes/{change.number}/edit/{slug}/?of={subject.of}"
        answer = client.post(url, fields_of(client.get(url).content.decode()))
        assert answer.status_code == 302, (subject, words(answer)[:2000])
        with workspace_scope(cast.acme):
            assert edits_of(change) == [], subject


def test_the_whole_way_from_draft_to_published_and_back(cast: Cast) -> None:
    with_leads(cast)
    ada, vera = door(cast.ada), door(cast.vera)
    change = new_change(cast)
    page = f"/w/acme/changes/{change.number}/"
    threshold = {"threshold": "45", "fit_cap": "60", "behaviour_cap": "60", "half_life_days": "30"}
    assert ada.post(f"{page}edit/threshold/", threshold).status_code == 302
    said = words(ada.get(page))
    assert "Scoring · MQL threshold" in said and "Submit for review" in said
    frozen = '<fieldset class="flow min-w-0" disabled>'
    assert frozen not in words(ada.get(f"{page}edit/threshold/"))
    assert ada.post(f"{page}submission/").status_code == 302
    assert frozen in words(ada.get(f"{page}edit/threshold/"))
    assert "Waiting for a worker" in words(ada.get(f"{page}impact/", HTTP_HX_REQUEST="true"))
    assert ada.post(f"{page}approval/").status_code == 403
    assert vera.post(f"{page}approval/").status_code == 422
    with workspace_scope(cast.acme):
        while next_step(MONDAY_10 + timedelta(days=1)):
            pass
        Impact.objects.get()
    said = words(vera.get(page))
    assert "Meet the definition" in said and "Approve" in said and "8 examples" not in said
    assert vera.post(f"{page}approval/", {"note": "Yes"}).status_code == 302
    assert vera.post(f"{page}publication/").status_code == 403
    assert ada.post(f"{page}publication/").status_code == 302
    with workspace_scope(cast.acme):
        assert BlueprintVersion.objects.count() == 2
    assert "45" in words(ada.get("/w/acme/blueprint/"))
    said = words(door(cast.rick).get("/w/acme/blueprint/versions/2/"))
    assert "Lower the line" in said and "Read by" in said
    assert "Lower the line" in words(ada.get("/w/acme/blueprint/versions/"))
    answer = ada.post(f"{page}rollback/", {"reason": "Too many"})
    assert answer.status_code == 302
    assert "Roll back to version 1" in words(ada.get(answer["Location"]))
    assert words(ada.get("/w/acme/changes/?state=closed")).count("Lower the line") == 1


def test_a_stage_s_criteria_are_edited_line_by_line(cast: Cast) -> None:
    change = new_change(cast, "stage", "sales/proposal")
    url = f"/w/acme/changes/{change.number}/edit/stage/?of=sales/proposal"
    client = door(cast.ada)
    posted = fields_of(client.get(url).content.decode()) | {"do": "drop:entry:0"}
    posted = fields_of(client.post(url, posted).content.decode()) | {
        "entry-TOTAL_FORMS": "2",
        "entry-0-expression": "amount >= 1000 * 1",
        "entry-1-label": "Budget",
        "entry-1-expression": "known(budget)",
    }
    assert client.post(url, posted).status_code == 302
    with workspace_scope(cast.acme):
        edits = edits_of(change)
    entry, test = "pipelines/sales/stages/proposal/entry", "amount >= 1000 * 1"
    assert [(edit.spelled, edit.after) for edit in edits] == [
        (f"{entry}/the_amount_is_above_zero", None),
        (f"{entry}/amount_1000_1", {"key": "amount_1000_1", "label": test, "expression": test}),
        (f"{entry}/budget", {"key": "budget", "label": "Budget", "expression": "known(budget)"}),
    ]


def test_what_cannot_stand_comes_back_with_what_was_typed(cast: Cast) -> None:
    change = new_change(cast)
    url = f"/w/acme/changes/{change.number}/edit/threshold/"
    answer = door(cast.ada).post(url, {"threshold": "99999", "fit_cap": "60", "behaviour_cap": "60"})
    assert answer.status_code == 422
    assert 'value="99999"' in words(answer) and "between 0 and 2,000" in words(answer)


def test_an_expression_is_checked_while_it_is_typed(cast: Cast) -> None:
    change = new_change(cast)
    client, url = door(cast.ada), f"/w/acme/changes/{change.number}/edit/stage/?of=lifecycle/mql"
    posted = fields_of(client.get(url).content.decode()) | {"do": "refresh", "entry-0-expression.mode": "text"}
    assert "This can be read" in words(client.post(url, posted | {"entry-0-expression": "score >= mql_threshold"}))
    bad = words(client.post(url, posted | {"entry-0-expression": "score >=\n oops"}))
    assert "line 2, column 2" in bad and "oops" in bad


def test_the_slider_is_answered_at_once(cast: Cast) -> None:
    with_leads(cast)
    said = words(door(cast.rick).get("/w/acme/changes/what-if/", {"threshold": "40"}, HTTP_HX_REQUEST="true"))
    assert "instead of" in said and "Would enter now" in said
    assert door(cast.rick).get("/w/acme/changes/what-if/", {"threshold": "x"}).status_code == 200


def test_admins_alone_edit_the_whole_text_and_only_what_differs_is_proposed(cast: Cast) -> None:
    from governance.yaml_text import as_yaml

    change = new_change(cast, "document")
    url = f"/w/acme/changes/{change.number}/edit/document/"
    assert door(cast.rick).get(url).status_code == 403
    with workspace_scope(cast.acme):
        text = as_yaml(document_of(1))
    answer = door(cast.ada).post(url, {"yaml": text.replace("threshold: 60", "threshold: 55")})
    assert answer.status_code == 302
    with workspace_scope(cast.acme):
        assert [edit.spelled for edit in edits_of(change)] == ["scoring/threshold"]
    for broken, said in [
        ("a: &x [1]\nb: *x", "aliases"),
        ("a: 1\na: 2", "twice"),
        ("a: [", "not YAML"),
        ("[" * 100, "deeper"),
        ("just text", "object with named parts"),
        ("? [1]\n: 2", "plain word"),
        (text.replace("threshold: 60", "threshold: .inf"), "scoring/threshold"),
    ]:
        answer = door(cast.ada).post(url, {"yaml": broken})
        assert (answer.status_code, said in words(answer)) == (422, True), broken[:40]


def test_a_rep_proposes_but_does_not_touch_another_s_draft(cast: Cast) -> None:
    change = new_change(cast)
    rick = door(cast.rick)
    url = f"/w/acme/changes/{change.number}/edit/threshold/"
    answer = rick.post(url, {"threshold": "45", "fit_cap": "60", "behaviour_cap": "60", "half_life_days": "30"})
    assert answer.status_code == 403
    assert rick.post("/w/acme/changes/new/", {"title": "Mine", "what": "threshold"}).status_code == 302
    assert rick.post("/w/acme/changes/new/", {"title": ""}).status_code == 422
    assert rick.post("/w/acme/changes/new/", {"title": "Now", "is_emergency": "on"}).status_code == 403


def test_an_emergency_is_published_at_once_and_told_to_everybody(cast: Cast) -> None:
    ada = door(cast.ada)
    ada.post(
        "/w/acme/changes/new/",
        {"title": "Stop", "reason": "The phones are down until tomorrow", "what": "threshold", "is_emergency": "on"},
    )
    with workspace_scope(cast.acme):
        change = ChangeRequest.objects.get(kind="emergency")
    page = f"/w/acme/changes/{change.number}/"
    ada.post(
        f"{page}edit/threshold/", {"threshold": "70", "fit_cap": "60", "behaviour_cap": "60", "half_life_days": "30"}
    )
    assert ada.post(f"{page}publication/").status_code == 302
    assert "Vera has to review it by" in words(door(cast.vera).get(page))
    for reading in ("was", "now"):
        asked = f"emergency_changes?period=30d&by=owner&reading={reading}"
        counted = ada.get(f"/api/v1/w/acme/metrics/{asked}").json()
        assert (counted["figure"]["value"], counted["band"]) == ("1.000000", "out")
        assert [part["value"] for part in counted["slices"]] == ["Ada"]
    [row] = ada.get("/api/v1/w/acme/metrics/emergency_changes/rows?period=30d").json()["rows"]
    assert (row["name"], row["record"], row["owner"]) == (f"change glass broken #{change.number}", None, "Ada")
    assert row["name"] in words(ada.get("/w/acme/scorecard/emergency_changes/rows/?period=30d"))
    assert door(cast.rick).post("/w/acme/blueprint/versions/2/acknowledgement/").status_code == 302
    with workspace_scope(cast.acme):
        assert Acknowledgement.objects.get().member_id == cast.rick.pk


@pytest.mark.parametrize(
    ("page", "link"),
    [
        ("handoffs/team/", "?what=pool&amp;of="),
        ("limbo/", "?what=routing&amp;of="),
        ("limbo/?seam=marketing_to_sales", "?what=routing&amp;of=marketing_to_sales"),
        ("funnel/steps/mql/", "?what=stage&amp;of=lifecycle/mql"),
    ],
)
def test_an_editor_is_opened_from_the_place_of_use(cast: Cast, page: str, link: str) -> None:
    assert f'href="/w/acme/changes/new/{link}"' in door(cast.mona).get(f"/w/acme/{page}").content.decode()
    assert door(cast.mona).get(f"/w/acme/changes/new/{link.replace('&amp;', '&')}").status_code == 200


def cost(client: Client, url: str) -> int:
    """How many queries a page takes, as in production."""
    with statements() as asked:
        assert client.get(url).status_code == 200
    return len(asked)


def test_a_change_page_and_the_list_cost_the_same_whatever_they_hold(cast: Cast) -> None:
    client, small, large = door(cast.ada), new_change(cast), new_change(cast)
    with workspace_scope(cast.acme):
        seams = [seam["key"] for seam in document_of(1)["seams"]]
        drafting.propose(small, [(["scoring", "threshold"], 50)], by=cast.ada, at=MONDAY_10)
        drafting.propose(
            large, [(["seams", {"key": key}, "answer_minutes"], 7) for key in seams], by=cast.ada, at=MONDAY_10
        )
        assert len(edits_of(large)) == len(seams) > 2
    client.get("/w/acme/changes/")
    assert cost(client, f"/w/acme/changes/{small.number}/") == cost(client, f"/w/acme/changes/{large.number}/") <= 15
    short = cost(client, "/w/acme/changes/")
    for _ in range(5):
        new_change(cast)
    assert cost(client, "/w/acme/changes/") == short <= 5


def test_the_notice_is_shown_until_it_was_read(cast: Cast) -> None:
    from django.template.loader import render_to_string

    with workspace_scope(cast.acme):
        from tests.governance.emergency import break_glass

        reason = "The phones are down until tomorrow"
        edits = [(["scoring", "threshold"], 70)]
        break_glass(cast.ada, title="Stop", reason=reason, edits=edits, at=timezone.now())
        notice = unread_notice(cast.rick)
        said = render_to_string("governance/_notice.html", {"notice": notice, "workspace": cast.acme, "zone": None})
        assert "Emergency change: Stop" in " ".join(said.split()) and reason in said
        assert unread_notice(cast.ada) is None
    answer = door(cast.rick).post("/w/acme/blueprint/versions/2/acknowledgement/", HTTP_HX_REQUEST="true")
    assert (answer.status_code, answer.content) == (200, b"")
    with workspace_scope(cast.acme):
        assert unread_notice(cast.rick) is None
