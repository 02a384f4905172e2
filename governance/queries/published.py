"""Published versions, and the notice of the newest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.db.models import QuerySet, Subquery

from blueprint.documents import document as published_document
from blueprint.documents import remembered
from blueprint.keys import keyed
from blueprint.models import BlueprintVersion
from blueprint.paths import Document
from core.errors import NotFound
from core.people.models import Member, Workspace
from core.people.permissions import may, permit
from core.tenancy.scope import current_id
from governance.models import Acknowledgement, ChangeRequest


@dataclass(frozen=True)
class PublishedNotice:
    """A published change a member has not confirmed having read."""

    version: BlueprintVersion
    change: ChangeRequest
    template: ClassVar[str] = "governance/_notice.html"


def versions(member: Member) -> QuerySet[BlueprintVersion]:
    """Every published version, newest first, without the documents."""
    permit(member, "blueprint.read")
    return BlueprintVersion.objects.select_related("published_by").defer("document").order_by("-number")


def version_for(member: Member, number: int) -> BlueprintVersion:
    """One version with its document. Raises NotFound."""
    permit(member, "blueprint.read")
    found: BlueprintVersion = BlueprintVersion.objects.select_related("published_by").one(number=number)
    found.document = keyed(found.document)
    return found


def document_of(number: int) -> Document:
    """The document of a version, which never changes and is kept per process. Raises NotFound."""
    try:
        return published_document(current_id(), number)
    except BlueprintVersion.DoesNotExist:
        raise NotFound() from None


def unread_notice(member: Member) -> PublishedNotice | None:
    """The newest published change this member has not confirmed; none for those who joined later. One query, or two.

    Version 1 is nobody's news, and whoever published it has read it."""
    joined_at = Member.objects.filter(pk=member.pk).values("joined_at")
    found = (
        BlueprintVersion.objects.filter(number__gt=1, published_at__gt=Subquery(joined_at))
        .exclude(number__in=Acknowledgement.objects.filter(member=member).values("version"))
        .exclude(published_by=member)
        .select_related("published_by")
        .defer("document")
        .order_by("-number")
        .first()
    )
    if found is None:
        return None
    return PublishedNotice(found, ChangeRequest.objects.get(pk=found.change_request_id))


def notice_of_page(workspace: Workspace, member: Member) -> PublishedNotice | None:
    """What stands above every page until it is confirmed. No query where the member was seen to have read it all:
    a confirmation is never taken back, so that answer holds until the next version."""
    if workspace.blueprint_version <= 1 or not may(member, "version.acknowledge"):
        return None
    up_to_date = remembered(workspace, "members who have read it")
    if member.pk in up_to_date:
        return None
    notice = unread_notice(member)
    if notice is None:
        up_to_date.add(member.pk)
    return notice
