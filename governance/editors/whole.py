"""The whole document as YAML, for admins: the differences become the edits."""

from __future__ import annotations

from blueprint.differences import differences
from blueprint.keys import keyed
from blueprint.paths import Document, Path
from core.errors import NotFound
from governance.editors.part_editor import Editor, Opened, Section, Subject
from governance.forms.part import EditList
from governance.forms.special import DocumentForm
from governance.yaml_text import as_yaml, read_document


class WholeEditor(Editor):
    """Everything at once."""

    slug, title, icon = "document", "Everything, as YAML", "file-code"
    hint = "The whole blueprint as text; what differs becomes the proposal."
    admins_only = True

    def subjects(self, document: Document) -> list[Subject]:
        return [Subject("", "The whole blueprint")]

    def path_of(self, of: str) -> Path:
        if of:
            raise NotFound()
        return ()

    def sections(self, opened: Opened) -> list[Section]:
        return [DocumentForm(opened.data, initial={"yaml": as_yaml(opened.document) if opened.data is None else ""})]

    def edits(self, opened: Opened) -> EditList:
        proposed = keyed(read_document(opened.sections[0].cleaned_data["yaml"]), opened.document)
        return [(edit.path, edit.after) for edit in differences(opened.document, proposed)]
