"""The shape of the whole blueprint, and whether one edit of it may be proposed."""

import re
from typing import Any

from governance.rules.paths import NAMED_BY, BadPath, Path
from governance.rules.shapes import KEY, Anything, BadShape, Day, Flag, Listed, Number, OneOf, Parts, Shape, Text, Whole
from lifecycle.rules.touches import DIRECTIONS
from lifecycle.rules.touches import KINDS as KINDS_OF_TOUCH

LONGEST_EXPRESSION = 2_000
FUNCTIONS = ("marketing", "sales", "customer_success", "revops")
KINDS = ("lead", "opportunity", "customer")
TYPES = ("text", "number", "integer", "boolean", "date", "datetime", "choice", "email", "url")
CATEGORIES = ("open", "won", "lost", "disqualified", "recycled")
FORECASTS = ("omitted", "pipeline", "best_case", "commit", "closed")
ACTIONS = ("warn", "task", "reassign", "raise")
TARGETS = ("pool", "account_owner", "record_owner", "member")
PURPOSES = ("reject", "loss", "override")
DISPOSITIONS = ("recycle", "return", "route", "disqualify", "lose", "none")
UNITS = ("ratio", "money", "days", "minutes", "count", "money_per_day")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

key = Text(60, pattern=KEY, example="marketing_to_sales")
label = Text(160)
address = Text(254, may_be_blank=True)
expression = Text(LONGEST_EXPRESSION)
stage_path = Text(121, pattern=re.compile(r"[a-z][a-z0-9_]*/[a-z][a-z0-9_]*"), example="lifecycle/mql")
hours = Text(11, pattern=re.compile(r"[0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2}"), example="09:00-17:30")
line = Parts({"label": label, "expression": expression})
lines = Listed(line, most=30)

property_ = Parts(
    {"key": key, "label": label, "type": OneOf(TYPES)},
    {
        "options": Listed(Text(120), most=500),
        "system": Text(60, may_be_blank=True),
        "source_rule": OneOf(("latest_wins", "prefer_unless_blank", "owner_only")),
        "reverify_days": Whole(1, 3_650),
        "record_kind": OneOf(("", *KINDS)),
    },
)
stage = Parts(
    {"key": key, "label": label, "team": OneOf(FUNCTIONS)},
    {
        "lifecycle_stage": key,
        "category": OneOf(CATEGORIES),
        "probability": Number(0, 1),
        "forecast": OneOf(FORECASTS),
        "age_limit_days": Whole(1, 3_650),
        "entry": lines,
        "exit": lines,
        "required": Listed(key, most=60),
        "auto_enter": Flag(),
        "is_entry": Flag(),
        "moves_to": Listed(key, most=100),
        "creates": stage_path,
    },
)
pipeline = Parts(
    {
        "key": key,
        "label": label,
        "record_kind": OneOf(KINDS),
        "purpose": key,
        "stages": Listed(stage, NAMED_BY["stages"], 60, 1),
    }
)
score_rule = Parts(
    {"label": label, "group": OneOf(("fit", "behaviour")), "expression": expression, "points": Whole(-1_000, 1_000)}
)
scoring = Parts(
    {
        "key": key,
        "label": label,
        "threshold": Whole(0, 2_000),
        "fit_cap": Whole(0, 1_000),
        "behaviour_cap": Whole(0, 1_000),
        "rules": Listed(score_rule, most=200),
    },
    {
        "half_life_days": Whole(1, 3_650),
        "bands": Listed(Parts({"label": Text(40), "from": Whole(0, 2_000)}), most=20),
    },
)
calendar = Parts(
    {
        "key": key,
        "label": label,
        "time_zone": Text(60),
        "weekly": Parts({}, {day: Listed(hours, most=8) for day in DAYS}),
    },
    {"holidays": Listed(Parts({"date": Day()}, {"label": Text(120, may_be_blank=True)}), most=400)},
)
reason = Parts(
    {"key": key, "label": label, "purpose": OneOf(PURPOSES)},
    {"disposition": OneOf(DISPOSITIONS), "needs_note": Flag()},
)
pool = Parts(
    {"key": key, "label": label, "function": OneOf(FUNCTIONS)},
    {"team": Text(60, may_be_blank=True), "region": Text(80, may_be_blank=True)},
)
step = Parts({"after_minutes": Whole(-100_000, 1_000_000), "action": OneOf(ACTIONS)})
first_touch = Parts(
    {},
    {
        "kinds": Listed(OneOf(KINDS_OF_TOUCH), most=len(KINDS_OF_TOUCH)),
        "directions": Listed(OneOf(DIRECTIONS), most=len(DIRECTIONS)),
        "outcomes": Listed(Text(60), most=40),
        "sides": Listed(OneOf(FUNCTIONS), most=len(FUNCTIONS)),
    },
)
rule = Parts({"label": label, "expression": expression, "target": OneOf(TARGETS)}, {"pool": key, "member": Text(254)})
seam = Parts(
    {
        "key": key,
        "label": label,
        "from": OneOf(FUNCTIONS),
        "to": OneOf(FUNCTIONS),
        "trigger": stage_path,
        "calendar": key,
        "answer_minutes": Whole(0, 1_000_000),
        "ladder": Listed(step, most=20),
        "routing": Listed(rule, most=100),
    },
    {
        "touch_minutes": Whole(0, 1_000_000),
        "first_touch": first_touch,
        "act_hours": Whole(1, 8_760),
        "offer_again_minutes": Whole(0, 1_000_000),
        "acceptance": lines,
        "packet": Listed(Parts({"key": key, "label": label}, {"required": Flag()}), most=60),
        "on_accept": Parts(
            {}, {"advance": key, "create": Parts({"kind": OneOf(KINDS), "pipeline": key, "stage": key})}
        ),
        "owner": address,
    },
)
metric = Parts(
    {"key": key, "label": label, "kind": key, "unit": OneOf(UNITS)},
    {
        "description": Text(2_000, may_be_blank=True),
        "parameters": Anything(),
        "filter": Text(LONGEST_EXPRESSION, may_be_blank=True),
        "direction": OneOf(("up", "down")),
        "target": Number(),
        "headline": Flag(),
        "segments": Listed(key, most=20),
        "owner": address,
        "definition_version": Whole(1, 1_000_000),
    },
)
BLUEPRINT = Parts(
    {
        "properties": Listed(property_, NAMED_BY["properties"], 500),
        "pipelines": Listed(pipeline, NAMED_BY["pipelines"], 40, 1),
        "scoring": scoring,
        "calendars": Listed(calendar, NAMED_BY["calendars"], 40),
        "reason_codes": Listed(reason, NAMED_BY["reason_codes"], 300),
        "pools": Listed(pool, NAMED_BY["pools"], 200),
        "seams": Listed(seam, NAMED_BY["seams"], 40),
        "metrics": Listed(metric, NAMED_BY["metrics"], 200),
    }
)

# What an item is called by never changes; a new name is a new item.
FIXED = frozenset({"key", "purpose"})


def check_document(document: Any) -> None:
    """Refuse a document that is not a blueprint, naming the place. Raises BadShape."""
    BLUEPRINT.check(document, ())


def check_edit(path: Path, after: Any) -> None:
    """Refuse an edit that could never stand: no such place, or not such a value there. Raises BadPath or BadShape.

    `after` is None where the place is to be taken away."""
    shape: Shape = BLUEPRINT
    for place, each in enumerate(path):
        inside, shape = shape, shape.at(each, path[: place + 1])
    last = path[-1]
    if isinstance(inside, Parts) and last in FIXED and "key" in inside.needed:
        raise BadPath(path, "What a thing is called by does not change; add a new one instead.")
    if after is None:
        if len(path) == 1 or (isinstance(inside, Parts) and inside.needs(last)):
            raise BadShape(path, "This cannot be taken away.")
        return
    if isinstance(last, dict) and "order" in last:
        if not isinstance(after, list) or not all(isinstance(each, dict) for each in after):
            raise BadShape(path, "An order is a list of names.")
        return
    shape.check(after, path)
    if isinstance(last, dict) and any(after.get(name) != value for name, value in last.items()):
        raise BadShape(path, "The item is not called what the path says.")
