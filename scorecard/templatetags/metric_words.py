"""Words of the scorecard's pages: what a figure is made of, how it moved, what is usual."""

import json
from typing import Any

from django import template
from django.template.context import Context

from blueprint.schema import MetricTerms
from scorecard.kinds import KINDS
from scorecard.queries import MetricCard
from scorecard.rules import wording
from scorecard.rules.periods import label_of
from scorecard.rules.totals import Figure

register = template.Library()
register.simple_tag(wording.exact, name="to_the_cent")
register.filter("moved", wording.moved)
register.filter("usual", wording.usual)
register.filter("named", label_of)


@register.simple_tag(takes_context=True)
def made_of(context: Context, metric: MetricTerms, figure: Figure) -> str:
    """`38 won of 61 closed`."""
    return KINDS[metric.kind].made_of(metric, figure, context["workspace"].currency)


@register.filter
def spark(card: MetricCard) -> str:
    """The card's course as data of a chart; blank where there is none to see."""
    points: list[Any] = [wording.charted(value, card.metric.unit) for value in card.spark]
    return json.dumps(points) if sum(point is not None for point in points) > 1 else ""
