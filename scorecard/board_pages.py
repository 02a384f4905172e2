"""The pages of boards of one's own."""

from __future__ import annotations

from functools import cached_property
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.forms.models import model_to_dict
from django.http import HttpResponse
from django.views import View

from core.http.requests import WorkspaceRequest
from core.http.web import done, page, tried
from core.people.permissions import may, permit
from scorecard import exports, queries
from scorecard.actions.board_keeping import change_board, drop_board, make_board
from scorecard.actions.mailing_boards import mail_board
from scorecard.forms import OwnBoardForm
from scorecard.metric_query import DEFAULT_PERIOD, standpoint_asked
from scorecard.models import MetricBoard
from scorecard.queries.board_mails import mail_of, mailing_of, mails_of
from scorecard.queries.boards import seen_from
from scorecard.queries.funnel_journeys import funnel_segments
from scorecard.queries.own_boards import board_figures, boards_for, own_board
from scorecard.rules.mailing_days import EVERY


def narrowed_fields(own: MetricBoard) -> dict[str, str]:
    """What a board is narrowed by, as the fields of a query and of its form."""
    found = {"segment": own.segment, "value": own.value} if own.value else {}
    for place, (segment, value) in enumerate(own.narrowed, 2):
        found |= {f"segment{place}": segment, f"value{place}": value}
    return found


def filters_of(own: MetricBoard) -> list[tuple[str, str]]:
    """Everything a board is narrowed by."""
    return [*([(own.segment, own.value)] if own.value else []), *own.narrowed]


class OfBoards(View):
    """Who may, and the registry of metrics."""

    request: WorkspaceRequest

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        permit(request.member, "scorecard.read")
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def board(self) -> queries.Board:
        """What the workspace measures now."""
        return queries.board_of(self.request.workspace, self.request.at)

    @property
    def seen(self) -> queries.Board:
        """The same from where the address asks to see the past: on a day, by what was known then."""
        return seen_from(self.board, standpoint_asked(self.request.GET.dict()))

    def filled(self, form: OwnBoardForm, title: str, own: MetricBoard | None = None) -> HttpResponse:
        """The form, fresh or refused."""
        status = 422 if form.errors else 200
        context = {"form": form, "title": title, "own": own}
        return page(self.request, "scorecard/board_form.html", context, status=status)


class BoardsPage(OfBoards):
    """The boards a member may open."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        context = {"boards": boards_for(request.member), "writes": may(request.member, "board.write")}
        return page(request, "scorecard/boards.html", context)


class NewBoard(OfBoards):
    """A board to begin with."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "board.write")
        return self.filled(OwnBoardForm(board=self.board, initial=self._as_shown()), "New board")

    def _as_shown(self) -> dict[str, Any]:
        """What the scorecard showed where the board was begun there: its headline, narrowed as it was."""
        given = {"period": DEFAULT_PERIOD} | self.request.GET.dict()
        if not self.request.GET:
            return given
        headline = [metric.key for metric in self.board.blueprint.metrics if metric.headline]
        return given | {"metrics": headline}

    def post(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "board.write")
        form = OwnBoardForm(request.POST, board=self.board)
        if made := tried(form, make_board, self.board, by=request.member, at=request.at):
            return done(request, f"{made.name} is kept.", "scorecard:board", made.number)
        return self.filled(form, "New board")


class BoardPage(OfBoards):
    """One board, as it is today or as it was known on a day."""

    def get(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        own, board = own_board(request.member, number), self.seen
        told = board_figures(board, own)
        asked: dict[str, Any] = {"period": own.period, "compare": own.compare}
        if day := board.standpoint.known_on:
            days = told.found.period
            asked |= {"period": "custom", "from": days.first, "to": days.last, "known_on": day}
        context = {
            "own": own,
            "standpoint": board.standpoint,
            "told": told,
            "found": told.found,
            "currency": self.board.currency,
            "is_mine": own.owner_id == request.member.pk and may(request.member, "board.write"),
            "segment_label": self.board.segment_label(own.segment) if own.segment else "",
            "query": urlencode({**asked, **narrowed_fields(own)}),
            "opens_funnel": all(segment in funnel_segments(board) for segment, _ in filters_of(own)),
            "filters": [(self.board.segment_label(segment), value) for segment, value in own.narrowed],
            "at": request.at,
            "may_mail": may(request.member, "board.write"),
            "mailing": mailing_of(own, request.member),
            "mailing_days": EVERY,
            "mails": mails_of(own, request.member),
        }
        return page(request, "scorecard/board.html", context)


class BoardMailingPage(OfBoards):
    """How often a member gets a board by mail."""

    def post(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        permit(request.member, "board.write")
        own = own_board(request.member, number)
        every = request.POST.get("every", "")
        mail_board(own, every, by=request.member, at=request.at)
        said = f"You get it {EVERY[every].lower()}." if every else "It is not mailed to you."
        return done(request, said, "scorecard:board", number)


class BoardMailPage(OfBoards):
    """A board as it was sent."""

    def get(self, request: WorkspaceRequest, mail_id: UUID) -> HttpResponse:
        mail = mail_of(request.member, mail_id)
        return page(request, "scorecard/board_mail.html", {"mail": mail, "told": mail.told})


class BoardFile(OfBoards):
    """The same as a file."""

    def get(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        own = own_board(request.member, number)
        return exports.taken(request, exports.scorecard_file(board_figures(self.seen, own).found))


class BoardEdit(OfBoards):
    """What a board shows, by its owner."""

    def get(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        permit(request.member, "board.write")
        own = own_board(request.member, number)
        return self.filled(
            OwnBoardForm(board=self.board, initial=model_to_dict(own) | narrowed_fields(own)), own.name, own
        )

    def post(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        permit(request.member, "board.write")
        own = own_board(request.member, number)
        form = OwnBoardForm(request.POST, board=self.board)
        if tried(form, change_board, own, self.board, by=request.member, at=request.at):
            return done(request, "The board is changed.", "scorecard:board", number)
        return self.filled(form, own.name, own)


class BoardRemoval(OfBoards):
    """A board taken away by its owner."""

    def post(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        permit(request.member, "board.write")
        own = own_board(request.member, number)
        drop_board(own, by=request.member, at=request.at)
        return done(request, f"{own.name} is gone.", "scorecard:boards")
