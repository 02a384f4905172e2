"""Editors of the plain lists: functions, properties, reasons, pools, calendars; and of how figures are told."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from blueprint.documents import blueprint_of
from blueprint.paths import Document, Path
from blueprint.schema import CalendarTerms, FunctionTerms, PoolTerms, PropertyTerms, ReasonTerms, ReportingTerms
from blueprint.schema.part import made_key
from blueprint.schema.territories import TeamRegionTerms, TeamSeatTerms
from core.errors import NotFound
from core.http.requests import WorkspaceRequest
from core.people.functions import LONGEST_KEY
from core.tenancy.regions import CURRENCIES
from governance.editors.part_editor import Editor, Opened, Section, Subject
from governance.forms.holidays import HolidayPicker
from governance.forms.part import EditList
from governance.queries.said_teams import seats_to_be
from governance.queries.workspace_facts import weights_by_pool


class FunctionEditor(Editor):
    """What a side of the house is called."""

    slug, title, icon = "function", "Function", "building-2"
    hint = "The sides of the house that teams, seams and pools are of: their names and order; or a new one."
    part, collection = FunctionTerms, "functions"

    def sections(self, opened: Opened) -> list[Section]:
        return [opened.fields("label")]

    def addition(self, opened: Opened) -> EditList:
        """Its key is shorter than others: rows keep it."""
        [form] = opened.sections
        typed = form.cleaned_data
        if not typed.get("key") and typed.get("label"):
            made = made_key(typed["label"], self.title)[:LONGEST_KEY].rstrip("_")
            opened.now = {**opened.now, "key": made}
        return super().addition(opened)


class PropertyEditor(Editor):
    """What a property may hold and which system owns it."""

    slug, title, icon = "property", "Property", "tags"
    hint = "Label, type, options and owning system of one property; or a new one."
    part, collection = PropertyTerms, "properties"

    def sections(self, opened: Opened) -> list[Section]:
        held = ("label", "type", "record_kind", "options")
        return [opened.fields(*held), opened.fields(*opened.rest(*held), title="Where its values come from")]


class ReasonEditor(Editor):
    """What a reason is called and what follows from it."""

    slug, title, icon = "reason", "Reason code", "message-square-warning"
    hint = "Words, consequence and order of the reasons; or a new one."
    part, collection = ReasonTerms, "reason_codes"

    def subjects(self, document: Document) -> list[Subject]:
        return [
            Subject(f"{each['purpose']}/{each['key']}", f"{each['label']} ({each['purpose']})")
            for each in document["reason_codes"]
        ]

    def sections(self, opened: Opened) -> list[Section]:
        purpose = ("purpose",) if opened.is_new else ()
        return [opened.fields(*purpose, *opened.rest())]


class PoolEditor(Editor):
    """Who takes turns."""

    slug, title, icon = "pool", "Pool", "users-round"
    hint = "Which teams take turns, and who that is today; or a new one."
    part, collection = PoolTerms, "pools"
    side_template = "governance/forms/pool_members.html"

    def sections(self, opened: Opened) -> list[Section]:
        return [opened.fields(*opened.rest())]

    def context(self, opened: Opened, request: WorkspaceRequest) -> dict[str, Any]:
        if opened.is_new:
            return {"turns": []}
        regions = [TeamRegionTerms.model_validate(each) for each in opened.document.get("team_regions", ())]
        said = tuple(TeamSeatTerms.model_validate(each) for each in opened.document.get("team_seats", ()))
        to_be = seats_to_be(blueprint_of(request.workspace).team_seats, said)
        [turns] = weights_by_pool([PoolTerms.model_validate(opened.now)], regions, to_be).values()
        return {"turns": sorted(turns.items())}


class CalendarEditor(Editor):
    """When a team works."""

    slug, title, icon = "calendar", "Calendar", "calendar-days"
    hint = "Hours of each day, zone, holidays and single days; a country's days can be loaded; or a new one."
    part, collection = CalendarTerms, "calendars"

    def starting(self, document: Document, of: str) -> dict[str, Any]:
        hours = {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
        return {"time_zone": "workspace", "weekly": hours}

    def sections(self, opened: Opened) -> list[Section]:
        zones = [("workspace", "The workspace's own zone"), *((zone, zone) for zone in sorted(available_timezones()))]
        return [
            opened.fields("label", "time_zone", choices={"time_zone": zones}),
            opened.object("weekly"),
            HolidayPicker(opened.data, prefix="load"),
            opened.items("holidays", sorted_by="date"),
            opened.items("special_days", sorted_by="date"),
        ]


class ReportingEditor(Editor):
    """The reporting currency, the lists of sources, and when periods close."""

    slug, title, icon = "reporting", "Reporting", "coins"
    hint = "The currency figures are added up in, which sources marketing, partners and outbound answer for, closing."
    part = ReportingTerms

    def subjects(self, document: Document) -> list[Subject]:
        return [Subject("", self.title)]

    def path_of(self, of: str) -> Path:
        if of:
            raise NotFound()
        return ("reporting",)

    def item(self, document: Document, path: Path) -> dict[str, Any]:
        """An older version may say nothing of it."""
        now: dict[str, Any] = document.get("reporting", {})
        return now

    def sections(self, opened: Opened) -> list[Section]:
        currencies = [("", "The workspace's own currency"), *((code, code) for code in CURRENCIES)]
        return [opened.fields(*opened.rest("sources_version"), choices={"currency": currencies})]
