"""Governance over the API: the same actions, one envelope, programs that propose but do not approve."""

from typing import Any

import pytest
from django.test import Client

from core.people.models import Member, Workspace
from core.tenancy.scope import workspace_scope
from governance.actions.working_out import next_step
from governance.queries.published import document_of
from governance.yaml_text import as_yaml
from tests.cast import MONDAY_10, Cast

pytestmark = pytest.mark.django_db

ROOT = "/api/v1/w/acme/"
EDIT = {"path": ["seams", {"key": "marketing_to_sales"}, "answer_minutes"], "after": 30}


class Caller:
    """A member who calls the API from a signed-in page."""

    def __init__(self, member: Member) -> None:
        self.client = Client()
        self.client.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")

    def get(self, path: str) -> Any:
        return self.client.get(ROOT + path)

    def post(self, path: str, body: Any = None, content_type: str = "application/json") -> Any:
        return self.client.post(ROOT + path, {} if body is None else body, content_type=content_type)


def test_the_whole_way_over_the_api(cast: Cast) -> None:
    dana, vera, ada = Caller(cast.dana), Caller(cast.vera), Caller(cast.ada)
    made = dana.post("changes", {"title": "Faster", "edits": [EDIT]})
    assert made.status_code == 201, made.json()
    number = made.json()["number"]
    assert made.json()["edits"][0]["title"] == "Seam Marketing → Sales · working minutes to answer"
    more = {"edits": [{"path": ["scoring", "threshold"], "after": 50}]}
    assert dana.post(f"changes/{number}/edits", more).status_code == 200
    assert dana.post(f"changes/{number}/submission").json()["state"] == "review"
    assert dana.get(f"changes/{number}/impact").json()["state"] == "waiting"
    assert vera.post(f"changes/{number}/approval").json()["code"] == "impact_not_ready"
    with workspace_scope(cast.acme):
        while next_step(MONDAY_10):
            pass
    impact = dana.get(f"changes/{number}/impact").json()
    assert (impact["state"], impact["progress_ratio"]) == ("done", 1.0)
    assert vera.post(f"changes/{number}/approval", {"note": "Yes"}).json()["state"] == "approved"
    assert vera.post(f"changes/{number}/publication").status_code == 403
    assert ada.post(f"changes/{number}/publication").json()["published_version"] == 2
    assert ada.post(f"changes/{number}/publication").status_code == 409
    assert ada.get("blueprint").json()["document"]["scoring"]["threshold"] == 50
    assert [each["number"] for each in ada.get("blueprint/versions").json()["results"]] == [2, 1]
    assert ada.get("blueprint/versions/1").json()["document"]["scoring"]["threshold"] == 60
    assert dana.post("blueprint/versions/2/acknowledgement").status_code == 204
    undone = ada.post(f"changes/{number}/rollback", {"reason": "Too fast"}).json()
    assert (undone["kind"], undone["rolls_back"], undone["state"]) == ("rollback", number, "review")
    listed = ada.get("changes?state=review").json()
    assert [each["number"] for each in listed["results"]] == [undone["number"]]
    assert ada.post(f"changes/{undone['number']}/withdrawal").json()["state"] == "withdrawn"


def test_an_error_names_the_path(cast: Cast) -> None:
    refused = Caller(cast.dana).post("changes", {"title": "x", "edits": [EDIT | {"after": "soon"}]})
    assert (refused.status_code, refused.json()["field"]) == (422, "seams/marketing_to_sales/answer_minutes")
    assert Caller(cast.dana).get("changes").json()["results"][0]["kind"] == "founding"


@pytest.mark.parametrize(
    "body",
    [
        {"title": "x", "edits": [{"path": [], "after": 1}]},
        {"title": "x", "edits": [{"path": [[]], "after": 1}]},
        {"title": "x", "edits": [{"path": [{"key": {}}], "after": 1}]},
        {"title": "x", "edits": [{"path": ["seams"], "after": None}]},
        {"title": "x", "edits": [{"path": ["seams", {"order": True}], "after": [1]}]},
        {"title": "x", "edits": [{"path": ["seams", {"order": True}], "after": [{"key": 5}]}]},
        {"title": "x", "edits": [{"path": ["seams", {"key": True}], "after": {"key": True}}]},
        {"title": "x", "edits": [{"path": ["metrics", {"key": "win_rate"}, "target"], "after": 1e400}]},
        {"title": "x", "edits": [{"path": ["scoring", "rules"], "after": [{"label": "x"}]}]},
        {"title": "x", "edits": [{"path": ["scoring", "threshold", "more"], "after": 1}]},
        {"title": " ", "edits": []},
        {"edits": 5},
        [],
    ],
)
def test_nonsense_is_refused_and_never_breaks(cast: Cast, body: Any) -> None:
    assert Caller(cast.dana).post("changes", body).status_code == 422


def test_plan_keeps_nothing_and_apply_opens_a_request(cast: Cast) -> None:
    dana = Caller(cast.dana)
    text = dana.get("blueprint.yaml").content.decode()
    changed = text.replace("threshold: 60", "threshold: 50")
    told = dana.post("blueprint/plan", changed, "application/yaml").json()
    assert [each["spelled"] for each in told["edits"]] == ["scoring/threshold"]
    assert told["questions"][0] == {"kind": "records", "about": "lifecycle/mql"}
    broken = dana.post("blueprint/plan", text.replace("threshold: 60", "threshold: 500"), "application/yaml").json()
    assert (broken["verdict"], broken["questions"]) == ("failed", [])
    assert len(dana.get("changes").json()["results"]) == 1
    made = dana.post("blueprint/apply?title=From%20the%20repository", changed, "application/yaml")
    assert made.status_code == 201
    assert (made.json()["title"], made.json()["state"]) == ("From the repository", "review")
    with workspace_scope(cast.acme):
        document = document_of(1)
    as_json = dana.post("blueprint/plan", {"document": document})
    assert as_json.json()["checks"][0]["detail"] == "Nothing would change."
    assert dana.post("blueprint/plan", {"document": {}}).status_code == 422
    assert dana.post("blueprint/plan", "x: [", "application/yaml").json()["code"] == "bad_yaml"
    assert dana.post("blueprint/plan", b"\xff\xfe", "application/yaml").json()["code"] == "bad_yaml"
    assert dana.post("blueprint/plan", "#" * 600_000, "application/yaml").json()["code"] == "too_large"


def test_a_program_proposes_and_a_person_approves(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        robot = Member.objects.create(kind="agent", role="admin", name="Agent")
        workspace = Workspace.objects.get(pk=cast.acme.pk)
        from governance.actions.drafting import draft

        change = draft(robot, title="From an agent", edits=[(EDIT["path"], EDIT["after"])], at=MONDAY_10)
        assert change.author_id == robot.pk and workspace.blueprint_version == 1
    told = Caller(cast.ada).get(f"changes/{change.number}").json()
    assert told["author"] == "Agent"


def test_strangers_get_404(cast: Cast) -> None:
    otto = Caller(cast.otto)
    for path in ("blueprint", "changes", "changes/1", "blueprint/versions/1", "blueprint.yaml"):
        assert otto.get(path).status_code == 404
    assert Caller(cast.ada).get("changes/999999999999999999999").status_code == 404
    assert Caller(cast.ada).get("changes?before=x").status_code == 422


def test_yaml_says_what_the_document_says(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        text = as_yaml(document_of(1))
    assert "&id" not in text and text.startswith("functions:")
