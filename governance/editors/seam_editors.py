"""Editors of a seam: the agreement with its criteria, packet and ladder; and who receives."""

from __future__ import annotations

from typing import Any

from blueprint.paths import Document, Path, get, spelled
from blueprint.schema import RuleTerms, SeamTerms
from core.http.requests import WorkspaceRequest
from governance.editors.part_editor import Editor, Opened, Section
from governance.forms.choices import Offers
from governance.forms.part import EditList
from governance.forms.special import CatchAllForm, OnAcceptForm, RuleForm
from governance.queries.proofs import proofs_of

CATCH_ALL = "true"
RECEIVER = ("label", "target", "pool", "member")
LADDER = ((-60, "warn"), (0, "task"), (120, "reassign"), (480, "raise"))
AGREEMENT = ("label", "from", "to", "trigger", "owner")


class SeamEditor(Editor):
    """How fast, and what happens if not."""

    slug, title, icon = "seam", "Seam and SLA", "timer"
    hint = "Sides, trigger, minutes to answer and touch, ladder, acceptance, packet, owner; or a new seam."
    part, collection = SeamTerms, "seams"

    def label_of(self, document: Document, of: str) -> str:
        return "New seam" if of == "+" else super().label_of(document, of)

    def starting(self, document: Document, of: str) -> dict[str, Any]:
        ladder = [{"after_minutes": minutes, "action": action} for minutes, action in LADDER]
        calendar = next((each["key"] for each in document["calendars"]), "")
        return {"calendar": calendar, "answer_minutes": 240, "touch_minutes": 480, "ladder": ladder}

    def offers_for(self, document: Document, of: str) -> Offers:
        trigger = next((each["trigger"] for each in document["seams"] if each["key"] == of), "")
        return Offers.of(document, pipeline=trigger.partition("/")[0])

    def sections(self, opened: Opened) -> list[Section]:
        to = opened.now.get("to")
        sections = [
            opened.fields(*AGREEMENT, title="The agreement"),
            opened.fields(*opened.rest(*AGREEMENT), title="Time allowed"),
            opened.items("sla"),
            opened.items("acceptance"),
            opened.items("packet"),
            OnAcceptForm(opened.data, now=opened.now, offers=opened.offers),
            opened.items("ladder", sorted_by="after_minutes"),
        ]
        if opened.is_new:
            return [*sections, _catch_all(opened, {"label": "Everybody takes turns", "target": "pool"})]
        clocks = [
            opened.object("first_touch", usual={"sides": [to]}),
            opened.items("steps"),
            opened.object("pausing"),
            opened.items("pause_when"),
        ]
        return [*sections[:2], *clocks, *sections[2:]]

    def addition(self, opened: Opened) -> EditList:
        *sections, last = opened.sections
        opened.sections = sections
        ((path, seam),) = super().addition(opened)
        opened.sections = [*sections, last]
        return [(path, {**seam, "routing": [last.rule()]})]


class RoutingEditor(Editor):
    """Who receives, by ordered rules; the last one catches all."""

    slug, title, icon = "routing", "Routing rules", "split"
    hint = "Order, conditions and receivers; the first match wins, the last rule catches all."
    part, collection, may_go = SeamTerms, "", False

    def context(self, opened: Opened, request: WorkspaceRequest) -> dict[str, Any]:
        """What is proved of each saved rule: in its row, and of all of them below."""
        path = (*opened.path, "routing")
        proofs = proofs_of(opened.document, f"{spelled(path)}/")
        keys = [rule.get("key") for rule in get(opened.document, path)]
        proved = {key: line for each in proofs for key, line in zip(keys, each.lines, strict=True)}
        for form in opened.sections[0].forms:
            form.proved = proved.get(form.now.get("key"))
        return {"proof_path": f"{spelled(path)}/", "proofs": proofs, "may_try": True}

    def subjects(self, document: Document) -> list[Any]:
        return SeamEditor().subjects(document)

    def path_of(self, of: str) -> Path:
        return ("seams", {"key": of})

    def sections(self, opened: Opened) -> list[Section]:
        rules = opened.now["routing"]
        has_last = bool(rules) and rules[-1]["expression"].strip() == CATCH_ALL
        opened.now = {**opened.now, "routing": rules[:-1] if has_last else rules}
        usual = {"label": "Everybody else", "target": "pool"}
        last = _catch_all(opened, rules[-1] if has_last else usual)
        return [opened.items("routing", form=RuleForm), last]

    def edits(self, opened: Opened) -> EditList:
        """Rules and catch-all are one list."""
        rules, last = opened.sections
        written = get(opened.document, (*opened.path, "routing"))
        before = rules.values()["routing"] if rules in opened.shown_lists() else opened.now["routing"]
        said = [*before, last.rule()]
        return [] if said == written else [((*opened.path, "routing"), said)]


def _catch_all(opened: Opened, now: dict[str, Any]) -> CatchAllForm:
    kwargs: dict[str, Any] = {"part": RuleTerms, "names": RECEIVER, "now": now, "offers": opened.offers}
    return CatchAllForm(opened.data, title="Everybody else goes to", prefix="last", **kwargs)
