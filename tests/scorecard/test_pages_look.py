"""What charts and paths do in a real browser that no answer of the server shows."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from core.tenancy.scope import workspace_scope
from lifecycle.models import Record
from tests.cast import Cast
from tests.handoffs.factories import make_records

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DRAWN = """([kind, data]) => {
  const chart = Object.assign(document.createElement("div"), { className: "h-64" });
  chart.dataset.chart = kind;
  chart.dataset.json = data;
  document.querySelector("main").append(chart);
  chart.dispatchEvent(new CustomEvent("htmx:afterSettle", { bubbles: true }));
  return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(
    [...chart.querySelectorAll("path")].map(path => path.getBoundingClientRect())
      .filter(box => box.width > 4 && box.width < 12 && Math.abs(box.width - box.height) < 1).length
  ))));
}"""


@pytest.mark.parametrize(
    ("kind", "data", "dots"),
    [
        ("spark", [None, 3, None, None, 4, 5], 1),
        ("spark", [1, 2, 3], 0),
        ("trend", {"x": list("abcd"), "series": [{"name": "Share", "data": [None, 40, None, 50]}], "unit": "%"}, 2),
    ],
)
def test_a_point_without_a_neighbour_is_a_dot(
    kind: str, data: object, dots: int, cast: Cast, open_page: Callable[..., Page]
) -> None:
    page = open_page("/w/acme/scorecard/", user=cast.vera.user)
    page.wait_for_function("() => window.echarts")
    assert page.evaluate(DRAWN, [kind, json.dumps(data)]) == dots


def test_on_a_phone_a_path_opens_where_the_record_stands(cast: Cast, open_page: Callable[..., Page]) -> None:
    with workspace_scope(cast.acme):
        late = timezone.now() - timedelta(days=1)
        (record,) = make_records(cast.acme, path="lifecycle/recycled", at=late)
        number = Record.objects.get(pk=record.pk).number
    page = open_page(f"/w/acme/records/{number}/", user=cast.rick.user, phone=True)
    box = page.locator("[aria-current=step]").bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= 390
