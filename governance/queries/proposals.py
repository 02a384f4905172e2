"""What a request proposes: its edits, the document it is based on, and the one it would publish."""

from collections.abc import Sequence

from blueprint.differences import Edit, apply, with_definition_versions
from blueprint.keys import keyed
from blueprint.paths import Document
from governance.models import ChangeRequest, Proposal
from governance.queries.published import document_of


def base_of(change: ChangeRequest) -> Document:
    """The document the request is based on; the founding one stands on nothing."""
    return document_of(change.base_version) if change.base_version else {}


def edits_of(change: ChangeRequest) -> list[Edit]:
    """The request's edits, in order. One query."""
    rows = Proposal.objects.filter(change=change).order_by("position")
    return [Edit(tuple(row.path), row.before, row.after) for row in rows]


def proposed_by(change: ChangeRequest, edits: Sequence[Edit] | None = None) -> Document:
    """The document as it would be published; a submitted request answers with what was frozen. One query for a draft,
    none where its `edits` are at hand."""
    if change.document is not None:
        return keyed(change.document)
    base = base_of(change)
    return with_definition_versions(
        base, apply(base, edits_of(change) if edits is None else edits), change.base_version + 1
    )
