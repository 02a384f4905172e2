"""Writing a proposal: a draft, its edits, and what the blueprint would say with them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from blueprint.differences import Edit, apply, differences
from blueprint.keys import keyed
from blueprint.paths import BadPath, Document, put, read_path, spelled
from blueprint.shape import BadShape, check_edit
from core.errors import BadInput, NotPermitted, RuleSaysNo, WorldMovedOn
from core.history.actions import record
from core.people.behind import person_behind
from core.people.models import Member, Workspace
from core.people.permissions import may, permit
from core.tenancy.numbers import take_numbers
from governance.actions.authoring import carry_over, note
from governance.models import Authorship, ChangeRequest, Proposal
from governance.queries.proposals import base_of, edits_of

MOST_EDITS = 500
What = Authorship.What


def draft(
    member: Member,
    *,
    title: str,
    reason: str = "",
    edits: Iterable[tuple[Sequence[Any], Any]] = (),
    at: datetime,
    kind: str = ChangeRequest.Kind.NORMAL,
    rolls_back: ChangeRequest | None = None,
) -> ChangeRequest:
    """Open a change request on the version in force, with these edits `(path, value after)`. Anybody may propose."""
    permit(member, "change.propose")
    title = title.strip()
    if not title:
        raise BadInput("Say in a few words what should change.", field="title")
    if len(title) > 200:
        raise BadInput("At most 200 characters.", field="title")
    base_version = Workspace.objects.values_list("blueprint_version", flat=True).get(pk=member.workspace_id)
    change = ChangeRequest.objects.create(
        number=take_numbers("change")[0],
        kind=kind,
        title=title,
        reason=reason.strip(),
        base_version=base_version,
        author=member,
        created_at=at,
        rolls_back=rolls_back,
    )
    record("change.drafted", change, at=at, actor=member, facts={"number": change.number, "title": title})
    note(change, Authorship(what=What.OPENED), by=member, at=at)
    propose(change, edits, by=member, at=at)
    return change


def propose(
    change: ChangeRequest, edits: Iterable[tuple[Sequence[Any], Any]], *, by: Member, at: datetime
) -> list[Edit]:
    """Put edits `(path, value after)` into a draft, over what it proposes already; None takes a place away.

    An edit back to what is in force leaves the draft. Every error names the path. Answers with the draft's edits."""
    lock_draft(change, by)
    base = base_of(change)
    proposed = apply(base, edits_of(change))
    for given, after in edits:
        try:
            path = read_path(given)
            check_edit(path, after)
            proposed = keyed(put(proposed, path, after), base)
        except (BadPath, BadShape) as bad:
            raise BadInput(bad.message, code=bad.code, field=bad.path or None) from None
    return _keep(change, base, proposed, by=by, at=at)


def propose_document(change: ChangeRequest, document: Document, *, by: Member, at: datetime) -> list[Edit]:
    """Let a draft propose exactly this whole document: the edits are its differences from the version in force."""
    lock_draft(change, by)
    base = base_of(change)
    return _keep(change, base, keyed(document, base), by=by, at=at)


def retract(change: ChangeRequest, edit: str, *, by: Member, at: datetime) -> list[Edit]:
    """Take one edit out of a draft, by its path as spelled."""
    lock_draft(change, by)
    return _put_on(change, [each for each in edits_of(change) if each.spelled != edit], by=by, at=at)


def reword(change: ChangeRequest, *, title: str, reason: str, by: Member, at: datetime) -> None:
    """Give a draft other words."""
    lock_draft(change, by)
    if not title.strip() or len(title.strip()) > 200:
        raise BadInput("Say in a few words, at most 200 characters, what should change.", field="title")
    former = {"title": change.title, "reason": change.reason}
    change.title, change.reason = title.strip(), reason.strip()
    wording = {"title": change.title, "reason": change.reason}
    if wording != former:
        change.save(update_fields=["title", "reason"])
        note(change, Authorship(what=What.REWORDED, before=former, after=wording), by=by, at=at)


def bring_up_to_date(change: ChangeRequest, *, by: Member, at: datetime) -> list[Edit]:
    """Put a draft's edits onto the version in force, which moved since the draft was opened."""
    lock_draft(change, by)
    edits = edits_of(change)
    change.base_version = Workspace.objects.values_list("blueprint_version", flat=True).get(pk=change.workspace_id)
    change.save(update_fields=["base_version"])
    note(change, Authorship(what=What.CAUGHT_UP), by=by, at=at)
    return _put_on(change, edits, by=by, at=at)


def propose_again(change: ChangeRequest, *, by: Member, at: datetime) -> ChangeRequest:
    """A new draft with the edits of a request that went stale, was rejected or withdrawn, on the version in force.

    Whoever wrote the former request is an author of this one as well."""
    again = draft(by, title=change.title, reason=change.reason, at=at)
    carry_over(change, again, at=at)
    _put_on(again, edits_of(change), by=by, at=at)
    return again


def _put_on(change: ChangeRequest, edits: list[Edit], *, by: Member, at: datetime) -> list[Edit]:
    """Let the draft hold these edits, put onto the version it is based on."""
    base = base_of(change)
    try:
        return _keep(change, base, apply(base, edits), by=by, at=at)
    except BadPath as bad:
        raise WorldMovedOn(f"{bad.path} is no longer part of the blueprint.", field=bad.path) from None


def lock_draft(change: ChangeRequest, by: Member) -> None:
    """Lock the request and refuse unless it is a draft that this member may edit."""
    change.refresh_from_db(from_queryset=ChangeRequest.objects.select_for_update())
    permit_editing(change, by)


def permit_editing(change: ChangeRequest, by: Member) -> None:
    """A draft is edited by its author, or an admin. Raises NotPermitted and WorldMovedOn."""
    permit(by, "change.propose")
    if change.state != ChangeRequest.State.DRAFT:
        raise WorldMovedOn(f"This change request is {change.get_state_display().lower()}; its edits are frozen.")
    if change.author_id != by.pk and not may(by, "change.publish"):
        raise NotPermitted("Only the author or an admin edits a draft.")


def _keep(change: ChangeRequest, base: Document, proposed: Document, *, by: Member, at: datetime) -> list[Edit]:
    """Let the draft hold exactly the differences, and note what this deed did to what it held before."""
    edits = list(differences(base, proposed))
    if len(edits) > MOST_EDITS:
        raise RuleSaysNo(f"One change request holds at most {MOST_EDITS} edits; split it.", code="too_many_edits")
    former = {spelled(row.path): row for row in Proposal.objects.filter(change=change)}
    person, rows, deeds = person_behind(by), [], []
    for place, edit in enumerate(edits):
        known = former.pop(edit.spelled, None)
        row = Proposal(change=change, position=place, path=list(edit.path), before=edit.before, after=edit.after)
        if known is not None and known.after == edit.after:
            row.person_id, row.at = known.person_id, known.at
        else:
            row.person_id, row.at = person.pk, at
            former_after = known.after if known else edit.before
            deeds.append(Authorship(what=What.EDITED, path=row.path, before=former_after, after=edit.after))
        rows.append(row)
    deeds += [
        Authorship(what=What.RETRACTED, path=row.path, before=row.after, after=row.before) for row in former.values()
    ]
    Proposal.objects.filter(change=change).delete()
    Proposal.objects.bulk_create(rows)
    note(change, *deeds, by=by, at=at)
    return edits
