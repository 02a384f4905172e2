"""The API of playbooks: how far they are, beginning, skipping and stopping."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from blueprint.documents import blueprint_of
from core.http.api import Envelope
from core.http.paging import CURSOR, KeysetPages, PageOut
from core.http.params import word
from core.http.requests import ApiRequest
from core.http.viewsets import ApiViewSet
from handoffs.actions import playbooks_by_hand as by_hand
from handoffs.api.serializers import OfRecord, Somebody
from handoffs.models import PlaybookRun, RunStep
from handoffs.queries import playbook_progress as progress
from lifecycle.queries import record_for

REFUSED = {403: Envelope, 404: Envelope, 422: Envelope}
CHANGED = REFUSED | {409: Envelope}
FILTERS = [
    OpenApiParameter("playbook", str, description="Key of the playbook."),
    OpenApiParameter("state", str, enum=list(progress.STATES)),
    OpenApiParameter("whose", str, enum=["mine", "team"], description="Whose records."),
    OpenApiParameter("record", int, description="Number of the record."),
    OpenApiParameter("late", str, enum=["true"], description="Running, with an open step whose day is over."),
]


class RunStepOut(serializers.Serializer):
    """One step of a run: it waits until `comes_at`, is open until its task is done, or was skipped or let go with its
    reason."""

    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment] # a field of the shape
    due_on = serializers.DateField()
    comes_at = serializers.DateTimeField()
    state = serializers.ChoiceField(RunStep.State.choices)
    task = serializers.IntegerField(source="task.number", allow_null=True, default=None)
    assignee = Somebody(source="task.assignee", allow_null=True, default=None)
    decided_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField(allow_blank=True)


class PlaybookRunOut(serializers.Serializer):
    """A playbook as it was begun for a record, with its steps."""

    number = serializers.IntegerField(source="run.number")
    playbook = serializers.CharField(source="run.playbook")
    label = serializers.CharField(source="run.label")  # type: ignore[assignment] # a field of the shape
    record = OfRecord(source="run.record")
    state = serializers.ChoiceField(PlaybookRun.State.choices, source="run.state")
    counts_from = serializers.DateField(source="run.counts_from")
    began_at = serializers.DateTimeField(source="run.began_at")
    began_by = Somebody(source="run.began_by", allow_null=True)
    ended_at = serializers.DateTimeField(source="run.ended_at", allow_null=True)
    ended_by = Somebody(source="run.ended_by", allow_null=True)
    reason = serializers.CharField(source="run.reason", allow_blank=True)
    total = serializers.IntegerField()
    done = serializers.IntegerField()
    skipped = serializers.IntegerField()
    late = serializers.IntegerField()
    steps = RunStepOut(many=True)


class PlaybookRunPageOut(PageOut):
    """One keyset page of runs."""

    results = PlaybookRunOut(many=True)


class PlaybookFiguresOut(serializers.Serializer):
    """A playbook in force and how often it runs: now, and of those begun in the last 180 days."""

    key = serializers.CharField(source="playbook.key")
    label = serializers.CharField(source="playbook.label")  # type: ignore[assignment] # a field of the shape
    pipeline = serializers.CharField(source="playbook.pipeline")
    running = serializers.IntegerField()
    late = serializers.IntegerField(help_text="Running with an open step whose day is over.")
    done = serializers.IntegerField()
    stopped = serializers.IntegerField()
    done_ratio = serializers.FloatField(allow_null=True)


class BeginIn(serializers.Serializer):
    """Which playbook."""

    playbook = serializers.CharField(max_length=60)


class StopIn(serializers.Serializer):
    """Why it stops."""

    reason = serializers.CharField(max_length=300, allow_blank=True)


class SkipIn(serializers.Serializer):
    """Which step is skipped, and why."""

    step = serializers.CharField(max_length=60)
    reason = serializers.CharField(max_length=300, allow_blank=True)


@extend_schema(tags=["handoffs"])
class PlaybookViewSet(ApiViewSet):
    """The playbooks in force."""

    verbs = {"list": "handoff.read"}
    serializer_class = PlaybookFiguresOut

    @extend_schema(operation_id="playbooks_list", responses={200: PlaybookFiguresOut(many=True), 403: Envelope})
    def list(self, request: ApiRequest) -> Response:
        """Each with its figures, in the order of the blueprint."""
        return self.shown(progress.figures_of(blueprint_of(request.workspace), request.at), many=True)


@extend_schema(tags=["handoffs"])
class PlaybookRunViewSet(ApiViewSet):
    """Playbooks at work."""

    verbs = {"list": "handoff.read", "retrieve": "handoff.read", "stop": "record.write", "skip": "record.write"}
    serializer_class = PlaybookRunOut
    pagination_class = KeysetPages
    lookup_url_kwarg, lookup_value_converter = "number", "int"

    @extend_schema(
        operation_id="playbook_runs_list",
        parameters=[*FILTERS, *CURSOR],
        responses={200: PlaybookRunPageOut, **REFUSED},
    )
    def list(self, request: ApiRequest) -> Response:
        """Newest first."""
        filters = {each.name: word(request, each.name) for each in FILTERS}
        return self.paged(lambda after, size: progress.run_page(request.member, filters, request.at, after, size))

    @extend_schema(operation_id="playbook_runs_read", responses={200: PlaybookRunOut, 404: Envelope})
    def retrieve(self, request: ApiRequest, number: int) -> Response:
        """One run with its steps."""
        return self.shown(progress.run_numbered(number, request.at))

    @extend_schema(operation_id="playbook_runs_stop", request=StopIn, responses={200: PlaybookRunOut, **CHANGED})
    @action(detail=True, methods=["post"])
    def stop(self, request: ApiRequest, number: int) -> Response:
        """Stop it with a reason: what is to come is let go, open tasks are closed."""
        reason = self.given()["reason"]
        run = progress.run_numbered(number, request.at).run
        by_hand.stop_playbook(run, reason, by=request.member, at=request.at)
        return self.shown(progress.run_numbered(number, request.at))

    @extend_schema(operation_id="playbook_runs_skip", request=SkipIn, responses={200: PlaybookRunOut, **CHANGED})
    @action(detail=True, methods=["post"])
    def skip(self, request: ApiRequest, number: int) -> Response:
        """Skip a step that is to come or open, with a reason; its task is closed."""
        asked, run = self.given(), progress.run_numbered(number, request.at).run
        by_hand.skip_step(run, asked["step"], asked["reason"], by=request.member, at=request.at)
        return self.shown(progress.run_numbered(number, request.at))


@extend_schema(tags=["handoffs"])
class RecordPlaybookViewSet(ApiViewSet):
    """Playbooks of one record."""

    verbs = {"playbooks": "handoff.read", "begin": "record.write"}
    serializer_class = PlaybookRunOut

    @extend_schema(
        operation_id="records_playbooks", responses={200: PlaybookRunOut(many=True), 403: Envelope, 404: Envelope}
    )
    @action(detail=False)
    def playbooks(self, request: ApiRequest, number: int) -> Response:
        """Those that run, then the newest."""
        return self.shown(progress.runs_of(record_for(number), request.at), many=True)

    @extend_schema(operation_id="records_begin_playbook", request=BeginIn, responses={201: PlaybookRunOut, **CHANGED})
    @playbooks.mapping.post
    def begin(self, request: ApiRequest, number: int) -> Response:
        """Begin a playbook of the record's pipeline, whatever its trigger says."""
        key = self.given()["playbook"]
        run = by_hand.begin_playbook(record_for(number), key, by=request.member, at=request.at)
        return self.shown(progress.run_numbered(run.number, request.at), status=201)
