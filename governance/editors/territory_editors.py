"""Editors of territories, and of the regions that teams have."""

from __future__ import annotations

from typing import Any

from blueprint.paths import Document, Path
from blueprint.schema import Blueprint, TerritoryTerms
from core.errors import NotFound
from governance.editors.part_editor import Editor, Opened, Section, Subject


class TerritoryEditor(Editor):
    """Which part of the market whom takes care of."""

    slug, title, icon = "territory", "Territory", "map"
    hint = "What falls into it, its people or its pool, and from which day until which; or a new one."
    part, collection = TerritoryTerms, "territories"

    def sections(self, opened: Opened) -> list[Section]:
        test, people = ("label", "function", "expression"), ("members", "pool")
        return [
            opened.fields(*test),
            opened.fields(*people, title="Whom it leads to"),
            opened.fields(*opened.rest(*test, *people), title="When it holds"),
        ]


class TeamListEditor(Editor):
    """A list at the top of the document that says something of teams."""

    part = Blueprint
    may_go = False

    def subjects(self, document: Document) -> list[Subject]:
        return [Subject("", self.title)]

    def path_of(self, of: str) -> Path:
        if of:
            raise NotFound()
        return ()

    def item(self, document: Document, path: Path) -> dict[str, Any]:
        """The whole document: the list is at its top."""
        return document

    def sections(self, opened: Opened) -> list[Section]:
        return [opened.items(self.slug, sorted_by="team")]


class TeamRegionEditor(TeamListEditor):
    """Which region each team has."""

    slug, title, icon = "team_regions", "Team regions", "map-pin"
    hint = "The regions that pools ask for, team by team; published and rolled back with the rules."


class TeamSeatEditor(TeamListEditor):
    """Who sits in teams, with what weight and limit."""

    slug, title, icon = "team_seats", "Team members", "armchair"
    hint = "Who takes turns in the pools of a team; a team named here has these members and no others."
