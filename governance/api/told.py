"""How answers tell a change request: its headline, its edits, its checks."""

from collections.abc import Iterable
from typing import Any

from blueprint.differences import Edit, sides_of
from blueprint.edit_words import title_of
from blueprint.paths import Document
from core.http.api import Envelope
from governance import queries
from governance.checks.finding import Finding
from governance.models import ChangeRequest
from lifecycle.models import Rescoring
from lifecycle.queries import walk_of

REFUSED = {403: Envelope, 409: Envelope, 422: Envelope}


def headline_out(change: ChangeRequest) -> dict[str, Any]:
    """A change request as the list tells it. No query when its author came with it."""
    return {
        "number": change.number,
        "kind": change.kind,
        "state": change.state,
        "in_setup": change.in_setup,
        "title": change.title,
        "reason": change.reason,
        "author": change.author.email or change.author.name if change.author else None,
        "base_version": change.base_version,
        "published_version": change.published_version,
        "created_at": change.created_at,
        "submitted_at": change.submitted_at,
        "decided_at": change.decided_at,
        "published_at": change.published_at,
    }


def change_out(change: ChangeRequest) -> dict[str, Any]:
    """A change request with its edits, what the checks say, its answers, and the state of its impact."""
    edits, proposed = queries.edits_of(change), queries.proposed_by(change)
    impact = queries.newest_impact(change)
    said = queries.checks_of(change)
    return headline_out(change) | {
        "rolls_back": change.rolls_back.number if change.rolls_back else None,
        "trail": trail_out(proposed, change),
        "review": review_out(change),
        "edits": edits_out(proposed, edits),
        "sides": sides_of(proposed, edits),
        "checks": [finding_out(each) for each in said.findings],
        "verdict": said.verdict,
        "answers": [
            {"member": each.member.email, "verdict": each.verdict, "note": each.note, "at": each.at}
            for each in queries.approvals_of(change)
        ],
        "impact": {"state": impact.state, "progress_ratio": impact.progress_ratio} if impact else None,
        "asked_anew": asked_anew_out(walk_of(change.published_version)) if change.published_version else None,
    }


def review_out(change: ChangeRequest) -> dict[str, Any] | None:
    """Whether what was published alone still waits for somebody's yes; None where somebody agreed before."""
    if change.state != ChangeRequest.State.PUBLISHED or not (
        change.in_setup or change.kind == ChangeRequest.Kind.EMERGENCY
    ):
        return None
    task = change.review_task
    return {
        "is_waiting": not queries.approvals_of(change).exists(),
        "owner": task.assignee.email if task and task.assignee else None,
        "due_at": task.due_at if task else None,
    }


def trail_out(document: Document, change: ChangeRequest) -> list[dict[str, Any]]:
    """Who did what to the request, in order; none of the people in it may answer it."""
    return [
        {
            "what": row.what,
            "person": row.person.email or row.person.name,
            "through": row.through or (row.principal.name if row.principal_id != row.person_id else ""),
            "path": row.path,
            "title": title_of(document, tuple(row.path)) if row.path else "",
            "before": row.before,
            "after": row.after,
            "at": row.at,
        }
        for row in queries.trail_of(change)
    ]


def asked_anew_out(walk: Rescoring | None) -> dict[str, Any] | None:
    """How far the records that are open have been asked anew by a published version."""
    if walk is None:
        return None
    return {
        "records": walk.total_count,
        "asked": walk.asked_count,
        "changed": walk.changed_count,
        "finished_at": walk.finished_at,
    }


def edits_out(document: Document, edits: Iterable[Edit]) -> list[dict[str, Any]]:
    """Edits by path, each with its place in words; `document` knows the labels."""
    return [
        {
            "path": list(edit.path),
            "spelled": edit.spelled,
            "title": title_of(document, edit.path),
            "before": edit.before,
            "after": edit.after,
        }
        for edit in edits
    ]


def finding_out(finding: Finding) -> dict[str, str]:
    """What one check says."""
    return {"key": finding.key, "label": finding.label, "verdict": finding.verdict, "detail": finding.detail}
