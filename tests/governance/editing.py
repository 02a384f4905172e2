"""Opening an editor, typing and saving, and what the draft then holds."""

from __future__ import annotations

from typing import Any

from core.tenancy.scope import workspace_scope
from governance.models import ChangeRequest
from governance.queries.proposals import edits_of, proposed_by
from tests.cast import Cast
from tests.governance.fields import fields_of
from tests.governance.test_pages import door, new_change, words


def edited(cast: Cast, what: str, of: str, typed: dict[str, Any]) -> dict[str, Any]:
    """Open an editor, type, save: what the draft then holds, by path."""
    change = new_change(cast)
    url = url_of(change, what, of)
    client = door(cast.ada)
    answer = client.post(url, fields_of(client.get(url).content.decode()) | typed)
    assert answer.status_code == 302, said_at_fields(answer)
    return drafted(cast, change)


def url_of(change: ChangeRequest, what: str, of: str) -> str:
    return f"/w/acme/changes/{change.number}/edit/{what}/?of={of.replace('+', '%2B')}"


def drafted(cast: Cast, change: ChangeRequest) -> dict[str, Any]:
    with workspace_scope(cast.acme):
        return {edit.spelled: edit.after for edit in edits_of(change)}


def proposed(cast: Cast, change: ChangeRequest) -> dict[str, Any]:
    with workspace_scope(cast.acme):
        document: dict[str, Any] = proposed_by(change)
        return document


def said_at_fields(answer: Any) -> list[str]:
    """The sentences at the fields of a refused form."""
    return [
        " ".join(part.split("</p>")[0].split(">")[-1].split())
        for part in words(answer).split("text-sm text-error mt-1")[1:]
    ]


def without_keys(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in item.items() if name != "key"} for item in items]
