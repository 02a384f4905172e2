"""The blueprint's schema: one frozen class per part, and nothing else says what a definition may hold.

A field is written once, with its type, bounds, default, label (`title`) and help (`description`):

    answer_minutes: Annotated[int, Whole(0, 1_000_000)] = Field(title="Working minutes to answer", description="…")

Reading, checks of shape, edits by path and labels of differences follow from it, and so do forms and help.

- `Blueprint.of(workspace_id, document)` reads a document: frozen objects with ids, positions and the live threshold.
- `Blueprint.model_validate(document)` only checks it; `blueprint.shape` turns the error into a path and a sentence.
- `fields_of(SeamTerms)` describes the fields for whoever shows or asks for them. A form needs nothing else:
  `field.label`, `field.help`, `field.is_needed`, `field.default`, and `field.value`, whose `kind` is one of
  `text` (`most` characters; `names` what it refers to; `is_expression`), `whole` and `number` (`least`, `most`),
  `flag`, `choice` (`choices`), `day`, `values` (a list of plain values: `each`), `items` (a keyed list: `part`),
  `object` (`part`), `free`. `field.adapter.validate_python(value)` checks one value by itself.
- A class's `model_config["title"]` is the noun, `named_by` what names an item in its list. Items that carry an own
  label (criteria, rules, rungs, bands) get a key from it where a document brings none (`LabelledItem`).
- Vocabularies (`vocabularies/`) are Django `TextChoices`: fields of models and forms take them as they are.
"""

from blueprint.schema.calendars import CalendarTerms, WeeklyHours
from blueprint.schema.describe import PartField, ValueKind, fields_of, keyed_lists
from blueprint.schema.document import Blueprint
from blueprint.schema.functions import FunctionTerms
from blueprint.schema.metrics import MetricTerms
from blueprint.schema.packets import PacketItem
from blueprint.schema.part import Item, LabelledItem, Part
from blueprint.schema.pause_terms import PausingTerms
from blueprint.schema.pipelines import Criterion, PipelineTerms, PropertyTerms, StageTerms
from blueprint.schema.playbooks import PlaybookStep, PlaybookTerms
from blueprint.schema.pools import PoolTerms
from blueprint.schema.reasons import ReasonTerms
from blueprint.schema.reporting import ReportingTerms
from blueprint.schema.routing_rules import RuleTerms
from blueprint.schema.scoring import ScoreLine, ScoringTerms
from blueprint.schema.seams import FirstTouch, SeamTerms
from blueprint.schema.sla_lines import SlaTerms
from blueprint.schema.territories import TerritoryTerms

__all__ = ["Blueprint", "Item", "LabelledItem", "Part", "PartField", "ValueKind", "fields_of", "keyed_lists"]
__all__ += [
    "FunctionTerms",
    "CalendarTerms",
    "WeeklyHours",
    "MetricTerms",
    "PropertyTerms",
    "PipelineTerms",
    "StageTerms",
    "Criterion",
]
__all__ += ["FunctionTerms", "ReportingTerms"]
__all__ += [
    "ScoringTerms",
    "ScoreLine",
    "SeamTerms",
    "FirstTouch",
    "PausingTerms",
    "PacketItem",
    "PlaybookStep",
    "PlaybookTerms",
    "PoolTerms",
    "ReasonTerms",
    "RuleTerms",
    "SlaTerms",
    "TerritoryTerms",
]
