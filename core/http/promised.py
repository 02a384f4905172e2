"""What a call promises to read is all it reads: a key of the body or the query that its schema does not name is
refused.

A program that misspells `owner` must hear of it; an answer of 200 would let it believe that the owner changed. The
schema of the call (`extend_schema`) is the one list: what is documented is accepted, and nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rest_framework import serializers
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.request import Request

from core.errors import BadInput

LONGEST_NAME = 120


@dataclass(frozen=True)
class Promise:
    """`body`: an instance of the shape, None for a call without a body, ANY where the action checks the keys itself.
    `query`: the parameters it reads, None of a call without a schema, which promises nothing."""

    body: Any
    query: frozenset[str] | None


ANY = object()
BODILESS = ("GET", "DELETE")


def keep_promise(request: Request, view: Any) -> None:
    """Asked after who may, before anything is done. Raises BadInput that names the first unknown key."""
    promise = promise_of(view.__class__, view.action, request.method or "")
    if promise.query is not None:
        for key in request.query_params:
            if key not in promise.query:
                raise _unknown(key)
    length = request.META.get("CONTENT_LENGTH") or "0"
    has_body = (length.isdecimal() and int(length) > 0) or "HTTP_TRANSFER_ENCODING" in request.META
    if not has_body or promise.body is ANY:
        return
    parser = request.negotiator.select_parser(request, request.parsers or ())  # type: ignore[union-attr]
    if promise.body is not None:
        if isinstance(parser, JSONParser | FormParser | MultiPartParser) and isinstance(request.data, Mapping):
            refuse_unknown(promise.body, request.data, is_deep=False)
        return
    given = request.data if isinstance(parser, JSONParser) else request._request.POST
    if isinstance(given, Mapping):
        for key in given:
            raise _unknown(str(key))
    elif given not in (None, "", []):
        raise BadInput("This call takes no body.", code="unknown_field")


@lru_cache(maxsize=1_000)
def promise_of(view_class: Any, action: str, method: str) -> Promise:
    """What the schema of an action says the call reads."""
    named = getattr(getattr(view_class, action, None), "kwargs", {})
    if "schema" not in named:
        return Promise(ANY, None)
    view, schema = view_class(), named["schema"]()
    view.request, view.kwargs = None, {}
    schema.view, schema.method = view, method
    query = {each.name for each in schema.get_override_parameters() if each.location == "query"}
    pages = named.get("pagination_class") or (view_class.pagination_class if action == "list" else None)
    if pages is not None:
        query |= {pages.cursor_query_param, pages.page_size_query_param}
    return Promise(None if method in BODILESS else _shape(schema.get_request_serializer()), frozenset(query))


def body_of(request: Request, view: Any) -> dict[str, Any]:
    """The body, checked and completed by the shape that the schema of the action names. Raises BadInput for a key that
    the shape does not have, at any depth, and DRF's ValidationError, which is told as a 422."""
    shape = promise_of(view.__class__, view.action, request.method or "").body
    given = type(shape)(data=request.data, partial=shape.partial)
    refuse_unknown(given, request.data)
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)


def _shape(declared: Any) -> Any:
    if isinstance(declared, dict):  # by media type; JSON and forms are checked by the first shape there is
        made = (each() if isinstance(each, type) else each for each in declared.values())
        return next((each for each in made if isinstance(each, serializers.BaseSerializer)), ANY)
    return declared() if isinstance(declared, type) else declared


def refuse_unknown(shape: Any, given: Any, where: str = "", *, is_deep: bool = True) -> None:  # noqa: C901
    """Raises BadInput naming the first key of `given`, at any depth, that `shape` does not have."""
    if isinstance(shape, serializers.ListSerializer | serializers.ListField):
        if isinstance(given, list):
            for place, each in enumerate(given):
                refuse_unknown(shape.child, each, f"{where}[{place}]")
    elif isinstance(shape, serializers.DictField):
        if isinstance(given, Mapping):
            for key, each in given.items():
                refuse_unknown(shape.child, each, f"{where}.{key}")
    elif isinstance(shape, serializers.Serializer) and isinstance(given, Mapping):
        fields = {name: field for name, field in shape.fields.items() if not field.read_only}
        for key in given:
            if key not in fields:
                raise _unknown(str(key), where)
        if is_deep:
            for name, field in fields.items():
                if name in given:
                    refuse_unknown(field, given[name], f"{where}.{name}" if where else name)


def _unknown(key: str, where: str = "") -> BadInput:
    name = f"{where}.{key}" if where else key
    return BadInput(f"There is no field called “{key[:80]}”.", code="unknown_field", field=name[:LONGEST_NAME])
