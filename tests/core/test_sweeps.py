"""The one loop over workspaces: one's trouble is kept and told, and is never the others'."""

import time
from collections import Counter
from pathlib import Path
from uuid import UUID

import pytest
from django.utils import timezone

from core.deadly_work import survived
from core.people.models import SweepTrouble, Workspace
from core.tenancy import sweeps
from core.tenancy.scope import current_id, workspace_scope
from core.tenancy.sweeps import MOST_BEGUN, each_workspace
from devtools.stack.folders import ROOT
from tests.cast import Cast
from tests.core.failing import failing_sweeps

pytestmark = pytest.mark.django_db(transaction=True)


def fails_at(slug: str):  # type: ignore[no-untyped-def]
    def deed(workspace: Workspace) -> int:
        if workspace.slug == slug:
            raise RuntimeError("its rows are odd")
        return 1

    return deed


def test_one_failing_workspace_is_kept_as_failing_and_the_others_go_on(cast: Cast) -> None:
    ids = [cast.acme.pk, cast.globex.pk]
    sweep = each_workspace(ids, fails_at("acme"), what="test.sweep")
    assert (sweep.done, sweep.failed, sweep.left, sweep.is_whole) == (1, (cast.acme.pk,), (), False)
    [failing] = failing_sweeps()
    assert (failing.sweep, failing.workspaces) == ("test.sweep", 1)
    each_workspace(ids, fails_at("acme"), what="test.sweep")
    with workspace_scope(cast.acme):
        kept = SweepTrouble.objects.get()
    assert (kept.times, kept.since, kept.trouble) == (2, failing.since, "RuntimeError: its rows are odd")
    with workspace_scope(cast.globex):
        assert not SweepTrouble.objects.exists()


def test_a_workspace_is_failing_until_the_same_sweep_passes_it_well(cast: Cast) -> None:
    each_workspace([cast.acme.pk], fails_at("acme"), what="test.sweep")
    each_workspace([cast.acme.pk], fails_at("nobody"), what="test.other")
    assert [failing.sweep for failing in failing_sweeps()] == ["test.sweep"]
    each_workspace([cast.globex.pk], fails_at("acme"), what="test.sweep", is_everybody=False)
    assert failing_sweeps()
    each_workspace([cast.acme.pk], fails_at("nobody"), what="test.sweep")
    assert failing_sweeps() == []


def test_a_workspace_without_such_work_any_more_is_no_longer_failing(cast: Cast) -> None:
    each_workspace([cast.acme.pk], fails_at("acme"), what="test.sweep")
    each_workspace([], fails_at("acme"), what="test.sweep")
    assert failing_sweeps() == []


def test_what_a_failing_turn_wrote_is_rolled_back(cast: Cast) -> None:
    def deed(workspace: Workspace) -> None:
        SweepTrouble.objects.create(sweep="written", since=timezone.now(), last_at=timezone.now())
        raise RuntimeError("and then it broke")

    each_workspace([cast.acme.pk], deed, what="test.sweep")
    with workspace_scope(cast.acme):
        assert [kept.sweep for kept in SweepTrouble.objects.all()] == ["test.sweep"]


def test_each_turn_has_its_own_scope_and_local_time(cast: Cast) -> None:
    for workspace, zone in ((cast.acme, "America/New_York"), (cast.globex, "Asia/Kolkata")):
        with workspace_scope(workspace):
            Workspace.objects.filter(pk=workspace.pk).update(time_zone=zone)
    seen = {}

    def deed(workspace: Workspace) -> None:
        seen[current_id()] = timezone.get_current_timezone_name()

    each_workspace([cast.acme.pk, cast.globex.pk], deed, what="test.sweep")
    assert seen == {cast.acme.pk: "America/New_York", cast.globex.pk: "Asia/Kolkata"}
    assert timezone.get_current_timezone_name() == "UTC"


def test_in_turns_nobody_waits_for_anothers_thousands(cast: Cast) -> None:
    waiting, order = Counter({"acme": 3, "globex": 1}), []

    def deed(workspace: Workspace) -> int:
        if not waiting[workspace.slug]:
            return 0
        waiting[workspace.slug] -= 1
        order.append(workspace.slug)
        return 1

    sweep = each_workspace([cast.acme.pk, cast.globex.pk], deed, what="test.sweep", in_turns=True)
    assert sweep.done == 4 and sweep.is_whole
    assert order.index("globex") <= 1


def test_who_has_work_only_since_has_a_turn_before_anothers_thousands_are_done(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeps, "LOOK_AGAIN_S", 0)
    left, order = Counter({"acme": 6}), []

    def due() -> list[UUID]:
        return [each.pk for each in (cast.acme, cast.globex) if left[each.slug]]

    def deed(workspace: Workspace) -> int:
        order.append(workspace.slug)
        left[workspace.slug] -= 1
        if len(order) == 2:
            left["globex"] = 1  # a step falls due while acme's are taken
        return 1 if left[workspace.slug] else 0

    assert each_workspace(due, deed, what="test.sweep", in_turns=True).is_whole
    assert order.index("globex") in (2, 3) and Counter(order) == {"acme": 6, "globex": 1}


def test_when_time_is_up_the_rest_is_left_and_named(cast: Cast) -> None:
    ids = [cast.acme.pk, cast.globex.pk]
    sweep = each_workspace(ids, fails_at("nobody"), what="test.sweep", until=time.monotonic())
    assert (sweep.done, set(sweep.left), sweep.is_whole) == (0, set(ids), False)


def test_a_workspace_that_ends_its_workers_is_left_for_an_hour_and_the_others_go_on(cast: Cast) -> None:
    ids, went = [cast.acme.pk, cast.globex.pk], list[str]()
    killed = [survived("test.kills", cast.acme.pk, most=MOST_BEGUN) for _ in range(MOST_BEGUN)]
    for turn in killed:
        turn.__enter__()  # as a worker does that is killed then
    for _ in range(2):
        sweep = each_workspace(ids, lambda workspace: went.append(workspace.slug), what="test.kills")
        assert sweep.failed == (cast.acme.pk,)
    assert went == ["globex", "globex"]
    with workspace_scope(cast.acme):
        assert "20 workers in a row were killed" in SweepTrouble.objects.get().trouble
    killed[0].__exit__(None, None, None)
    assert each_workspace(ids, lambda workspace: went.append(workspace.slug), what="test.kills").is_whole


def test_no_task_or_command_goes_through_workspaces_by_itself() -> None:
    doors = [*ROOT.glob("*/tasks.py"), *ROOT.glob("*/tasks/*.py"), *ROOT.glob("**/management/commands/*.py")]
    own = [door for door in doors if ".venv" not in door.parts and opens_scopes(door)]
    assert len(doors) > 4 and own == []


def opens_scopes(door: Path) -> bool:
    """A door that enters workspaces otherwise than by `each_workspace`."""
    return "workspace_scope(" in door.read_text()
