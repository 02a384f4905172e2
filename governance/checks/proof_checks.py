"""The check that reads proofs: lines that no record can meet, rules that never get one, lists nobody can pass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from blueprint.schema import Blueprint
from blueprint.schema.part import NOBODY
from governance.checks.finding import CheckInput, Said, check, doubt, fault
from governance.checks.provable import OVERLAPS, ROUTING, ProvableList, provable_lists


@check("proved", "Every rule and criterion can be met", fine="Nothing is proved that speaks against it.")
def check_proved(given: CheckInput) -> Iterator[Said]:
    """What is proved of the proposal's lines. What could not be met before is only doubted: a change is not held up by
    older lines. A rule that never gets a record does no harm; it is doubted."""
    before = {each.path: each for each in provable_lists(Blueprint.of(NOBODY, given.documents[0]))}
    for listed in provable_lists(given.read):
        if listed.asked["kind"] == OVERLAPS:
            continue  # what cannot be met there is well; the check of territories reads it
        former, proof = before.get(listed.path), given.facts.proofs.get(listed.digest)
        if proof is None:
            continue  # nobody has asked yet; it is asked when a rule is edited, and with the impact
        if proof.is_under_way:
            if former is None or former.digest != listed.digest:
                yield doubt(listed.path, f"{listed.where}: it is still being proved whether each line can be met.")
            continue
        stood = [line.expression for line in former.lines] if former else []
        for place, told in enumerate(proof.told):
            if said := sentence_of(listed, place, told):
                texts = [listed.lines[each].expression for each in (*told["by"], place)]
                is_new = told["outcome"] in ("never", "excluded") and not set(texts) <= set(stood)
                yield (fault if is_new else doubt)(f"{listed.lines[place].path}/expression", f"{listed.where}: {said}")


def sentence_of(listed: ProvableList, place: int, told: dict[str, Any]) -> str:
    """What is wrong with a line, in words; blank where nothing is."""
    if listed.asked["kind"] == OVERLAPS:
        return f"{listed.lines[place].label} overlap." if told["outcome"] == "reached" else ""
    name, others = called(listed, [place]), called(listed, told["by"])
    parts = " and ".join(f"`{each}`" for each in told["parts"])
    if told["outcome"] == "never":
        why = f": {parts} exclude each other" if len(told["parts"]) > 1 else ""
        return f"{name} can never be true{why}."
    if told["outcome"] == "shadowed":
        takes = "takes" if len(told["by"]) == 1 else "take"
        return f"{name} never gets a record: {others} {takes} every one that would meet it."
    if told["outcome"] == "excluded":
        return f"{name} and {others} exclude each other: no record meets them together."
    return ""


def called(listed: ProvableList, places: Sequence[int]) -> str:
    """Lines by number and label: rule 2 “Large” and rule 3 “Old”."""
    noun = "rule" if listed.asked["kind"] == ROUTING else "line"
    return " and ".join(f"{noun} {place + 1} “{listed.lines[place].label}”" for place in places)
