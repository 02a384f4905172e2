"""History told in sentences."""

from typing import Any
from uuid import UUID

import pytest

from core.history.models import Event
from lifecycle.event_sentences import sentence_of

NOWHERE = UUID(int=0)
LABELS = {"lifecycle/mql": "Marketing qualified", "marketing_to_sales": "Marketing → Sales"}


@pytest.mark.parametrize(
    ("kind", "facts", "said"),
    [
        ("activity.logged", {"kind": "call", "outcome": "connected"}, "Call logged: connected"),
        ("activity.logged", {"kind": "email", "outcome": ""}, "E-mail logged: no outcome noted"),
        ("handoff.first_touched", {"minutes": 1143}, "First touch after 19 h 3 min"),
        ("record.entered_stage", {"to": "lifecycle/mql"}, "Entered Marketing qualified"),
        ("handoff.offered", {"seam": "marketing_to_sales"}, "Offered across Marketing → Sales to a queue"),
        ("record.write_refused", {"system": "website", "properties": ["phone"]}, "Website may not write phone"),
        ("task.completed", {"number": 7, "outcome": "Called together"}, "Task #7 done: Called together"),
        ("change.was_unknown", {}, "Change was unknown"),
    ],
)
def test_an_event_is_a_whole_sentence(kind: str, facts: dict[str, Any], said: str) -> None:
    assert sentence_of(Event(workspace_id=NOWHERE, kind=kind, facts=facts), LABELS) == said
