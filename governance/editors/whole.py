"""The whole document as YAML, for admins: the differences become the edits."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from blueprint.differences import differences
from blueprint.keys import keyed
from blueprint.paths import Document
from governance.editors.kit import EditList, Editor, Subject
from governance.yaml_text import as_yaml, read_document


class WholeEditor(Editor):
    """Everything at once."""

    slug, title, icon = "document", "Everything, as YAML", "file-code"
    hint = "The whole blueprint as text; what differs becomes the proposal."
    admins_only = True

    def subjects(self, document: Document) -> list[Subject]:
        return [Subject("", "The whole blueprint")]

    def context(self, document: Document, of: str) -> dict[str, Any]:
        return {"yaml": as_yaml(document)}

    def read(self, posted: QueryDict, document: Document, of: str) -> EditList:
        proposed = keyed(read_document(posted.get("yaml", "")), document)
        return [(edit.path, edit.after) for edit in differences(document, proposed)]
