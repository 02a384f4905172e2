"""Words of the scorecard's pages: what a figure is made of, how it moved, what is usual."""

from decimal import Decimal
from typing import Any

from django import template
from django.template.context import Context
from django.utils.html import format_html, format_html_join, json_script
from django.utils.safestring import SafeString

from blueprint.schema import MetricTerms
from core.figures import money_to_the_cent
from scorecard.kinds import kind_of
from scorecard.metric_query import MetricQuery
from scorecard.queries import MetricCard
from scorecard.queries.cards import Bucket
from scorecard.rules import wording
from scorecard.rules.periods import label_of
from scorecard.rules.sparks import HEIGHT, WIDTH, spark_paths
from scorecard.rules.totals import Figure

register = template.Library()
register.simple_tag(wording.exact, name="to_the_cent")
register.filter("to_cents", money_to_the_cent)
register.filter("moved", wording.moved)
register.filter("usual", wording.usual)
register.filter("named", label_of)


@register.simple_tag(takes_context=True)
def made_of(context: Context, metric: MetricTerms, figure: Figure) -> str:
    """`38 won of 61 closed`."""
    return kind_of(metric).made_of(metric, figure, context["currency"])


@register.simple_tag(takes_context=True)
def signed_money(context: Context, change: Decimal) -> str:
    """`+1,200 EUR`."""
    return wording.effect(change, "money", context["currency"])


@register.filter
def target(metric: MetricTerms, currency: str) -> str:
    """`≥ 25 %`; blank where there is none."""
    return wording.target(metric, currency)


@register.filter
def spark(card: MetricCard) -> str:
    """The card's course, drawn; blank where there is none to see."""
    points = [wording.charted(value, card.metric.unit) for value in card.spark]
    paths = format_html_join("", '<path class="{}" d="{}"/>', spark_paths(points, card.settled))
    size = f"0 0 {WIDTH} {HEIGHT}"
    return format_html('<svg viewBox="{}" preserveAspectRatio="none">{}</svg>', size, paths) if paths else ""


@register.filter
def script_of(chart: dict[str, Any], place: str) -> SafeString:
    """The data of one of several small charts."""
    return json_script(chart, f"multiple-{place}")


@register.filter
def settling(bucket: Bucket) -> str:
    """Why a point of a trend may still move; blank for one that is settled."""
    return wording.settling(is_running=bucket.is_running, is_ripe=bucket.is_ripe)


@register.simple_tag(takes_context=True)
def narrowed_by(context: Context, value: str) -> str:
    """The page's query narrowed by one more value of the segment it is split by; blank beyond the most."""
    asked: MetricQuery = context["asked"]
    further = asked.further(asked.by, value)
    return further.query() if further else ""
