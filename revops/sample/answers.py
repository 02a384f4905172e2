"""Handoffs: who answers when, the scan that finds who did not, and the tasks that managers close."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from core.people.models import Member
from handoffs.actions import answering, offering, scanning, tasking
from handoffs.actions import packets as packing
from handoffs.actions.running_playbooks import PLAYBOOK, take_steps
from handoffs.models import Clock, Handoff, Task
from lifecycle.actions import touching
from lifecycle.models import Record
from revops.sample import words
from revops.sample.life import Life

REJECTED = 0.2  # of what marketing offers; a tenth of it because the data is wrong, and then it comes back corrected
CORRECTED_WITHIN = 600  # working minutes; in the last hours nobody returns what nobody would correct any more
SOON_AFTER = 20  # working minutes
USUAL = 180  # working minutes within which most are answered
MINUTE = timedelta(minutes=1)
LOOKED_BACK = timedelta(days=1)


def plan(life: Life, handoff: Handoff, at: datetime) -> None:
    """Most answer within the hour, some by tomorrow, a few only when somebody asks."""
    watch(life, handoff)
    dice, luck = life.chance, life.chance.random()
    if luck < 0.8:
        minutes = dice.randint(4, 110)
    elif luck < 0.93:
        minutes = dice.randint(110, 175)
    else:
        minutes = dice.randint(190, 700)
    if handoff.sla_line:  # whoever asked for a demo is called in a sixth of the time
        minutes = max(minutes * min(handoff.allowed.answer_minutes, USUAL) // USUAL, 2)
    life.at_work(at, minutes, _is_answered, handoff.pk)


def watch(life: Life, handoff: Handoff) -> None:
    """Look when its next step falls due, as the product's clock does every few seconds."""
    if next_at := _next_step_at(handoff.pk):
        life.later(next_at + MINUTE, _scan, handoff.pk)


def _next_step_at(handoff_id: Any) -> datetime | None:
    running = Clock.objects.filter(handoff=handoff_id, next_rung_at__isnull=False)
    return running.order_by("next_rung_at").values_list("next_rung_at", flat=True).first()


def _scan(life: Life, at: datetime, handoff_id: Any) -> None:
    handoff = Handoff.objects.get(pk=handoff_id)
    next_at = _next_step_at(handoff_id)
    if next_at and next_at <= at:
        scanning.scan(life.workspace, at=at)
        handoff.refresh_from_db()
        _plan_tasks(life, at)
    watch(life, handoff)


def _plan_tasks(life: Life, at: datetime) -> None:
    """Whoever got a task just now closes it: mostly the same day. A scan makes those of every handoff that is due, and
    each as of the moment it fell due."""
    for task in Task.objects.filter(done_at__isnull=True, created_at__gt=at - LOOKED_BACK).order_by("number"):
        if task.pk in life.tasks:
            continue
        life.tasks.add(task.pk)
        latest = 300 if task.kind == "returned" else 420  # before the seam's own rule offers it again
        life.at_work(task.created_at, life.chance.randint(95, latest), _is_done, task.pk)


def steps_come(life: Life, at: datetime) -> None:
    """Steps of playbooks become tasks, and whoever has one closes it that day. Their luck is their own: what else
    happens is what would happen without them."""
    while take_steps(life.workspace, at):
        pass
    for task_id, number in Task.objects.filter(kind=PLAYBOOK, created_at=at).values_list("pk", "number"):
        life.tasks.add(task_id)
        life.at_work(at, Random(number).randint(20, 400), _is_through, task_id)


def _is_through(life: Life, at: datetime, task_id: Any) -> None:
    task = Task.objects.select_related("assignee").get(pk=task_id)
    if task.assignee and not task.done_at:
        tasking.complete_task(task, Random(task.number).choice(words.STEPS), by=task.assignee, at=at)


def _is_done(life: Life, at: datetime, task_id: Any) -> None:
    task = Task.objects.select_related("assignee", "record").get(pk=task_id)
    if task.assignee is None or task.done_at:  # answered meanwhile
        return
    said = words.OUTCOMES.get(task.kind, words.USUAL_OUTCOMES)
    tasking.complete_task(task, life.chance.choice(said), by=task.assignee, at=at)
    if task.kind == "returned" and task.record:
        plan(life, offering.offer(task.record, "marketing_to_sales", by=task.assignee, at=at), at)
    elif task.handoff_id:  # a manager who was told does something about it
        life.at_work(at, SOON_AFTER, _is_answered, task.handoff_id)


def _is_answered(life: Life, at: datetime, handoff_id: Any) -> None:
    handoff = Handoff.objects.select_related("record__owner", "assignee", "seam").get(pk=handoff_id)
    if handoff.state == Handoff.State.OFFERED:
        _answer(life, handoff, handoff.assignee or life.people["mona"], at)


def _answer(life: Life, handoff: Handoff, by: Member, at: datetime) -> None:
    dice, seam = life.chance, handoff.seam.key
    if seam == "marketing_to_sales" and dice.random() < REJECTED:
        if dice.random() < 0.1 and at < life.working_minutes_ago(CORRECTED_WITHIN):
            answering.reject(handoff, "inaccurate_data", "The number belongs to somebody else", by=by, at=at)
            _plan_tasks(life, at)
        else:
            answering.reject(handoff, dice.choice(words.REASONS), "", by=by, at=at)
            _goes_to_another(life, handoff.record, at)
        return
    accepted = answering.accept(handoff, by=by, at=at)
    result = accepted.result or handoff.record
    life.at_work(at, dice.randint(3, 300) if dice.random() < 0.93 else 700, _is_touched, result.number, by)
    life.accepted[seam](life, result.number, by, at)


def _goes_to_another(life: Life, record: Record, at: datetime) -> None:
    """Where the reason sent it to somebody else, they answer it."""
    for handoff in Handoff.objects.open().filter(record=record):
        plan(life, handoff, at)


def is_packed(life: Life, handoff: Handoff, at: datetime) -> None:
    """Who hands it over writes down what the next team must know, most of the time at once."""
    dice, by = life.chance, handoff.record.owner or life.people["mona"]
    if handoff.seam.key == "success_to_marketing":
        packet = dice.choice(words.STORIES) | {"contact": handoff.record.name}
        by = handoff.offered_by or life.people["noah"]
    else:
        packet = _packet_of_a_deal(dice)
    life.at_work(at, dice.randint(0, 3), _is_saved, handoff, packet, by)


def _packet_of_a_deal(dice: Random) -> dict[str, str]:
    return {
        "goals": dice.choice(words.GOALS),
        "stakeholders": "VP Sales, Head of Operations",
        "promises": dice.choice(words.PROMISES),
        "scope": f"{dice.choice((40, 120, 300))} seats, two integrations",
        "dates": "Kickoff within two weeks",
        "risks": dice.choice(words.RISKS),
    }


def _is_saved(life: Life, at: datetime, handoff: Handoff, packet: dict[str, str], by: Member) -> None:
    packing.save_packet(handoff, packet, by=by, at=at)


def is_called(life: Life, at: datetime, number: int, by: Member) -> None:
    """A first touch of which nothing else depends."""
    record = Record.objects.get(number=number)
    touching.log_activity(record, kind="call", direction="outbound", outcome="Connected", note="", by=by, at=at)


def _is_touched(life: Life, at: datetime, number: int, by: Member) -> None:
    record = Record.objects.get(number=number)
    kind = life.chance.choice(("call", "email", "meeting"))
    outcome = "Sent" if kind == "email" else life.chance.choice(("Connected", "Meeting agreed", "Message left"))
    touching.log_activity(record, kind=kind, direction="outbound", outcome=outcome, note="", by=by, at=at)
