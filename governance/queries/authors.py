"""Who wrote a request, and so who may not answer it."""

from uuid import UUID

from django.db.models import QuerySet

from core.errors import NotPermitted
from core.people.behind import has_proved_address, person_behind
from core.people.models import Member
from governance.models import Authorship, ChangeRequest


def trail_of(change: ChangeRequest) -> QuerySet[Authorship]:
    """Everything its authors did, in order. One query."""
    return Authorship.objects.filter(change=change).select_related("person", "principal").order_by("position")


def author_ids(change: ChangeRequest) -> set[UUID]:
    """Everybody who opened, edited or submitted it, as they came in and as the people behind. One query."""
    pairs = Authorship.objects.filter(change=change).values_list("person_id", "principal_id")
    found = {each for pair in pairs for each in pair}
    return found | {change.author_id} if change.author_id else found


def is_author(change: ChangeRequest, member: Member) -> bool:
    """Whether the member, or the person behind, wrote any of it."""
    return bool({member.pk, person_behind(member).pk} & author_ids(change))


def refusal_of_answer(change: ChangeRequest, by: Member) -> NotPermitted | None:
    """Why this member may not answer the request, whatever their role. The database asks the same (guard_approval)."""
    if by.kind != Member.Kind.PERSON:
        return NotPermitted("A change is approved by a person.", code="not_a_person")
    if is_author(change, by):
        return NotPermitted(
            "You wrote part of this request, in person or through a key; somebody else answers it.", code="own_change"
        )
    if not has_proved_address(by):
        return NotPermitted("Prove your e-mail address first, then you may answer.", code="address_not_proved")
    return None
