"""Playbooks at work: one run for each record and occasion, and what became of its steps."""

from typing import ClassVar

from django.db import models

from core.people.models import Member
from core.tenancy.walls import HeldModel, TenantKey, TenantModel
from handoffs.models.tasks import Task
from lifecycle.models import Record
from lifecycle.models.records import text


class PlaybookRun(HeldModel):
    """A playbook that was begun for a record. `playbook` is its key, `label` what it was called then.

    `occasion` is what began it: a day of the record, the moment it entered a stage, or blank for criteria; of one
    occasion it begins once. Its steps count from `counts_from`. `stage_id` is where the record stood."""

    by_itself: ClassVar = models.Q(began_by__isnull=True)  # what goes with a record whose import is undone

    class State(models.TextChoices):
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        STOPPED = "stopped", "Stopped"

    number = models.BigIntegerField()
    record = TenantKey(Record, related_name="playbook_runs")
    playbook = models.CharField(max_length=60)
    label = models.CharField(max_length=160)
    occasion = text(60)
    counts_from = models.DateField()
    stage_id = models.UUIDField()
    began_at = models.DateTimeField()
    began_by = TenantKey(Member, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=7, choices=State, default=State.RUNNING)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = TenantKey(Member, null=True, blank=True, related_name="+")
    reason = text(300)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "number"], name="playbook_run_number"),
            models.UniqueConstraint(
                fields=["workspace", "record", "playbook", "occasion"], name="playbook_once_for_an_occasion"
            ),
            models.UniqueConstraint(
                fields=["workspace", "record", "playbook"],
                condition=models.Q(ended_at__isnull=True),
                name="one_running_playbook_of_a_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(state="running", ended_at__isnull=True)
                | models.Q(state__in=["done", "stopped"], ended_at__isnull=False),
                name="playbook_run_ended_has_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "-began_at", "-id"], name="playbook_run_newest"),
            models.Index(fields=["workspace", "playbook", "state"], name="playbook_run_of_playbook"),
        ]

    def __str__(self) -> str:
        return self.label


class RunStep(HeldModel):
    """One step of a run. It waits until `comes_at`; then its condition is asked, and it is skipped, or its task is made
    and it is open until that is done. `reason` says why it was skipped or let go; `skipped_for_its_day`, that it
    was for its day alone: it is to come again where the date moves on."""

    by_itself: ClassVar = models.Q(task__isnull=True)  # the same

    class State(models.TextChoices):
        WAITING = "waiting", "To come"
        OPEN = "open", "Open"
        DONE = "done", "Done"
        SKIPPED = "skipped", "Skipped"
        STOPPED = "stopped", "Let go"

    run = TenantKey(PlaybookRun, related_name="steps")
    record = TenantKey(Record, related_name="+")
    key = models.CharField(max_length=60)
    label = models.CharField(max_length=160)
    position = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    due_at = models.DateTimeField()
    comes_at = models.DateTimeField()
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    task = TenantKey(Task, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = text(300)
    skipped_for_its_day = models.BooleanField(default=False, db_default=False)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "run", "key"], name="step_once_in_a_run"),
            models.CheckConstraint(
                condition=models.Q(skipped_for_its_day=False) | models.Q(state="skipped"),
                name="run_step_for_its_day_is_skipped",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "open"], decided_at__isnull=True)
                | models.Q(state__in=["done", "skipped", "stopped"], decided_at__isnull=False),
                name="run_step_decided_has_a_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "comes_at"], condition=models.Q(state="waiting"), name="run_step_to_come"
            ),
            models.Index(
                fields=["workspace", "record"],
                condition=models.Q(state__in=["waiting", "open"]),
                name="run_step_undecided",
            ),
            models.Index(fields=["workspace", "task"], condition=models.Q(task__isnull=False), name="run_step_of_task"),
        ]

    def __str__(self) -> str:
        return self.label
