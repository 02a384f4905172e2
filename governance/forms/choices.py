"""Choices for fields that name something: whatever the draft's document and the workspace offer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from blueprint.expressions.fields import CORE_FIELDS, Catalogue, DataType, Field, with_handoff
from blueprint.paths import Document
from core.people.models import Member, Team

Choices = list[tuple[str, str]]
COLLECTIONS = {"pipeline": "pipelines", "seam": "seams", "calendar": "calendars", "pool": "pools"}
COLLECTIONS |= {"property": "properties", "function": "functions"}
REQUIRABLE = ("name", "email", "domain", "source", "owner", "amount", "mrr", "closes_on", "renews_on", "account_name")


@dataclass(frozen=True)
class Offers:
    """What the forms of one draft may choose from. `pipeline` is the one whose stages are siblings."""

    document: Document
    people: tuple[tuple[str, str], ...] = ()
    teams: tuple[tuple[str, str], ...] = ()
    pipeline: str = ""

    @classmethod
    def of(cls, document: Document, pipeline: str = "") -> Offers:
        """The offers of a document, with the workspace's people and teams. Two queries."""
        people = Member.objects.filter(is_active=True, kind=Member.Kind.PERSON).exclude(email="").order_by("name")
        teams = Team.objects.order_by("name").values_list("key", "name")
        return cls(document, tuple(people.values_list("email", "name")), tuple(teams), pipeline)

    @cached_property
    def catalogue(self) -> Catalogue:
        """What conditions may name."""
        return catalogue_of(self.document)

    @cached_property
    def ladder_catalogue(self) -> Catalogue:
        """What conditions of a ladder's steps may name."""
        return with_handoff(self.catalogue)

    def named(self, what: str) -> Choices:
        """Everything of a kind (as `Names` calls it) with its label."""
        if what in COLLECTIONS:
            return _labels(self.document[COLLECTIONS[what]])
        if what == "field":
            core = {each.key: each.label for each in CORE_FIELDS}
            return [(key, core[key]) for key in REQUIRABLE] + self.named("property")
        if what == "stages":
            return self.named("pipeline") + self.named("stage")
        if what == "team":
            return list(self.teams)
        if what == "member":
            return [(email, f"{name} ({email})") for email, name in self.people]
        stages = [(pipeline, stage) for pipeline in self.document["pipelines"] for stage in pipeline["stages"]]
        if what == "sibling":
            return _labels(stage for pipeline, stage in stages if pipeline["key"] == self.pipeline)
        return [
            (f"{pipeline['key']}/{stage['key']}", f"{pipeline['label']} · {stage['label']}")
            for pipeline, stage in stages
        ]


def _labels(items: Iterable[dict[str, str]]) -> Choices:
    return [(each["key"], each["label"]) for each in items]


def catalogue_of(document: Document) -> Catalogue:
    """The fields that the expressions of a draft may name, even where the draft is not whole yet. Raises BadField."""
    fields = (
        Field(each["key"], DataType(each["type"]), each["label"], tuple(each.get("options", ())))
        for each in document["properties"]
    )
    return Catalogue(fields, document.get("reporting", {}).get("currency", ""))


def with_current(choices: Choices, current: object) -> Choices:
    """The choices, with what stands there now even where it names nothing any more."""
    now = [current] if isinstance(current, str) else current if isinstance(current, list | tuple) else []
    gone = [each for each in now if each and each not in dict(choices)]
    return [*choices, *((each, f"{each} (is not there)") for each in gone)]
