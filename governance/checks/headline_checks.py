"""Checks of the scorecard's headline and of what tells one metric, or one list of sources, from another.

What is so already in the version in force is pointed at and stops nobody: a change may have to be made at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping
from typing import TypeVar

from blueprint.schema import ReportingTerms, fields_of
from blueprint.schema.reporting import SOURCE_LISTS
from governance.checks.finding import CheckInput, Said, check, doubt, fault
from scorecard.rules.attention import MOST_HEADLINES

Key = TypeVar("Key")


@check("headline", "The headline holds at most ten metrics", fine="The headline holds at most ten metrics.")
def check_headline(given: CheckInput) -> Iterator[Said]:
    """No metric is cut from the headline in silence."""
    marked, before = ([m for m in each.metrics if m.headline] for each in (given.proposed, given.base))
    if len(marked) > MOST_HEADLINES:
        says = fault if len(marked) > len(before) else doubt
        for metric in marked[MOST_HEADLINES:]:
            sentence = f"Metric {metric.label} is one too many on the headline: {len(marked)} are marked, "
            yield says(f"metrics/{metric.key}/headline", sentence + f"it holds {MOST_HEADLINES}. Unmark some.")


@check("meanings", "Metrics differ in name and in meaning", fine="Every metric has a name and a meaning of its own.")
def check_meanings(given: CheckInput) -> Iterator[Said]:
    """One name is one metric; two metrics of one formula are pointed at."""
    names = [
        {metric.key: " ".join(metric.label.casefold().split()) for metric in each.metrics}
        for each in (given.base, given.proposed)
    ]
    known = set(_alike(names[0]))
    for pair in _alike(names[1]):
        says = doubt if pair in known else fault
        yield says(
            f"metrics/{pair[1]}/label", f"Metrics {pair[0]} and {pair[1]} have the same name. Rename one of them."
        )
    formulas = {
        each.key: (each.kind, repr(sorted(each.parameters.items())), each.unit, " ".join(each.filter.split()))
        for each in given.proposed.metrics
    }
    for first, second in _alike(formulas):
        labels = [given.proposed.metrics_by_key[key].label for key in (first, second)]
        sentence = f"Metrics {labels[0]} and {labels[1]} count the same: one of them would be enough."
        yield doubt(f"metrics/{second}/parameters", sentence)


@check("sources", "Each source is on one list", fine="No source is on two lists.")
def check_sources(given: CheckInput) -> Iterator[Said]:
    """Marketing, partners and outbound work answer for different sources: one that two answer for counts twice; upper
    case is alike."""
    labels = {part.attribute: part.label for part in fields_of(ReportingTerms).values()}
    listed = [
        {(name, source.casefold()): source.casefold() for name in SOURCE_LISTS for source in getattr(reporting, name)}
        for reporting in (given.base.reporting, given.proposed.reporting)
    ]
    known = set(_alike(listed[0]))
    for pair in _alike(listed[1]):
        (first, source), (other, _) = pair
        says = doubt if pair in known else fault
        sentence = f"Source {source} is on two lists: {labels[first]} and {labels[other]}. Keep it on one."
        yield says(f"reporting/{other}", sentence)


@check("targets", "Targets can be followed", fine="Every target can be followed.")
def check_targets(given: CheckInput) -> Iterator[Said]:
    """A team's target needs the metric by team; a formula is followed as a whole."""
    for metric in given.proposed.metrics:
        for target in metric.targets:
            if target.team and "team" not in metric.segments:
                sentence = f"Metric {metric.label}: {target.label} is for a team, and the metric is not split by team."
                yield fault(f"metrics/{metric.key}/targets/{target.key}/team", sentence)


def _alike(traits: Mapping[Key, Hashable]) -> Iterator[tuple[Key, Key]]:
    """Keys of two that share a trait: the first that has it, and each later one."""
    found: dict[Hashable, list[Key]] = defaultdict(list)
    for key, trait in traits.items():
        found[trait].append(key)
    return ((first, other) for first, *others in found.values() for other in others)
