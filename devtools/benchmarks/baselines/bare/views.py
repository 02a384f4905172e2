"""What one writes first: ModelSerializers over the models."""

import os
from uuid import uuid4

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.views.generic import ListView
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ModelViewSet

from devtools.benchmarks.baselines.bare.models import Account, Handoff, Member, Record, Stage, Word

WORKSPACE = os.environ.get("BENCH_WORKSPACE", "")
PAGE = 50
INBOX = 25


class AccountOut(serializers.ModelSerializer):
    class Meta:
        model = Account
        fields = ("number", "name")


class MemberOut(serializers.ModelSerializer):
    class Meta:
        model = Member
        fields = ("name", "email")


class RecordOut(serializers.ModelSerializer):
    owner = MemberOut(read_only=True)
    account = AccountOut(read_only=True)
    stage = serializers.SlugRelatedField("key", read_only=True)

    class Meta:
        model = Record
        fields = (
            *("number", "kind", "name", "email", "domain", "source", "account", "owner", "stage", "opened_at"),
            *("entered_stage_at", "score", "amount", "currency", "mrr", "closes_on", "renews_on", "last_activity_at"),
            *("properties", "created_at", "updated_at"),
        )
        read_only_fields = ("number", "opened_at", "entered_stage_at")


class RecordViewSet(ModelViewSet):
    """Read, list of one kind, add one or many, find by address."""

    serializer_class = RecordOut
    lookup_field = "number"

    def get_queryset(self) -> QuerySet[Record]:
        found = Record.objects.filter(workspace_id=WORKSPACE).prefetch_related("stage", "owner", "account")
        for name in ("kind", "email"):
            if name in self.request.query_params:
                found = found.filter(**{name: self.request.query_params[name]})
        return found.order_by("-created_at", "-id")

    def list(self, request: Request) -> Response:
        return Response(RecordOut(self.get_queryset()[:PAGE], many=True).data)

    def create(self, request: Request) -> Response:
        """One row, or a row for each of a list."""
        serializer = RecordOut(data=request.data, many=isinstance(request.data, list))
        serializer.is_valid(raise_exception=True)
        first = Stage.objects.get(key="subscriber", pipeline_id=os.environ["BENCH_PIPELINE"])
        rows = serializer.validated_data if isinstance(request.data, list) else [serializer.validated_data]
        fixed = {"workspace_id": WORKSPACE, "stage": first, "pipeline_id": first.pipeline_id}
        made = Record.objects.bulk_create(Record(**row, **fixed, number=uuid4().int >> 66) for row in rows)
        return Response(RecordOut(made, many=True).data, status=201)

    @action(detail=False)
    def search(self, request: Request) -> Response:
        """Those that have all words."""
        found = self.get_queryset()
        for word in request.query_params["q"].split():
            found = found.filter(id__in=Word.objects.filter(workspace_id=WORKSPACE, token=word).values("record_id"))
        return Response(RecordOut(found[:PAGE], many=True).data)


class HandoffOut(serializers.ModelSerializer):
    record = RecordOut(read_only=True)
    assignee = MemberOut(read_only=True)

    class Meta:
        model = Handoff
        fields = (
            *("number", "state", "record", "assignee", "offered_at", "due_at", "breached_at", "answered_at", "packet"),
        )


class HandoffViewSet(ModelViewSet):
    """List, of one assignee if asked, and accept."""

    serializer_class = HandoffOut
    lookup_field = "number"

    def get_queryset(self) -> QuerySet[Handoff]:
        found = Handoff.objects.filter(workspace_id=WORKSPACE)
        joined = ("assignee", "record__stage", "record__owner", "record__account")
        return found.prefetch_related(*joined).order_by("-offered_at", "-id")

    def list(self, request: Request) -> Response:
        found = self.get_queryset()
        if "assignee" in request.query_params:
            found = found.filter(assignee_id=request.query_params["assignee"], state="offered")
        return Response(HandoffOut(found[: int(request.query_params.get("limit", PAGE))], many=True).data)

    @action(detail=True, methods=["post"])
    def acceptance(self, request: Request, number: str) -> Response:
        """Answer it, and let its record advance."""
        with transaction.atomic():
            handoff = self.get_queryset().select_for_update().get(number=number, state="offered")
            handoff.state, handoff.answered_at, handoff.next_step_at = "accepted", timezone.now(), None
            handoff.save()
            record = handoff.record
            record.stage = Stage.objects.get(key="sal", pipeline_id=record.pipeline_id)
            record.entered_stage_at = record.updated_at = handoff.answered_at
            record.save()
        return Response(HandoffOut(handoff).data)


class Inbox(ListView):
    """What waits for one member, due first, by a plain template: names, words and the two buttons of each row."""

    template_name = "inbox.html"

    def get_queryset(self) -> QuerySet[Handoff]:
        mine = {"assignee_id": self.request.GET["assignee"], "state": "offered"}
        found = Handoff.objects.filter(workspace_id=WORKSPACE, **mine)
        return found.select_related("record__account", "assignee").order_by("due_at", "id")[:INBOX]
