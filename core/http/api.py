"""The API's door frame: who may, what shape comes in, one envelope for every error, cursors going out."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from rest_framework import exceptions, permissions, serializers
from rest_framework.authentication import SessionAuthentication
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle

from core.bounds import read_json
from core.errors import BadInput, NotFound, NotPermitted, Refusal
from core.http.promised import keep_promise
from core.people.limits import used_this_minute
from core.people.permissions import permit

TOO_BIG = {"22001", "22003", "22008"}  # PostgreSQL's codes for a text, a number, a date that its column cannot hold


class AlreadyEntered(SessionAuthentication):
    """The middleware let the principal in; a session must still prove the request is its own (CSRF)."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        member = getattr(request._request, "member", None)
        if member is None:
            return None
        if member.came_with is None:
            self.enforce_csrf(request)
        return member, member.came_with and member.came_with.id

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class MayDoThis(permissions.BasePermission):
    """The viewset names a verb for each of its actions: `verbs = {"list": "record.read", "create": "record.write"}`;
    and the call brings nothing but what its schema names."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if request.method == "OPTIONS":
            return True
        member = getattr(request._request, "member", None)
        if member is None:
            return False
        verb = view.verbs.get(view.action)
        if verb is None or (verb and request.method == "HEAD"):
            raise exceptions.MethodNotAllowed(request.method or "")
        if verb:
            permit(member, verb)
        keep_promise(request, view)
        return True


class KeyRate(BaseThrottle):
    """So many calls a minute per API key, as the key says; people are not counted. A silent Redis lets calls pass."""

    def allow_request(self, request: Request, view: Any) -> bool:
        member = getattr(request._request, "member", None)
        if member is None or member.came_with is None:
            return True
        most = member.came_with.per_minute
        used, self.seconds_left = used_this_minute(f"key-rate:{member.came_with.id}", timezone.now(), most)
        return used is None or used <= most  # without its count the limit sleeps, the API not

    def wait(self) -> float:
        return self.seconds_left


def at_the_door(request: HttpRequest) -> HttpResponse | None:
    """What a view of the API says before it begins its work (sign-in, its mark, its verb, its rate); None when it lets
    the call pass. For who answers in the view's place."""
    match = request.resolver_match
    view_class = getattr(match.func, "cls", None) if match else None
    if match is None or view_class is None:
        return None
    route: Any = match.func
    view = view_class(**route.initkwargs)
    view.action_map = route.actions
    view.args, view.kwargs = match.args, {name: it for name, it in match.kwargs.items() if name != "workspace"}
    asked = view.initialize_request(request, *view.args, **view.kwargs)
    view.request, view.headers = asked, view.default_response_headers
    try:
        view.initial(asked, *view.args, **view.kwargs)
    except (Refusal, exceptions.APIException, PermissionDenied, Http404) as refused:
        answer = view.finalize_response(asked, view.handle_exception(refused), *view.args, **view.kwargs)
        answer.render()
        return answer
    return None


class BoundedJSONParser(JSONParser):
    """JSON with bounds: no NUL, no lone surrogate, no abyss, no integer beyond the column, no NaN."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        try:
            text = stream.read().decode("utf-8")
        except UnicodeDecodeError as broken:
            raise BadInput(f"The body is not UTF-8: {broken}", code="bad_json") from None
        return read_json(text)


def answer_refusal(problem: Exception, context: dict[str, Any]) -> Response | None:
    """Every error in the one envelope `{code, detail, field, facts}`; whatever was written is undone."""
    if isinstance(problem, Http404):
        problem = NotFound()
    elif isinstance(problem, exceptions.ValidationError):
        problem = _validation(problem.detail)
    elif isinstance(problem, PermissionDenied):
        problem = NotPermitted(str(problem))
    elif isinstance(problem, DatabaseError) and getattr(problem.__cause__, "pgcode", None) in TOO_BIG:
        problem = BadInput("A value does not fit its column.", code="too_large")
    if not isinstance(problem, Refusal | exceptions.APIException):
        return None
    if transaction.get_connection().in_atomic_block:
        transaction.set_rollback(True)
    if isinstance(problem, Refusal):
        context["request"]._request.refusal = problem  # the security log is told of it later
        return Response(problem.as_json(), status=problem.status)
    from rest_framework.views import exception_handler  # its module reads our settings, which name this one

    answer, codes = exception_handler(problem, context), problem.get_codes()
    if answer is not None:
        code = codes if isinstance(codes, str) else "refused"
        answer.data = {"code": code, "detail": str(problem.detail), "field": None, "facts": {}}
    return answer


def _validation(detail: Any) -> BadInput:
    """DRF's nested errors as one envelope: the first field named, all of them listed in the facts."""
    errors = [{"field": where or None, "detail": sentence} for where, sentence in _flatten(detail, "")]
    first = errors[0] if errors else {"field": None, "detail": "The input has the wrong shape."}
    return BadInput(str(first["detail"]), field=first["field"], facts={"errors": errors[:100]})


def _flatten(detail: Any, where: str) -> Iterator[tuple[str, str]]:
    if isinstance(detail, dict):
        for key, inner in detail.items():
            below = f"{where}.{key}" if where else str(key)
            yield from _flatten(inner, where if key == "non_field_errors" else below)
    elif isinstance(detail, list):
        for inner in detail:
            yield from _flatten(inner, where)
    else:
        yield where, str(detail)


class Envelope(serializers.Serializer):
    """The shape of every error, for the schema."""

    code = serializers.CharField()
    detail = serializers.CharField()
    field = serializers.CharField(allow_null=True)
    facts = serializers.DictField()
