"""The page of restatements: what changed after its period had closed."""

from django.db.models import QuerySet
from django.http import HttpResponse

from blueprint.schema import MetricTerms
from core.http.growing import GrowingFile
from core.http.requests import WorkspaceRequest
from lifecycle.closed_periods import told
from lifecycle.models import Restatement
from scorecard.list_exports import restatements_file
from scorecard.queries.corrections import later_corrections
from scorecard.queries.restated import closes, restatements_in
from scorecard.views import Read


class CorrectionsPage(Read):
    """What came in about closings of the period after it had ended."""

    verb = "rows.read"

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        key = request.GET.get("metric", "")
        metric = self.board.metric(key) if key else None
        found = later_corrections(self.board, metric, self.asked.period)
        return self.shown(
            "corrections.html",
            metric=metric,
            metrics=self.board.measurable,
            restatements=found,
            is_over=self.asked.period.last < self.board.today,
            total=len(found),
        )


class OfRestatements(Read):
    """Those of closings in the period, of all or of the ones that a metric tells of."""

    verb = "rows.read"

    def asked_for(self, key: str) -> tuple[MetricTerms | None, QuerySet[Restatement]]:
        """The metric, where one is asked, and what was restated."""
        metric = self.board.metric(key) if key else None
        return metric, restatements_in(self.board.narrowed(*self.asked.all_filters), metric, self.asked.period)


class RestatementsFile(OfRestatements):
    """They as a file, the newest hundred thousand."""

    def get(self, request: WorkspaceRequest) -> GrowingFile:
        _, found = self.asked_for(request.GET.get("metric", ""))
        return restatements_file(request, found)


class RestatementsPage(OfRestatements):
    """A page of them."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        key, asked = request.GET.get("metric", ""), self.asked
        metric, found = self.asked_for(key)
        total = found.count()
        last = max(1, -(-total // asked.limit))
        first = (asked.page - 1) * asked.limit
        return self.shown(
            "restatements.html",
            metric=metric,
            metrics=self.board.measurable,
            closes=closes(self.board),
            total=total,
            restatements=told(list(found[first : first + asked.limit])),
            last=last,
            **{
                name: query and f"{query}&metric={key}"
                for name, query in self.newer_and_older(asked.page, last).items()
            },
        )
