"""Viewsets and routers of the API: one viewset for each noun, one action for each verb."""

from typing import Any, ClassVar

from rest_framework.pagination import BasePagination
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import GenericViewSet

from core.http.promised import body_of


class ApiViewSet(GenericViewSet):
    """The calls about one noun. `verbs` says for each action which verb of the permissions it needs, "" where coming in
    is enough; `serializer_class` writes the answers, and the shape in an action's schema reads its body."""

    verbs: ClassVar[dict[str, str]] = {}
    pagination_class: type[BasePagination] | None = None

    def given(self) -> dict[str, Any]:
        """The body, checked and completed by the shape that the schema of the action names. Raises BadInput for a key
        that the shape does not have, at any depth, and DRF's ValidationError."""
        return body_of(self.request, self)

    def shown(
        self,
        found: Any,
        shape: type[BaseSerializer] | None = None,
        *,
        many: bool = False,
        status: int = 200,
        headers: dict[str, str] | None = None,
    ) -> Response:
        """An answer of what was found, written by `shape` or the serializer of the viewset."""
        write = shape or self.get_serializer_class()
        written = write(found, many=many, context=self.get_serializer_context())
        return Response(written.data, status=status, headers=headers)

    def paged(self, rows: Any, shape: type[BaseSerializer] | None = None) -> Response:
        """One page of the rows: of a queryset, or for `KeysetPages` of what reads a page."""
        return self.get_paginated_response(self.shown(self.paginate_queryset(rows), shape, many=True).data)


class ApiRouter(SimpleRouter):
    """Addresses without a slash at the end, with the converters of Django's paths."""

    def __init__(self) -> None:
        super().__init__(trailing_slash=False, use_regex_path=False)
