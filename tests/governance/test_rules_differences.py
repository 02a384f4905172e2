"""Edits of a document: smallest differences, applied again, told in words."""

from copy import deepcopy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from blueprint.documents import default_document
from governance.rules.differences import apply, compare, differences, sides_of, title_of

BASE = default_document()


@st.composite
def proposals(draw: st.DrawFn) -> dict[str, Any]:
    """The default blueprint with stages, seams and numbers shuffled, dropped and edited."""
    document = deepcopy(BASE)
    for part in ("seams", "metrics", "properties", "reason_codes"):
        kept = [each for each in document[part] if draw(st.booleans())]
        document[part] = draw(st.permutations(kept))
    for pipeline in document["pipelines"]:
        pipeline["stages"] = draw(st.permutations(pipeline["stages"]))
        if draw(st.booleans()):
            pipeline["stages"].insert(draw(st.integers(0, 3)), {"key": "extra", "label": "Extra", "team": "sales"})
    document["scoring"]["threshold"] = draw(st.integers(0, 90))
    for seam in document["seams"]:
        seam["answer_minutes"] = draw(st.integers(1, 500))
        if draw(st.booleans()):
            seam.pop("touch_minutes")
    return document


@settings(deadline=None, max_examples=60)
@given(proposals())
def test_differences_applied_give_the_proposed_document(proposed: dict[str, Any]) -> None:
    assert apply(BASE, differences(BASE, proposed)) == proposed


def test_one_number_changed_is_one_edit_with_its_path_in_words() -> None:
    proposed = deepcopy(BASE)
    proposed["seams"][0]["answer_minutes"] = 30
    (edit,) = differences(BASE, proposed)
    assert edit.spelled == "seams/marketing_to_sales/answer_minutes"
    assert title_of(proposed, edit.path) == "Seam Marketing → Sales · working minutes to answer"
    assert (edit.before, edit.after) == (240, 30)
    assert sides_of(proposed, [edit]) == ("marketing", "sales")


def test_the_two_sides_mark_what_was_added_and_removed() -> None:
    before = [{"label": "Known", "expression": "known(email)"}]
    after = [*before, {"label": "Big", "expression": "employees > 50"}]
    old, new = compare(before, after)
    assert [line.state for line in old] == ["same"]
    assert [(line.state, line.text) for line in new] == [
        ("same", "Known: known(email)"),
        ("added", "Big: employees > 50"),
    ]
