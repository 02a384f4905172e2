"""What is done to a change request: each verb is a small resource, made by a POST."""

from abc import ABC, abstractmethod

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.http.api import Envelope
from core.http.params import body
from governance import queries
from governance.actions import deciding, submitting
from governance.actions.publishing import publish
from governance.actions.rolling_back import roll_back
from governance.api import serializers as shapes
from governance.api.told import REFUSED, change_out
from governance.models import ChangeRequest

ANSWERS = {201: shapes.ChangeOut, 404: Envelope, **REFUSED}


class Verb(ABC, APIView):
    """A small resource that a POST makes."""

    def post(self, request: Request, number: int) -> Response:
        """Do it, and answer with the request as it is then."""
        change = queries.change_for(request.member, number)
        shown = self.act(request, change) or change
        return Response(change_out(shown), status=201)

    @abstractmethod
    def act(self, request: Request, change: ChangeRequest) -> ChangeRequest | None:
        """What the verb means; answers with another request where that is what to tell of."""


@extend_schema(request=None, responses=ANSWERS)
class Submission(Verb):
    """Freeze the draft, run the checks, ask for the impact and for review."""

    verbs = {"POST": "change.propose"}

    def act(self, request: Request, change: ChangeRequest) -> None:
        submitting.submit(change, by=request.member, at=request.at)


@extend_schema(request=shapes.NoteIn, responses=ANSWERS)
class Approval(Verb):
    """Agree; never the author, never a program."""

    verbs = {"POST": "change.approve"}

    def act(self, request: Request, change: ChangeRequest) -> None:
        deciding.approve(change, by=request.member, at=request.at, note=body(request, shapes.NoteIn)["note"])


@extend_schema(request=shapes.NoteIn, responses=ANSWERS)
class Rejection(Verb):
    """Turn down, with a note that says why."""

    verbs = {"POST": "change.approve"}

    def act(self, request: Request, change: ChangeRequest) -> None:
        deciding.reject(change, by=request.member, at=request.at, note=body(request, shapes.NoteIn)["note"])


@extend_schema(request=None, responses=ANSWERS)
class Withdrawal(Verb):
    """Take back before it is published."""

    verbs = {"POST": "change.propose"}

    def act(self, request: Request, change: ChangeRequest) -> None:
        deciding.withdraw(change, by=request.member, at=request.at)


@extend_schema(request=None, responses=ANSWERS)
class Publication(Verb):
    """Make an approved request the next version."""

    verbs = {"POST": "change.publish"}

    def act(self, request: Request, change: ChangeRequest) -> None:
        publish(change, by=request.member, at=request.at)


@extend_schema(request=shapes.RollbackIn, responses=ANSWERS)
class Rollback(Verb):
    """Ask to restore the version before a published request; answers with the new request, which is in review."""

    verbs = {"POST": "change.propose"}

    def act(self, request: Request, change: ChangeRequest) -> ChangeRequest:
        asked = body(request, shapes.RollbackIn)
        return roll_back(
            change, by=request.member, at=request.at, reason=asked["reason"], to_version=asked.get("to_version")
        )
