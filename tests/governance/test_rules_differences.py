"""Edits of a document: smallest differences, applied again, told in words."""

from copy import deepcopy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from blueprint.differences import Edit, apply, differences, sides_of, with_definition_versions
from blueprint.documents import default_document
from blueprint.edit_words import compare, title_of
from blueprint.keys import keyed
from blueprint.paths import put
from blueprint.schema import Blueprint

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


@settings(max_examples=60)
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
    turned = {**BASE, "playbooks": BASE["playbooks"][::-1]}
    assert sides_of(turned, differences(BASE, turned)) == ("marketing", "sales", "customer_success")


def test_the_two_sides_mark_what_was_added_and_removed() -> None:
    before = [{"label": "Known", "expression": "known(email)"}]
    after = [*before, {"label": "Big", "expression": "employees > 50"}]
    old, new = compare(BASE, Edit(("seams", {"key": "marketing_to_sales"}, "acceptance"), before, after))
    assert [line.state for line in old] == ["same"]
    assert [(line.state, line.text) for line in new] == [
        ("same", "Known: known(email)"),
        ("added", "Big: employees > 50"),
    ]


def test_nothing_that_an_added_item_says_is_left_out() -> None:
    items: dict[str, dict[str, Any]] = {
        "sla": {
            "label": "Demo",
            "expression": "demo",
            "answer_minutes": 30,
            "touch_minutes": 45,
            "catch_all_only": True,
        },
        "ladder": {"after_minutes": 60, "action": "set", "condition": "x > 1", "property_key": "tier", "value": "A"},
        "routing": {"label": "West", "expression": "true", "target": "pool", "pool": "sales", "keeps_account": True},
    }
    for place, (part, item) in enumerate(items.items()):
        path = ("seams", {"key": "marketing_to_sales"}, part, {"key": "new"})
        [], [shown] = compare(BASE, Edit(path, None, {"key": "new", **item}))
        told = {"True": "yes"}
        missing = [name for name, said in item.items() if told.get(str(said), str(said)) not in shown.text]
        assert not missing, (place, shown.text)
    steps = [{"key": "a", "label": "Call", "day": 5, "notice_days": 9, "role": "manager", "done_when": "known(email)"}]
    [], [shown] = compare(BASE, Edit(("playbooks", {"key": "renewal"}, "steps"), None, steps))
    assert shown.text == "day 5: Call (notice days: 9; role: manager; done when: known(email))"


def test_a_reorder_is_shown_as_a_reorder() -> None:
    proposed = deepcopy(BASE)
    rungs = proposed["seams"][0]["ladder"]
    rungs.append(rungs.pop(0))
    (edit,) = differences(BASE, proposed)
    assert title_of(proposed, edit.path) == "Seam Marketing → Sales · ladder · order"
    before, after = compare(proposed, edit)
    assert [(line.text, line.state) for line in before][:2] == [("warn", "moved"), ("task", "same")]
    assert [(line.text, line.state) for line in after][-1] == ("warn", "moved")


def test_one_word_of_one_rule_is_one_edit() -> None:
    proposed = deepcopy(BASE)
    proposed["seams"][0]["routing"][-1]["label"] = "The rest"
    (edit,) = differences(BASE, proposed)
    assert edit.spelled == "seams/marketing_to_sales/routing/everybody_else_takes_turns/label"
    assert title_of(proposed, edit.path) == "Seam Marketing → Sales · Routing rule The rest · label"


def test_what_goes_is_called_by_its_label() -> None:
    proposed = deepcopy(BASE)
    gone = proposed["seams"][0]["acceptance"].pop()
    (edit,) = differences(BASE, proposed)
    assert title_of(proposed, edit.path, edit.before) == f"Seam Marketing → Sales · Criterion {gone['label']}"


def test_a_file_without_keys_proposes_nothing_where_it_says_the_same() -> None:
    renamed = deepcopy(BASE)
    renamed["scoring"]["rules"][0]["label"] = "Big enough"  # keeps the key it was born with
    bare = deepcopy(renamed)
    for rule in bare["scoring"]["rules"]:
        del rule["key"]
    assert differences(renamed, keyed(bare, renamed)) == ()


def test_a_list_of_sources_says_with_which_version_it_changed_also_where_there_was_none() -> None:
    base = dict(BASE)
    del base["reporting"]
    proposed = put(base, ("reporting", "partner_sources"), ["Partner"])
    assert Blueprint.model_validate(base).reporting.partner_sources == ()
    assert with_definition_versions(base, base, 7) == base
    assert with_definition_versions(base, proposed, 7)["reporting"] == {
        "partner_sources": ["Partner"],
        "sources_version": 7,
    }
    renamed = put(proposed, ("reporting", "currency"), "EUR")
    assert "sources_version" not in with_definition_versions(proposed, renamed, 8)["reporting"]
