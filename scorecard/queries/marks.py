"""What happened meanwhile that may have moved a figure without anybody selling more or less: versions, imports and
restatements."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from blueprint.models import BlueprintVersion
from blueprint.schema import MetricTerms
from lifecycle.models import Import
from scorecard.kinds import kind_of
from scorecard.queries.boards import Board
from scorecard.queries.restated import restated_days
from scorecard.rules.periods import DAY, Period

SHORT = {"import": "import", "restatement": "restated"}
MOST_MARKS = 50  # of a kind, the newest


@dataclass(frozen=True)
class Mark:
    """One thing of a day. `number` is the version's or the import's, or how many closings of the day were restated."""

    day: date
    kind: str
    number: int
    label: str
    is_definition: bool = False
    """Whether the metric itself was defined anew."""

    @property
    def short(self) -> str:
        """As a chart says it."""
        return f"v{self.number}" if self.kind == "version" else SHORT[self.kind]


def marks_of(board: Board, metric: MetricTerms, period: Period) -> tuple[Mark, ...]:
    """Versions published, files brought in and closings restated in a period, in order. Two queries, and one more where
    periods close."""
    found = [*_versions(board, metric, period), *_imports(board, period), *_restatements(board, metric, period)]
    return tuple(sorted(found, key=lambda mark: mark.day))


def _within(board: Board, period: Period, moment: str) -> dict[str, datetime]:
    """The period as a filter of a moment."""
    start = datetime.combine(period.first, time(), board.zone)
    return {f"{moment}__gte": start, f"{moment}__lt": datetime.combine(period.last + DAY, time(), board.zone)}


def _versions(board: Board, metric: MetricTerms, period: Period) -> Iterator[Mark]:
    found = BlueprintVersion.objects.filter(**_within(board, period, "published_at")).order_by("-number")
    for number, at, summary in found.values_list("number", "published_at", "summary")[:MOST_MARKS]:
        is_definition = 1 < number == metric.definition_version
        said = f"Version {number}" + (f": {summary}" if summary else "")
        yield Mark(board.day(at), "version", number, said, is_definition)


def _imports(board: Board, period: Period) -> Iterator[Mark]:
    found = Import.objects.filter(state=Import.State.FINISHED, **_within(board, period, "finished_at"))
    for number, at, name in found.order_by("-number").values_list("number", "finished_at", "file_name")[:MOST_MARKS]:
        yield Mark(board.day(at), "import", number, f"Import {number}: {name}")


def _restatements(board: Board, metric: MetricTerms, period: Period) -> Iterator[Mark]:
    counted = restated_days(board, metric, period)
    is_opened = bool(counted) and bool(kind_of(metric).opening_stages(board.question(metric)))
    for day, count in counted.items():
        said = f"{count} restatement{'' if count == 1 else 's'} of what was {'opened' if is_opened else 'closed'}"
        yield Mark(day, "restatement", count, f"{said} on the day")
