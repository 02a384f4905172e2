"""The lifecycle's part of the blueprint: properties, pipelines, stages, score model.

lifecycle = lifecycle_of(workspace)          # the version in force, parsed once per process
lifecycle = lifecycle_of.parse(workspace_id, document)   # any document: a what-if, a proposed version
"""

from lifecycle.blueprint.reading import lifecycle_of, lines
from lifecycle.blueprint.terms import Lifecycle, PipelineTerms, PropertyTerms, StageTerms
from lifecycle.blueprint.writing import lines_written, sync_lifecycle

__all__ = [
    "Lifecycle",
    "PipelineTerms",
    "PropertyTerms",
    "StageTerms",
    "lifecycle_of",
    "lines",
    "lines_written",
    "sync_lifecycle",
]
