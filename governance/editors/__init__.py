"""The forms a draft is edited with: each shows one part of the blueprint and reads it back as edits by path."""

from governance.editors.list_editors import (
    CalendarEditor,
    FunctionEditor,
    PoolEditor,
    PropertyEditor,
    ReasonEditor,
    ReportingEditor,
)
from governance.editors.metric_editor import MetricEditor
from governance.editors.part_editor import NEW, Editor, Opened
from governance.editors.pipeline_editors import PipelineEditor, StageEditor
from governance.editors.playbook_editor import PlaybookEditor
from governance.editors.score_editors import ScoringEditor, ThresholdEditor
from governance.editors.seam_editors import RoutingEditor, SeamEditor
from governance.editors.territory_editors import TeamRegionEditor, TeamSeatEditor, TerritoryEditor
from governance.editors.whole import WholeEditor

EDITORS: dict[str, Editor] = {
    editor.slug: editor
    for editor in (
        ThresholdEditor(),
        ScoringEditor(),
        SeamEditor(),
        RoutingEditor(),
        PipelineEditor(),
        StageEditor(),
        FunctionEditor(),
        PropertyEditor(),
        ReasonEditor(),
        TerritoryEditor(),
        TeamRegionEditor(),
        TeamSeatEditor(),
        PoolEditor(),
        PlaybookEditor(),
        CalendarEditor(),
        MetricEditor(),
        ReportingEditor(),
        WholeEditor(),
    )
}

__all__ = ["EDITORS", "NEW", "Editor", "Opened"]
