"""What governance asks of the kinds of metrics, by the names it knows."""

from collections.abc import Iterator

from scorecard.kinds import KINDS as DECLARATIONS
from scorecard.kinds.faults import SEGMENTS, Known, faults_of
from scorecard.kinds.kind import MetricKind as Declaration
from scorecard.kinds.parameters import KnownNames, Parameters

__all__ = ["DECLARATIONS", "SEGMENTS", "Declaration", "Known", "KnownNames", "faults_of", "references"]


def references(parameters: Parameters) -> Iterator[tuple[str, str, str]]:
    """What parameters name."""
    return parameters.references()
