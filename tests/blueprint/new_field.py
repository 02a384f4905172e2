"""Run by test_new_field.py in a copy of the schema whose seam has one field more: everything else knows it."""

from copy import deepcopy
from uuid import uuid4

from blueprint.differences import apply, differences
from blueprint.documents import default_document
from blueprint.edit_words import title_of
from blueprint.help_page import help_page
from blueprint.keys import keyed
from blueprint.schema import Blueprint, SeamTerms, fields_of
from blueprint.shape import BadShape, check_document, check_edit
from core.errors import BadInput
from governance.editors import EDITORS, Opened
from governance.forms.choices import Offers
from governance.yaml_text import as_yaml, read_document

PATH = ("seams", {"key": "marketing_to_sales"}, "quiet_minutes")


def refused(document: dict[str, object]) -> str:
    try:
        check_document(document)
    except BadShape as bad:
        return str(bad)
    return ""


before = keyed(default_document())
after = deepcopy(before)
after["seams"][0]["quiet_minutes"] = 15

# reading, with its default
assert [seam.quiet_minutes for seam in Blueprint.of(uuid4(), after).seams] == [15, 5, 5, 5, 5]  # type: ignore[attr-defined]
# the check, with the sentence and the place
after["seams"][0]["quiet_minutes"] = 999
assert refused(after) == "seams/marketing_to_sales/quiet_minutes: This is between 0 and 90.", refused(after)
after["seams"][0]["quiet_minutes"] = 15
assert not refused(after)
check_edit(PATH, 15)
# differences, their words, and applying them
(edit,) = differences(before, after)
assert edit.path == PATH
assert title_of(after, edit.path) == "Seam Marketing → Sales · minutes of quiet"
assert apply(before, [edit]) == after
# a file
assert read_document(as_yaml(after)) == after
try:
    read_document(as_yaml(after).replace("quiet_minutes: 15", "quiet_minutes: soon"))
except BadInput as bad:
    assert "quiet_minutes: This is a whole number." in str(bad.detail), bad.detail
else:
    raise AssertionError("a file with a wrong value was read")
# what a form asks, what OpenAPI can say, and the page of help
field = fields_of(SeamTerms)["quiet_minutes"]
assert (field.label, field.value.kind, field.value.most, field.default) == ("Minutes of quiet", "whole", 90, 5)
assert SeamTerms.model_json_schema()["properties"]["quiet_minutes"]["maximum"] == 90
assert "| `quiet_minutes` | Minutes of quiet. Nobody is called then. | a whole number, 0 to 90 | `5` |" in help_page()
# the editor's form, with its bound
editor, seam = EDITORS["seam"], after["seams"][0]
opened = Opened(editor, after, seam["key"], PATH[:2], seam, False, Offers(after))
forms = [section for section in editor.sections(opened) if "quiet_minutes" in getattr(section, "fields", ())]
(asked,) = [form.fields["quiet_minutes"] for form in forms]
assert (asked.label, asked.widget.attrs["max"]) == ("Minutes of quiet", 90)
print("known everywhere")
