"""The pages of the scorecard: headline, one metric, the rows behind it, the funnel and its seams."""

from typing import Any

from django.http import HttpResponse
from django.views import View

from core.http.requests import WorkspaceRequest
from core.http.web import page
from core.people.permissions import permit
from scorecard import exports, queries
from scorecard import presenters as showing
from scorecard.actions import note_view
from scorecard.metric_query import MetricQuery, asked
from scorecard.queries import Board


class Read(View):
    """A page of the scorecard: who may, which board, what is asked."""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        permit(request.member, "scorecard.read")
        self.board: Board = queries.board_of(request.workspace, request.at)
        self.asked: MetricQuery = asked(self.board, request.GET.dict())
        return super().dispatch(request, *args, **kwargs)


def attachment(text: str, name: str) -> HttpResponse:
    """A CSV file to keep."""
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


class ScorecardPage(Read):
    """The headline everybody shares."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        board, question = self.board, self.asked
        note_view(board, request.member, request.at)
        found = queries.scorecard(board, question.period, segment=question.segment, value=question.value)
        segments = list(dict.fromkeys(s for metric in board.measurable for s in board.segments(metric)))
        context = {
            **showing.choices(board, question, segments, [value for value, _ in found.matrix]),
            "found": found,
            "headline": [showing.card(board, card) for card in found.headline],
            "others": [showing.card(board, card) for card in found.others],
            "chart": showing.courses_chart(found),
            "matrix": showing.matrix(board, found) if found.matrix else None,
            "is_empty": not any(c.figure.denominator or c.figure.open_count for c in found.cards),
            "query": question.query(),
        }
        return page(request, "scorecard/scorecard.html", context)


class ScorecardFile(Read):
    """The same as a file."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        question = self.asked
        found = queries.scorecard(self.board, question.period, segment=question.segment, value=question.value)
        return attachment(exports.scorecard_csv(found), "scorecard")


class MetricPage(Read):
    """One metric in full."""

    def get(self, request: WorkspaceRequest, key: str) -> HttpResponse:
        board, question = self.board, self.asked
        metric = board.metric(key)
        by = question.by or next(iter(board.segments(metric)), "")
        found = queries.measured(
            board,
            metric,
            question.period,
            step=question.step,
            segment=question.segment if question.value else "",
            value=question.value,
            by=by,
        )
        question = MetricQuery(**{**question.__dict__, "by": by})
        context = {
            **showing.choices(board, question, [], []),
            **showing.metric_page(board, found, question),
            "query": question.query(),
            "ages": queries.ages_by_stage(
                board,
                metric,
                question.period,
                segment=question.segment if question.value else "",
                value=question.value,
            ),
            "query_rows": question.query(by="", step=""),
            "query_by": question.query(by="", segment="", value="", part="", step=""),
        }
        return page(request, "scorecard/metric.html", context)


class MetricFile(Read):
    """One metric as a file."""

    def get(self, request: WorkspaceRequest, key: str) -> HttpResponse:
        question, metric = self.asked, self.board.metric(key)
        return attachment(metric_file(self.board, question, key), metric.key)


def metric_file(board: Board, question: MetricQuery, key: str) -> str:
    """The figures of a metric, for page and API alike."""
    found = queries.measured(
        board,
        board.metric(key),
        question.period,
        step=question.step,
        segment=question.segment if question.value else "",
        value=question.value,
        by=question.by,
    )
    return exports.metric_csv(found, question.by)


class RowsPage(Read):
    """The rows behind a number."""

    def get(self, request: WorkspaceRequest, key: str) -> HttpResponse:
        question = self.asked
        found = rows_of(self.board, question, key)
        context = {
            **showing.behind(self.board, found),
            "asked": question,
            "segment_label": self.board.segment_label(question.segment) if question.segment else "",
            "query": question.query(),
            "query_part": question.query(part=""),
            "earlier": question.query(page=found.page - 1) if found.page > 1 else "",
            "later": question.query(page=found.page + 1) if found.page < found.pages else "",
        }
        return page(request, "scorecard/rows.html", context)


class RowsFile(Read):
    """The rows behind a number as a file, the newest hundred thousand."""

    def get(self, request: WorkspaceRequest, key: str) -> HttpResponse:
        found = rows_of(self.board, MetricQuery(**{**self.asked.__dict__, "page": 1, "limit": exports.MOST_ROWS}), key)
        return attachment(exports.rows_csv(found), f"{key}-rows")


def rows_of(board: Board, question: MetricQuery, key: str) -> queries.Behind:
    """The rows behind a metric, for page and API alike; a segment without a value is the whole."""
    return queries.rows_behind(
        board,
        board.metric(key),
        question.period,
        segment=question.segment if question.value else "",
        value=question.value,
        part=question.part,
        page=question.page,
        limit=question.limit,
    )


class FunnelPage(Read):
    """First touch to renewal on one page, the seams as lines between the teams."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        found = queries.funnel(self.board, self.asked.period)
        context = {
            **showing.choices(self.board, self.asked, [], []),
            "found": found,
            "bands": [(band, showing.line(band.line) if band.line else None) for band in found.bands],
            "most": max([1, *(step.count for band in found.bands for step in band.steps)]),
            "query": self.asked.query(),
        }
        return page(request, "scorecard/funnel.html", context)


class StepPage(Read):
    """The journeys that entered a step."""

    def get(self, request: WorkspaceRequest, key: str) -> HttpResponse:
        question = self.asked
        step, rows = queries.step_rows(self.board, question.period, key, page=question.page, limit=question.limit)
        last = max(1, -(-step.count // question.limit))
        context = {
            "step": step,
            "rows": rows,
            "asked": question,
            "last": last,
            "query": question.query(),
            "earlier": question.query(page=question.page - 1) if question.page > 1 else "",
            "later": question.query(page=question.page + 1) if question.page < last else "",
        }
        return page(request, "scorecard/step.html", context)


class SeamDoor(Read):
    """One seam: what came across, what was refused and why, what is late now."""

    def get(self, request: WorkspaceRequest, key: str) -> HttpResponse:
        board, question = self.board, self.asked
        found = queries.seam_page(board, question.period, key)
        told = queries.scorecard(board, question.period)
        context = {
            **showing.choices(board, question, [], []),
            **showing.line(found.line),
            "found": found,
            "cards": [showing.card(board, card) for card in told.cards if card.metric.key in found.metric_keys],
            "query": question.query(),
        }
        return page(request, "scorecard/seam.html", context)
