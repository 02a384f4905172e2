"""Whether a document is a blueprint: the sentence that refuses, at the path that is wrong."""

import subprocess
import sys
from copy import deepcopy
from typing import Any
from uuid import uuid4

import pytest

from blueprint.documents import default_document
from blueprint.paths import ORDER, BadPath, Path, get, put, spelled
from blueprint.schema import Blueprint, SeamTerms, StageTerms, fields_of, keyed_lists
from blueprint.schema.vocabularies import Category, SourceRule
from blueprint.shape import BadShape, check_document, check_edit
from devtools.stack.folders import ROOT

SEAM: Path = ("seams", {"key": "marketing_to_sales"})

STAGE: Path = ("pipelines", {"key": "sales"}, "stages", {"key": "discovery"})
SCORING = default_document()["scoring"]

WRONG: list[tuple[Path, Any, str]] = [
    (("zebras",), [], "The blueprint knows no such part."),
    ((*SEAM, "label"), 5, "This is text."),
    ((*SEAM, "label"), " ", "This cannot be blank."),
    ((*SEAM, "label"), "x" * 161, "At most 160 characters."),
    ((*SEAM, "label"), "a\0b", "This text holds a character that cannot be kept."),
    ((*SEAM, "label"), "\ud800", "This text holds a character that cannot be kept."),
    ((*SEAM, "answer_minutes"), "5", "This is a whole number."),
    ((*SEAM, "answer_minutes"), True, "This is a whole number."),
    ((*SEAM, "answer_minutes"), 10**9, "This is between 0 and 1,000,000."),
    ((*SEAM, "trigger"), "mql", "“mql” is not written like lifecycle/mql."),
    ((*SEAM, "on_accept"), [], "This is an object with named parts."),
    ((*SEAM, "ladder"), {}, "This is a list."),
    (("pipelines",), [], "This list has 1 to 40 items, not 0."),
    ((*STAGE, "auto_enter"), 1, "This is true or false."),
    ((*STAGE, "category"), "shut", "This is one of: open, won, lost, disqualified, recycled."),
    ((*STAGE, "probability"), 2, "This is between 0 and 1."),
    ((*STAGE, "probability"), float("nan"), "This is a number."),
]


@pytest.mark.parametrize(("path", "value", "sentence"), WRONG)
def test_what_is_no_blueprint_is_refused_at_its_place(path: Path, value: Any, sentence: str) -> None:
    with pytest.raises(BadShape) as refused:
        check_document(put(default_document(), path, value))
    assert str(refused.value) == f"{spelled(path)}: {sentence}"


INSIDE: list[tuple[Path, Any, str]] = [
    ((*SEAM, "ladder"), [{"action": "warn"}], "seams/marketing_to_sales/ladder/1/after_minutes: This is missing."),
    (("scoring",), {**SCORING, "bands": [{"label": "A"}]}, "scoring/bands/A/from: This is missing."),
    (("pools",), [{"key": "a", "label": "A", "function": "sales"}] * 2, "pools/a: This name is given twice."),
    ((*STAGE, "moves_to"), ["b", 5], "pipelines/sales/stages/discovery/moves_to/2: This is text."),
]


@pytest.mark.parametrize(("path", "value", "sentence"), INSIDE)
def test_the_place_is_named_item_by_item(path: Path, value: Any, sentence: str) -> None:
    with pytest.raises(BadShape) as refused:
        check_document(put(default_document(), path, value))
    assert str(refused.value) == sentence


def test_a_written_null_is_no_value() -> None:
    document = deepcopy(default_document())
    document["seams"][0]["touch_minutes"] = None
    with pytest.raises(BadShape, match="touch_minutes: This is a whole number"):
        check_document(document)


EDITS: list[tuple[Path, Any, type[Exception], str]] = [
    ((*SEAM, "answer"), 5, BadPath, "The blueprint knows no such part."),
    (("seams", "x"), 5, BadPath, "An item of this list is chosen by its key."),
    ((*SEAM, "label", "x"), 5, BadPath, "This cannot be edited on its own."),
    ((*SEAM, "key"), "b", BadPath, "What a thing is called by does not change; add a new one instead."),
    ((*SEAM, "label"), None, BadShape, "This cannot be taken away."),
    (("seams",), None, BadShape, "This cannot be taken away."),
    (("seams", ORDER), 5, BadShape, "An order is a list of names."),
    (("seams", {"key": "a"}), default_document()["seams"][0], BadShape, "The item is not called what the path says."),
]


@pytest.mark.parametrize(("path", "after", "kind", "sentence"), EDITS)
def test_an_edit_that_cannot_stand_is_refused(path: Path, after: Any, kind: type[Exception], sentence: str) -> None:
    with pytest.raises(kind) as refused:
        check_edit(path, after)
    assert str(refused.value) == f"{spelled(path)}: {sentence}"


def test_an_edit_that_can_stand_passes() -> None:
    item = {"key": "a", "label": "A", "function": "sales"}
    for path, after in (
        ((*SEAM, "answer_minutes"), 30),
        ((*SEAM, "touch_minutes"), None),
        (("pools", {"key": "a"}), item),
    ):
        check_edit(path, after)
        assert get(put(default_document(), path, after), path) == after


def test_what_a_document_leaves_out_is_as_usual() -> None:
    document = deepcopy(default_document())
    stage = document["pipelines"][0]["stages"][0]
    del stage["moves_to"], document["seams"][0]["first_touch"]
    document["properties"][0]["source_rule"] = "owner_only"  # an older word
    read = Blueprint.of(uuid4(), document)
    first, second, mql = read.pipelines[0].stages[:3]
    assert (first.moves_to, first.is_entry, first.category) == (("lead",), True, Category.OPEN)
    assert (second.is_entry, mql.entry[0].label, mql.entry[0].expression) == (
        False,
        "Score has reached 60",
        "score >= 60",
    )
    assert read.seams[0].first_touch.sides == ("sales",)
    assert read.properties[0].source_rule is SourceRule.ALWAYS


def test_lines_without_keys_always_get_the_same_ones() -> None:
    document = deepcopy(default_document())
    rules = document["scoring"]["rules"]
    rules.append({name: value for name, value in rules[0].items() if name != "key"})
    rules.append({"label": "Привет", "group": "fit", "expression": "true", "points": 1})
    keys = [rule.key for rule in Blueprint.of(uuid4(), document).scoring.rules]
    assert keys[:2] == ["rule_50_or_more_employees", "rule_500_or_more_employees"]
    assert keys[-2] == "rule_50_or_more_employees_2"
    assert keys == [rule.key for rule in Blueprint.of(uuid4(), document).scoring.rules]
    assert len(set(keys)) == len(keys)


def test_a_field_says_what_a_form_needs_to_know() -> None:
    minutes = fields_of(SeamTerms)["answer_minutes"]
    assert (minutes.label, minutes.is_needed, minutes.value.kind) == ("Working minutes to answer", True, "whole")
    assert (minutes.value.least, minutes.value.most) == (0, 1_000_000)
    category = fields_of(StageTerms)["category"]
    assert (category.value.kind, category.default, category.value.choices[0]) == ("choice", "open", ("open", "Open"))
    required = fields_of(StageTerms)["required"].value
    assert required.kind == "values"
    assert required.each is not None
    assert required.each.names == "field"
    entry = fields_of(StageTerms)["entry"].value
    assert entry.kind == "items"
    assert entry.part is not None
    assert fields_of(entry.part)["expression"].value.is_expression


def test_expressions_may_be_loaded_before_the_schema() -> None:
    load = "import sys; import blueprint.expressions.fields; print('blueprint.schema' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", load], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "True", done.stderr[-2000:]


def test_lists_of_one_name_are_named_alike() -> None:
    """An item is found by the name of its list alone, wherever that list stands."""
    found: dict[str, set[tuple[str, ...]]] = {}
    for name, part in keyed_lists():
        found.setdefault(name, set()).add(part.named_by)
    assert {name: named for name, named in found.items() if len(named) > 1} == {}


def test_what_counts_by_another_field_names_one_beside_it_and_words_it_has() -> None:
    parts = {Blueprint, *(part for _, part in keyed_lists())}
    marks = [(part, field.value.counts_where) for part in parts for field in fields_of(part).values()]
    named = [(part, mark) for part, mark in marks if mark]
    assert len(named) > 10
    for part, mark in named:
        words = {word for word, _ in fields_of(part)[mark.field].value.choices}
        assert set(mark.words) < words, (part, mark)
