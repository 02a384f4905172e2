"""The forms a draft is edited with: each shows one part of the blueprint and reads it back as edits by path."""

from governance.editors.criteria import SeamEditor, StageEditor
from governance.editors.kit import Editor
from governance.editors.plain import MetricEditor, PropertyEditor, ReasonEditor, ThresholdEditor
from governance.editors.tables import RoutingEditor, ScoringEditor
from governance.editors.whole import WholeEditor

EDITORS: dict[str, Editor] = {
    editor.slug: editor
    for editor in (
        ThresholdEditor(),
        SeamEditor(),
        RoutingEditor(),
        StageEditor(),
        ScoringEditor(),
        PropertyEditor(),
        ReasonEditor(),
        MetricEditor(),
        WholeEditor(),
    )
}

__all__ = ["EDITORS", "Editor"]
