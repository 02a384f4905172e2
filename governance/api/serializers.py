"""Shapes of what governance takes and tells over the API."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from governance.api.following_shapes import AskedAnewOut, RetimingOut
from governance.api.shape_fields import Address, Anything, Confirmer, PlaceTitle
from governance.models import Authorship

MOST_EDITS = 500


@extend_schema_serializer(component_name="EditIn")
class ProposedEditIn(serializers.Serializer):
    """One edit: a path into the blueprint, such as `["seams", {"key": "marketing_to_sales"}, "answer_minutes"]`."""

    path = serializers.ListField(child=Anything(), min_length=1, max_length=8)
    after = Anything(allow_null=True)


class EditsIn(serializers.Serializer):
    """Edits of a draft."""

    edits = ProposedEditIn(many=True, max_length=MOST_EDITS)  # type: ignore[call-arg]


class ChangeIn(serializers.Serializer):
    """A change request to open."""

    title = serializers.CharField(max_length=200)
    reason = serializers.CharField(max_length=10_000, required=False, default="", allow_blank=True)
    edits = ProposedEditIn(many=True, required=False, default=list, max_length=MOST_EDITS)  # type: ignore[call-arg]
    submit = serializers.BooleanField(required=False, default=False)


class NoteIn(serializers.Serializer):
    """What an approver says."""

    note = serializers.CharField(max_length=4_000, required=False, default="", allow_blank=True)


class RollbackIn(serializers.Serializer):
    """Why, and how far back."""

    reason = serializers.CharField(max_length=4_000)
    to_version = serializers.IntegerField(min_value=1, max_value=1_000_000, required=False, allow_null=True)


class DaysIn(serializers.Serializer):
    """How far an impact looks back."""

    days = serializers.IntegerField(min_value=1, max_value=3_650, required=False, default=90)


class DocumentIn(serializers.Serializer):
    """A whole blueprint as JSON."""

    document: Any = serializers.DictField()


class VersionHeadOut(serializers.Serializer):
    """A published version."""

    number = serializers.IntegerField()
    summary = serializers.CharField()
    published_at = serializers.DateTimeField()
    published_by = serializers.CharField(source="published_by.email", allow_null=True)


class VersionOut(VersionHeadOut):
    """A published version with its document."""

    document: Any = serializers.DictField()


class GoneNameOut(serializers.Serializer):
    """A place of the blueprint that names somebody who is not here any more; it passes them over."""

    email = serializers.CharField()
    path = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment] # a field of the shape


class FindingOut(serializers.Serializer):
    """What one check said."""

    key = serializers.CharField()
    label = serializers.CharField()
    verdict = serializers.ChoiceField(["passed", "warned", "failed"])
    detail = serializers.CharField(allow_blank=True)


class EditOut(serializers.Serializer):
    """One edit, before and after."""

    path = serializers.ListField(child=Anything())
    spelled = serializers.CharField()
    title = PlaceTitle(source="*")
    before = Anything(allow_null=True)
    after = Anything(allow_null=True)


class QuestionOut(serializers.Serializer):
    """A question the impact would ask."""

    kind = serializers.CharField()
    about = serializers.CharField(allow_blank=True)


class PlanOut(serializers.Serializer):
    """What a document would change."""

    base_version = serializers.IntegerField()
    edits = EditOut(many=True)
    sides = serializers.ListField(child=serializers.CharField())
    checks = FindingOut(many=True)
    verdict = serializers.ChoiceField(["passed", "warned", "failed"])
    questions = QuestionOut(many=True)


class ChangeHeadOut(serializers.Serializer):
    """A change request in one line."""

    number = serializers.IntegerField()
    kind = serializers.CharField()
    state = serializers.CharField()
    in_setup = serializers.BooleanField()
    title = serializers.CharField()
    reason = serializers.CharField(allow_blank=True)
    author = Address(allow_null=True)
    base_version = serializers.IntegerField()
    published_version = serializers.IntegerField(allow_null=True)
    created_at = serializers.DateTimeField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    published_at = serializers.DateTimeField(allow_null=True)


@extend_schema_serializer(many=False)
class ChangePageOut(serializers.Serializer):
    """Change requests, and where the next page begins."""

    results = ChangeHeadOut(many=True)
    next = serializers.IntegerField(allow_null=True)


class AnswerOut(serializers.Serializer):
    """One colleague's answer."""

    member = serializers.CharField(source="member.email")
    verdict = serializers.CharField()
    note = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField()


class SetupChangeOut(serializers.Serializer):
    """One change that setup mode let through."""

    number = serializers.IntegerField()
    title = serializers.CharField()
    published_version = serializers.IntegerField(allow_null=True)
    published_at = serializers.DateTimeField(allow_null=True)
    author = Address(allow_null=True)
    confirmed_by = serializers.ListField(child=Confirmer(), source="approvals.all")


class SetupOut(serializers.Serializer):
    """Setup mode: since when (null once it ended), and what it let through."""

    since = serializers.DateTimeField(allow_null=True)
    changes = SetupChangeOut(many=True)


class SetupEndIn(serializers.Serializer):
    """Ending setup mode."""

    confirms = serializers.BooleanField(required=False, default=False)


class ReviewOut(serializers.Serializer):
    """The review of what was published before anybody else agreed: whether it waits, for whom, and until when."""

    is_waiting = serializers.BooleanField()
    owner = serializers.CharField(source="task.assignee.email", allow_null=True)
    due_at = serializers.DateTimeField(source="task.due_at", allow_null=True)


class DeedOut(serializers.Serializer):
    """One thing an author did. `person` answers for it and may not answer the request; `through` is their key."""

    what = serializers.ChoiceField(Authorship.What.values)
    person = Address()
    through = serializers.CharField(source="came_through", allow_blank=True)
    path = serializers.ListField(child=Anything(), allow_null=True)
    title = PlaceTitle(source="*", allow_blank=True)
    before = Anything(allow_null=True)
    after = Anything(allow_null=True)
    at = serializers.DateTimeField()


class ImpactHeadOut(serializers.Serializer):
    """How far the impact is."""

    state = serializers.CharField()
    progress_ratio = serializers.FloatField()


class ChangeOut(ChangeHeadOut):
    """Everything about one change request."""

    rolls_back = serializers.IntegerField(source="rolls_back.number", allow_null=True)
    trail = DeedOut(many=True)
    review = ReviewOut(allow_null=True)
    edits = EditOut(many=True)
    sides = serializers.ListField(child=serializers.CharField())
    checks = FindingOut(many=True)
    verdict = serializers.CharField()
    answers = AnswerOut(many=True)
    impact = ImpactHeadOut(allow_null=True)
    asked_anew = AskedAnewOut(source="followers.walk", allow_null=True)
    retiming = RetimingOut(source="followers.retiming", allow_null=True)


class ImpactOut(ImpactHeadOut):
    """What would have been different."""

    days = serializers.IntegerField(allow_null=True)
    asked_at = serializers.DateTimeField(allow_null=True)
    error = serializers.CharField(allow_blank=True)
    summary = serializers.DictField()
