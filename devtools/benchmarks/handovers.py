"""Handing over everything somebody has, and giving it back: processor time by how much it is. All is rolled back."""

from collections.abc import Iterator
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from core.people.models import Member, Workspace
from core.tenancy.scope import workspace_scope
from devtools.benchmarks.measure import Told
from devtools.benchmarks.processor import spent
from handoffs.actions.leaving.departing import hand_over
from handoffs.actions.leaving.handing_back import undo
from handoffs.actions.leaving.handover_work import MOST_AT_ONCE
from handoffs.actions.leaving.occasions import Kind, Occasion
from handoffs.models import HandoverPlan
from lifecycle.models import Record

SIZES = (500, 2_000, 5_000, 20_000)
AT_MOST_S = 2.0


def run(workspace: Workspace) -> Iterator[Told]:
    """Somebody becomes a viewer with so many records, and a rep again."""
    for size in SIZES:
        with workspace_scope(workspace), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("set local statement_timeout = 0")
            yield from _handed_over(size)
            transaction.set_rollback(True)


def _handed_over(size: int) -> Iterator[Told]:
    member = Member.objects.select_related("workspace").filter(role=Member.Role.REP).order_by("email").first()
    by = Member.objects.select_related("workspace").filter(role=Member.Role.OWNER)[0]
    assert member is not None, "a seeded company has reps"
    held = Record.objects.filter(owner=member, stage__category="open").order_by("number").values_list("pk", flat=True)
    if held.count() < size:
        return
    Record.objects.filter(pk__in=list(held[size:])).update(owner=by)
    at, kept = timezone.now(), list[HandoverPlan]()
    occasion = Occasion(Kind.ROLE, member, Member.Role.VIEWER)
    over = spent(lambda: kept.append(hand_over(occasion, by=by, at=at)[1]))
    plan = kept[0]
    back = spent(lambda: undo(plan, by=by, at=at + timedelta(minutes=1)))
    nouns = [each["noun"] for each in plan.moves]
    held_by_noun = ", ".join(f"{nouns.count(noun):,} {noun}s" for noun in sorted(set(nouns)))
    is_at_once = len(nouns) <= MOST_AT_ONCE
    how = "at once" if is_at_once else "by a worker"
    bound = f"≤ {AT_MOST_S:g} s" if is_at_once else "–"
    for what, took in (("Handing over", over), ("Giving back", back)):
        yield Told(f"{what} {held_by_noun}, {how}", f"{took:.1f} s of CPU", bound, took <= AT_MOST_S or not is_at_once)
