"""How definitions change: a request, what it would do, who agreed, and when it was published."""

from django.db import models
from django.utils import timezone

from core.people.models import Member
from core.tenancy.walls import TenantKey, TenantModel
from handoffs.models import Task


class ChangeRequest(TenantModel):
    """A proposed next version of the blueprint, based on `base_version`.

    `kind`: normal, standard, emergency (break-glass), founding (version 1), rollback. The proposed document is the base
    document with its proposals applied; it is kept when the request is submitted.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        REVIEW = "review", "In review"
        APPROVED = "approved", "Approved"
        PUBLISHED = "published", "Published"
        REJECTED = "rejected", "Rejected"
        WITHDRAWN = "withdrawn", "Withdrawn"
        STALE = "stale", "Stale"

    class Kind(models.TextChoices):
        NORMAL = "normal", "Normal"
        STANDARD = "standard", "Standard"
        EMERGENCY = "emergency", "Emergency"
        FOUNDING = "founding", "Founding"
        ROLLBACK = "rollback", "Rollback"

    number = models.BigIntegerField()
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.NORMAL)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    title = models.CharField(max_length=200)
    reason = models.TextField(blank=True, default="")
    base_version = models.PositiveIntegerField()
    document = models.JSONField(null=True, blank=True)
    author = TenantKey(Member, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_version = models.PositiveIntegerField(null=True, blank=True)
    rolls_back = TenantKey("self", null=True, blank=True, related_name="rollbacks")
    in_setup = models.BooleanField(default=False, db_default=False, help_text="Let through by setup mode, alone")
    review_task = TenantKey(Task, null=True, blank=True, related_name="+", help_text="Who reviews an emergency")

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "number"], name="change_number")]
        indexes = [models.Index(fields=["workspace", "state", "-number"], name="change_newest")]

    def __str__(self) -> str:
        return f"change {self.number}: {self.title}"

    @property
    def was_published_alone(self) -> bool:
        """Whether it came into force before anybody but its authors agreed: an emergency, or in setup mode."""
        return self.state == self.State.PUBLISHED and (self.in_setup or self.kind == self.Kind.EMERGENCY)


class ReviewClock(TenantModel):
    """When the review of an emergency is late: from then on somebody above has a task as well, once. It goes with the
    review."""

    change = TenantKey(ChangeRequest, related_name="+")
    due_at = models.DateTimeField()
    late_task = TenantKey(Task, null=True, blank=True, related_name="+", help_text="Who follows up a late review")

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "change"], name="review_clock_once")]
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(late_task__isnull=True), name="review_clock_due"),
        ]


class Proposal(TenantModel):
    """One edit: the path into the document (a list of keys), the value before and after, and who put it there last."""

    change = TenantKey(ChangeRequest, related_name="proposals")
    position = models.PositiveSmallIntegerField(default=0)
    path = models.JSONField()
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    person = TenantKey(Member, null=True, blank=True, related_name="+")
    at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["position"]
        indexes = [models.Index(fields=["workspace", "change", "position"], name="proposal_of_change")]


class Authorship(TenantModel):
    """What one author did to a request, in order; never changed, whatever becomes of the edits.

    `person` answers for it; `principal` is who came in, a person or a program, and `through` names the key. `path`,
    `before` and `after` are those of an edit; "before" is what the draft said until then.
    """

    class What(models.TextChoices):
        OPENED = "opened", "opened"
        CARRIED = "carried", "wrote the request this one repeats"
        EDITED = "edited", "edited"
        RETRACTED = "retracted", "took out"
        REWORDED = "reworded", "changed the words"
        CAUGHT_UP = "caught_up", "brought it up to date"
        SUBMITTED = "submitted", "submitted"

    change = TenantKey(ChangeRequest, related_name="authorship")
    position = models.PositiveIntegerField()
    what = models.CharField(max_length=10, choices=What)
    person = TenantKey(Member, related_name="+")
    principal = TenantKey(Member, related_name="+")
    through = models.CharField(max_length=160, blank=True, default="")
    path = models.JSONField(null=True, blank=True)
    before = models.JSONField(null=True, blank=True)
    after = models.JSONField(null=True, blank=True)
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["workspace", "change", "position"], name="authorship_in_order")]

    @property
    def came_through(self) -> str:
        """The key, or the program, through which the person did it."""
        return self.through or (self.principal.name if self.principal_id != self.person_id else "")


class CheckResult(TenantModel):
    """What one automatic check said: `verdict` passed, warned or failed."""

    change = TenantKey(ChangeRequest, related_name="checks")
    key = models.CharField(max_length=60)
    label = models.CharField(max_length=160)
    verdict = models.CharField(max_length=8)
    detail = models.TextField(blank=True, default="")
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "change", "key"], name="check_once")]


class Impact(TenantModel):
    """What would have been different over the last `days`, by both versions on the same facts."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    change = TenantKey(ChangeRequest, related_name="impacts")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    days = models.PositiveSmallIntegerField(default=90)
    progress_ratio = models.FloatField(default=0)
    summary = models.JSONField(default=dict)
    error = models.TextField(blank=True, default="")
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(fields=["workspace", "change", "-asked_at"], name="impact_of_change"),
            models.Index(
                fields=["workspace", "asked_at"],
                condition=models.Q(state__in=["waiting", "running"]),
                name="impact_waiting",
            ),
        ]


class RuleProof(TenantModel):
    """What is proved of one list of lines: routing rules, criteria, score rules. `asked` is all that the proof depends
    on, `digest` its name; two drafts that say the same share it. `told` has an entry for each line."""

    digest = models.CharField(max_length=64)
    asked = models.JSONField()
    state = models.CharField(max_length=8, choices=Impact.State, default=Impact.State.WAITING)
    told = models.JSONField(default=list)
    error = models.TextField(blank=True, default="")
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "digest"], name="proof_once")]
        indexes = [
            models.Index(
                fields=["workspace", "asked_at"],
                condition=models.Q(state__in=["waiting", "running"]),
                name="proof_waiting",
            ),
        ]

    @property
    def is_under_way(self) -> bool:
        """Whether a worker still has to do something."""
        return self.state in (Impact.State.WAITING, Impact.State.RUNNING)

    @property
    def progress_ratio(self) -> float:
        """How many of the lines are done."""
        return len(self.told) / len(self.asked["lines"])


class Approval(TenantModel):
    """One colleague's answer to a change request; never one of its authors'."""

    change = TenantKey(ChangeRequest, related_name="approvals")
    member = TenantKey(Member, related_name="+")
    verdict = models.CharField(max_length=8, help_text="approved or rejected")
    note = models.TextField(blank=True, default="")
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "change", "member"], name="approval_once")]


class Acknowledgement(TenantModel):
    """A member has read what a published version changed."""

    version = models.PositiveIntegerField()
    member = TenantKey(Member, related_name="+")
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "version", "member"], name="acknowledged_once")]
