"""The sample company of a workspace, for programs."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from core.http.requests import ApiRequest
from core.http.viewsets import ApiViewSet
from core.people.sample_company import enter_sample, make_sample, remove_sample, sample_company


class SampleCompanyOut(serializers.Serializer):
    """A made-up company to look around in: `workspace` is its address once it is ready."""

    state = serializers.ChoiceField(["none", "making", "ready"])
    progress_ratio = serializers.FloatField(min_value=0, max_value=1)
    workspace = serializers.CharField(allow_null=True)


class SampleEntranceOut(serializers.Serializer):
    """Where the caller is now an owner."""

    slug = serializers.CharField()


@extend_schema(tags=["people"])
class SampleCompanyViewSet(ApiViewSet):
    """A workspace of its own beside this one. Nothing of it counts here, no mail leaves it, and it goes as a whole."""

    verbs = {each: "workspace.manage" for each in ("sample_company", "make", "remove", "entrance")}
    serializer_class = SampleCompanyOut

    @extend_schema(operation_id="sample_company")
    @action(detail=False, url_path="sample-company")
    def sample_company(self, request: ApiRequest) -> Response:
        """Whether there is one, and how far its making has come."""
        return self.shown(sample_company(request.workspace))

    @extend_schema(operation_id="sample_company_make", request=None, responses={202: SampleCompanyOut})
    @sample_company.mapping.post
    def make(self, request: ApiRequest) -> Response:
        """Ask for one; where there is one, that stays. A worker makes it within seconds."""
        make_sample(by=request.member, at=request.at)
        return self.shown(sample_company(request.workspace), status=202)

    @extend_schema(operation_id="sample_company_remove", request=None, responses={204: None})
    @sample_company.mapping.delete
    def remove(self, request: ApiRequest) -> Response:
        """Take it away with everything in it."""
        remove_sample(by=request.member, at=request.at)
        return Response(status=204)

    @extend_schema(operation_id="sample_company_enter", request=None, responses={201: SampleEntranceOut})
    @action(detail=False, methods=["post"], url_path="sample-company/entrance")
    def entrance(self, request: ApiRequest) -> Response:
        """Become an owner of it, to look around. For people: a key enters nothing but its own workspace."""
        return self.shown(enter_sample(by=request.member, at=request.at), SampleEntranceOut, status=201)
