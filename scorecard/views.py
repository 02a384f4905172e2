"""The pages of the scorecard: headline, one metric, the rows behind it, the funnel and its seams."""

from dataclasses import replace
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.views import View

from core.http.growing import GrowingFile
from core.http.requests import WorkspaceRequest
from core.http.web import page
from core.people.permissions import may, permit
from scorecard import chart_data, exports, presenters, queries
from scorecard.actions import note_view
from scorecard.list_exports import rows_file, step_file
from scorecard.metric_query import MetricQuery, asked
from scorecard.queries.funnel_journeys import funnel_segments
from scorecard.rules import wording
from scorecard.rules.funnel_cohorts import COHORTS, SPLITS
from scorecard.rules.standpoint import USUAL

MOST_VALUES = 12  # of a split funnel that are shown; its file has all of them


class Read(View):
    """A page of the scorecard: who may, which board, what is asked."""

    verb = "scorecard.read"
    tells_past = True
    """Whether it can be seen from another standpoint than that of now."""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        permit(request.member, self.verb)
        self.board = queries.board_of(request.workspace, request.at)
        self.asked: MetricQuery = asked(self.board, request.GET.dict())
        self.is_from_elsewhere = not (self.tells_past or self.asked.standpoint.is_usual)
        if self.is_from_elsewhere:
            self.asked = replace(self.asked, standpoint=USUAL)
        self.board = self.asked.seen(self.board)
        return super().dispatch(request, *args, **kwargs)

    def shown(self, template: str, **context: Any) -> HttpResponse:
        """A page with the bar for the period above it."""
        return page(self.request, f"scorecard/{template}", presenters.choices(self.board, self.asked) | context)  # type: ignore[arg-type]

    def newer_and_older(self, number: int, last: int) -> dict[str, str]:
        """Where the pages of rows before and after this one are."""
        return {
            "earlier": self.asked.query(page=number - 1) if number > 1 else "",
            "later": self.asked.query(page=number + 1) if number < last else "",
        }


class ScorecardPage(Read):
    """The headline everybody shares."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        if "narrow_value" in request.GET:
            return HttpResponseRedirect(f"?{self.asked.query()}")
        board = self.board
        note_view(board, request.member, request.at)
        found, segments = self.asked.scorecard(board), board.all_segments
        return self.shown(
            "scorecard.html",
            **presenters.filters(board, self.asked, segments),
            segments=list(segments.items()),
            values=[value for value, _ in found.matrix],
            found=found,
            unread=[each.label for each in board.blueprint.metrics if each not in found.card_metrics],
            multiples=chart_data.share_multiples(found),
        )


class ScorecardFile(Read):
    """The same as a file."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        return exports.taken(request, exports.scorecard_file(self.asked.scorecard(self.board)))


class MetricPage(Read):
    """One metric in full."""

    def get(self, request: WorkspaceRequest, key: str) -> HttpResponse:
        board = self.board
        segments = {segment: board.segment_label(segment) for segment in board.segments(board.metric(key))}
        if "narrow_value" in request.GET:
            return HttpResponseRedirect(f"?{self.asked.query()}")
        if not self.asked.by:
            self.asked = replace(self.asked, by=next(iter(segments), ""))
        question = self.asked
        found = question.measured(board, key)
        return self.shown(
            "metric.html",
            **presenters.metric_page(board, found, question),
            **presenters.filters(board, question, segments),
            ages=question.ages(board, key),
            may_open_imports=may(request.member, "record.import"),
            query_rows=question.query(by="", step=""),
            query_by=question.query(by="", segment="", value="", beside="", part="", step=""),
        )


class WhyPage(Read):
    """Why a metric moved against the days it is compared with."""

    def get(self, request: WorkspaceRequest, key: str) -> HttpResponse:
        board = self.board
        segments = board.segments(board.metric(key))
        if not self.asked.by:
            self.asked = replace(self.asked, by=next(iter(segments), ""))
        found = self.asked.why_moved(board, key)
        return self.shown(
            "why.html",
            found=found,
            metric=found.metric,
            by_label=board.segment_label(found.by) if found.by else "",
            segments_by=[(segment, board.segment_label(segment)) for segment in segments],
            causes=[(cause, wording.effect(cause.effect, found.metric.unit, board.currency)) for cause in found.causes],
            change=wording.effect(found.change, found.metric.unit, board.currency),
            parts=presenters.contributions(found, board.currency),
        )


class MetricFile(Read):
    """One metric as a file."""

    def get(self, request: WorkspaceRequest, key: str) -> HttpResponse:
        return exports.taken(request, exports.metric_file(self.asked.measured(self.board, key), self.asked.by))


class RowsPage(Read):
    """The rows behind a number."""

    verb = "rows.read"

    def get(self, request: WorkspaceRequest, key: str) -> HttpResponse:
        found = self.asked.rows_behind(self.board, key)
        return self.shown(
            "rows.html",
            **presenters.behind(found),
            query_part=self.asked.query(part=""),
            **self.newer_and_older(found.page, found.pages),
        )


class RowsFile(Read):
    """The rows behind a number as a file, the newest hundred thousand."""

    verb = "rows.read"

    def get(self, request: WorkspaceRequest, key: str) -> GrowingFile:
        return rows_file(request, self.board, self.asked, key)


class OfFunnel(Read):
    """A page of the funnel, which is told as it was by all that is known now."""

    tells_past = False


class FunnelPage(OfFunnel):
    """First touch to renewal on one page, the seams as lines between the teams."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        asked = self.asked
        if "narrow_value" in request.GET:
            return HttpResponseRedirect(f"?{asked.query()}")
        found, segments = asked.funnel(self.board), funnel_segments(self.board)
        narrowed = [asked.further(found.by, part.value) for part in found.split[:MOST_VALUES]]
        opened = [each.query(by="") if each else "" for each in narrowed]  # no room for one more filter: no rows
        choices = {"cohorts": COHORTS, "splits": SPLITS, "by_label": SPLITS.get(found.by, "")}
        return self.shown(
            "funnel.html",
            found=found,
            shown_split=list(zip(found.split, opened, strict=False)),
            query_board=asked.query(by="", cohort=""),
            is_from_elsewhere=self.is_from_elsewhere,
            **presenters.filters(self.board, asked, segments),
            **choices,
        )


class FunnelFile(OfFunnel):
    """The same as a file."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        return exports.taken(request, exports.funnel_file(self.asked.funnel(self.board)))


class StepPage(OfFunnel):
    """The journeys behind a step of the funnel."""

    verb = "rows.read"

    def get(self, request: WorkspaceRequest, key: str) -> HttpResponse:
        asked = self.asked
        found = asked.step_rows(self.board, key)
        last = max(1, -(-found.count // asked.limit))
        context = {
            **{"found": found, "last": last, "may_propose": may(request.member, "change.propose")},
            "stage_path": self.board.blueprint.stages_by_id[found.step.stage_ids[0]].path,
            "query_funnel": asked.query(part=""),
        }
        return self.shown("step.html", **context, **self.newer_and_older(asked.page, last))


class StepFile(OfFunnel):
    """They as a file, the newest hundred thousand."""

    verb = "rows.read"

    def get(self, request: WorkspaceRequest, key: str) -> GrowingFile:
        return step_file(request, self.board, self.asked, key)


class SeamDoor(OfFunnel):
    """One seam: what came across, what was refused and why, what is late now."""

    def get(self, request: WorkspaceRequest, key: str) -> HttpResponse:
        asked = self.asked
        if "narrow_value" in request.GET:
            return HttpResponseRedirect(f"?{asked.query()}")
        found = asked.seam(self.board, key, with_rows=may(request.member, "rows.read"))
        cards = queries.scorecard(self.board.narrowed(*asked.all_filters), asked.period).cards
        return self.shown(
            "seam.html",
            found=found,
            line=found.line,
            cards=[card for card in cards if card.metric.key in found.metric_keys],
            **presenters.filters(self.board, asked, funnel_segments(self.board)),
        )
