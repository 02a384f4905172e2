"""What charts and paths do in a real browser that no answer of the server shows."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import ElementHandle, Page, expect

from core.tenancy.scope import workspace_scope
from lifecycle.models import Record
from scorecard.rules.sparks import spark_paths
from tests.cast import Cast
from tests.handoffs.factories import make_records

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ADDED = """([kind, data, top]) => {
  const chart = Object.assign(document.createElement("div"), { className: "h-64" });
  chart.style.marginTop = top;
  chart.dataset.chart = kind;
  chart.dataset.json = data;
  document.querySelector("main").append(chart);
  chart.dispatchEvent(new CustomEvent("htmx:afterSettle", { bubbles: true }));
  return chart;
}"""
IS_ASKED_FOR = """() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(
  document.querySelector("script[src*='/echarts']") !== null
))))"""
DOTS = """chart => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(
  [...chart.querySelectorAll("path")].map(path => path.getBoundingClientRect())
    .filter(box => box.width > 4 && box.width < 12 && Math.abs(box.width - box.height) < 1).length
))))"""


def added(page: Page, kind: str, data: object, *, top: str = "0") -> ElementHandle:
    """A further chart at the end of the page, that far below the rest."""
    chart = page.evaluate_handle(ADDED, [kind, json.dumps(data), top]).as_element()
    assert chart
    return chart


def seen(chart: ElementHandle) -> ElementHandle:
    """Scrolled to, and drawn."""
    chart.evaluate("chart => chart.scrollIntoView()")
    chart.wait_for_selector("svg path", state="attached")
    return chart


def drawn(page: Page, kind: str, data: object) -> ElementHandle:
    return seen(added(page, kind, data))


def test_a_point_without_a_neighbour_is_a_dot(cast: Cast, open_page: Callable[..., Page]) -> None:
    page = open_page("/w/acme/scorecard/", user=cast.vera.user)
    data = {"x": list("abcd"), "series": [{"name": "Share", "data": [None, 40, None, 50]}], "unit": "%"}
    assert drawn(page, "trend", data).evaluate(DOTS) == 2


def test_a_course_on_a_card_is_straight_and_what_may_still_move_hangs_on_dashes() -> None:
    assert spark_paths([None, 3, None, None, 4, 5], 6) == [
        ("dot", "M20 36h0"), ("area", "M80 20L100 4L100 40L80 40Z"), ("line", "M80 20L100 4"),
    ]  # fmt: skip
    assert [kind for kind, _ in spark_paths([1, 2, 3], 3)] == ["area", "line"]
    assert spark_paths([40, 50, 30, 5], 3)[1:] == [
        ("line", "M0 11.11L33.33 4L66.67 18.22"), ("open", "M66.67 18.22L100 36"),
        ("dot", "M100 36h0"), ("hole", "M100 36h0"),
    ]  # fmt: skip
    assert spark_paths([7, 7], 0) == [
        ("open", "M0 20L100 20"), ("dot", "M0 20h0"), ("hole", "M0 20h0"), ("dot", "M100 20h0"), ("hole", "M100 20h0"),
    ]  # fmt: skip
    assert spark_paths([None, 1, None], 3) == spark_paths([], 0) == []


def test_the_chart_library_is_fetched_once_a_chart_is_near(cast: Cast, open_page: Callable[..., Page]) -> None:
    page = open_page("/w/acme/scorecard/", user=cast.vera.user)
    chart = added(page, "trend", {"x": ["a", "b"], "series": [{"name": "Share", "data": [1, 2]}]}, top="3000px")
    assert not page.evaluate(IS_ASKED_FOR)
    seen(chart)
    assert page.evaluate(IS_ASKED_FOR)


def test_arrow_keys_read_a_chart_point_by_point(cast: Cast, open_page: Callable[..., Page]) -> None:
    page = open_page("/w/acme/scorecard/", user=cast.vera.user)
    series = {"name": "Share", "data": [40, 50, None], "notes": ["2 of 5", "1 of 2, so far", ""]}
    chart = drawn(
        page, "trend", {"x": list("abc"), "series": [series], "unit": "%", "marks": [{"at": 1, "name": "v2"}]}
    )
    chart.evaluate("""chart => { chart.tabIndex = 0; chart.focus();
      const says = Object.assign(document.createElement("p"), { id: "says" });
      says.dataset.says = ""; chart.after(says); }""")
    for key, said in [("ArrowRight", "a: Share 40 % (2 of 5)"), ("ArrowRight", "b: Share 50 % (1 of 2, so far)")]:
        page.keyboard.press(key)
        expect(page.locator("#says")).to_have_text(said)
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#says")).to_have_text("a: Share 40 % (2 of 5)")
    expect(page.locator("main > [data-chart] svg").get_by_text("v2")).to_be_visible()
    expect(page.locator("main > [data-chart] svg").get_by_text("Share  40 %")).to_be_visible()


SETTLED = {"name": "Share", "data": [40, 50, 30, 5], "settled": 3, "notes": ["3 of 7", "", "", "1 of 20, so far"]}
LINES = """() => [...document.querySelectorAll("main > [data-chart] path[fill=none]")].map(path => ({
  path: path.getAttribute("d"),
  dashes: path.getAttribute("stroke-dasharray"),
  width: path.getBoundingClientRect().width,
}))"""


def test_what_may_still_move_hangs_on_a_dashed_line_with_a_hollow_point(
    cast: Cast, open_page: Callable[..., Page]
) -> None:
    page = open_page("/w/acme/scorecard/", user=cast.vera.user)
    assert drawn(page, "trend", {"x": list("abcd"), "series": [SETTLED], "unit": "%"}).evaluate(DOTS) == 1
    lines = [each for each in page.evaluate(LINES) if each["width"] > 100 and each["path"].count("L") in (1, 2)]
    solid, dashed = (each for each in sorted(lines, key=lambda each: -each["width"])[-2:])
    assert (solid["dashes"], bool(dashed["dashes"])) == (None, True)
    assert "C" not in solid["path"] + dashed["path"]


def test_the_hover_says_each_value_once_with_its_sample_and_that_it_may_move(
    cast: Cast, open_page: Callable[..., Page]
) -> None:
    page = open_page("/w/acme/scorecard/", user=cast.vera.user)
    drawn(page, "trend", {"x": list("abcd"), "series": [SETTLED], "unit": "%"})
    chart = page.locator("main > [data-chart]")
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    assert box
    for share, told in ((0.01, "40 % (3 of 7)"), (0.66, "30 %"), (0.99, "5 % (1 of 20, so far)")):
        chart.hover(position={"x": 40 + share * (box["width"] - 60), "y": box["height"] / 2})
        chart.get_by_text(f"Share  {told}").wait_for()
        assert chart.get_by_text("Share").count() == 1


def test_on_a_phone_a_path_opens_where_the_record_stands(cast: Cast, open_page: Callable[..., Page]) -> None:
    with workspace_scope(cast.acme):
        late = timezone.now() - timedelta(days=1)
        (record,) = make_records(cast.acme, path="lifecycle/recycled", at=late)
        number = Record.objects.get(pk=record.pk).number
    page = open_page(f"/w/acme/records/{number}/", user=cast.rick.user, phone=True)
    box = page.locator("[aria-current=step]").bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= 390
