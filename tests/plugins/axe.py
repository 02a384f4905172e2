"""What axe has against a page: its rules, and contrast, which is asked once of each pair of colours.

Three quarters of what axe takes goes into contrast. Whether a text can be read follows from its colour and size and
from what lies behind it. So each page is asked for whatever this process has not met yet, wherever it turns up: on
another page, in another state, theme or width (docs/decisions/0175)."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SCRIPT = Axe().axe_script
RULES = "options => axe.run(document, options).then(found => found.violations)"
COLOURS = ["color-contrast", "link-in-text-block"]
BUT_COLOURS = {
    "resultTypes": ["violations"],
    "preload": False,
    "rules": {rule: {"enabled": False} for rule in COLOURS},
}
# The mark of a text stands for all that axe looks at. A text that floats without a ground of its own has none, nor has
# one that is disabled, or has a disabled field: these are asked every time, and prove nothing of others.
UNPROVED = """async ([colours, proved]) => {
  const known = new Set(proved.split(" ")), grounds = new Map();
  const hash = (...parts) => [...parts.join("|")].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) | 0, 7);
  const groundOf = (el) => {
    if (!el) return 0;
    if (!grounds.has(el)) {
      const style = getComputedStyle(el), below = groundOf(el.parentElement);
      const own = [style.backgroundColor, style.backgroundImage, style.opacity, style.filter, style.mixBlendMode];
      const isClear = own.join() === "rgba(0, 0, 0, 0),none,1,none,normal";
      const floats = isClear && ["absolute", "fixed"].includes(style.position);
      grounds.set(el, below === null || floats ? null : isClear ? below : hash(below, ...own));
    }
    return grounds.get(el);
  };
  const isOff = (el) => el.closest(":disabled, [aria-disabled=true]") || el.closest("label")?.control?.disabled;
  const markOf = (el) => {
    const ground = groundOf(el), style = getComputedStyle(el), around = getComputedStyle(el.parentElement);
    const own = [el.tagName, style.color, style.fill, style.fontSize, style.fontWeight, style.textShadow];
    const link = [style.textDecorationLine, style.borderBottomWidth, around.color, around.fontWeight];
    return ground === null || isOff(el) ? null : hash(ground, ...own, ...link);
  };
  const isText = (el) => el.matches("input, select, textarea")
    || [...el.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const isSeen = (el) => el.checkVisibility({visibilityProperty: true}) && !el.closest("[aria-hidden=true], [inert]")
    && [...el.getClientRects()].some((box) => box.width > 1 && box.height > 1);
  const marks = new Map(
    [...document.body.querySelectorAll("*")].filter((el) => isText(el) && isSeen(el)).map((el) => [el, markOf(el)])
  );
  const asked = new Set([...marks.keys()].filter((el) => !known.has(`${marks.get(el)}`)));
  const isWithin = (el) => el && (asked.has(el) || isWithin(el.parentElement));
  const tops = [...asked].filter((el) => !isWithin(el.parentElement));
  if (!tops.length) return {proved: [], violations: []};
  if (typeof axe === "undefined") return null;
  const options = {runOnly: colours, resultTypes: ["violations", "incomplete"], elementRef: true, preload: false};
  const found = await axe.run(tops.length < 50 ? {include: tops} : document, options);
  const hasImage = (el) => el && (getComputedStyle(el).backgroundImage !== "none" || hasImage(el.parentElement));
  const isOfImage = (check) => ["bgImage", "bgGradient"].includes(check.data?.messageKey);
  const isUntellable = (node) => [...node.any, ...node.all, ...node.none].every(isOfImage) && hasImage(node.element);
  const unsure = found.incomplete.flatMap((rule) => rule.nodes).filter((node) => !isUntellable(node));
  const open = new Set([...found.violations.flatMap((rule) => rule.nodes), ...unsure]
    .map((node) => marks.get(node.element)));
  const said = (rule) => ({id: rule.id, nodes: rule.nodes.map((node) => ({html: node.html}))});
  return {
    proved: [...new Set([...asked].map((el) => marks.get(el)))].filter((mark) => mark !== null && !open.has(mark)),
    violations: found.violations.map(said),
  };
}"""


PROVED: set[int] = set()  # of this process


def violations(page: Page) -> list[str]:
    """What axe has against the page, of WCAG 2.2 A and AA and of its best practices, but for the colours."""
    _bring(page)
    return _said(page.evaluate(RULES, BUT_COLOURS))


def bad_colours(page: Page, proved: set[int] = PROVED) -> list[str]:
    """What axe has against the page's colours, so far as they are not proved yet; those that pass are from now on."""
    asked = [COLOURS, " ".join(map(str, proved))]  # as one text: a list of thousands goes over number by number
    found: dict[str, Any] | None = page.evaluate(UNPROVED, asked)
    if found is None:  # most pages need it not: the script takes longer than to see that all is proved
        _bring(page)
        found = page.evaluate(UNPROVED, asked)
    assert found
    proved.update(found["proved"])
    return _said(found["violations"])


def _bring(page: Page) -> None:
    """The script, where the page has it not yet."""
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(SCRIPT)


def _said(found: list[dict[str, Any]]) -> list[str]:
    """Each violation with the first elements it is about."""
    return [f"{one['id']}: {[node['html'][:160] for node in one['nodes'][:3]]}" for one in found]
