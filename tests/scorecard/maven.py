"""MavenTech's real opportunities as records and stays, written the way the import writes them."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from datetime import UTC, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from blueprint.documents import blueprint_of
from core.database import refresh_statistics
from core.people.functions import Function
from core.people.models import Member, Team, TeamSeat, Workspace
from core.tenancy.numbers import take_numbers
from lifecycle.models import Record, StageStay
from tests.handoffs.factories import what_held

FOLDER = Path(os.environ.get("REVOPS_DATA_DIR", "../shared/data")) / "maven_crm"
NOW = datetime(2018, 1, 15, 12, 0, tzinfo=UTC)
NOON = time(12, tzinfo=UTC)


def need_data() -> None:
    """Skip, saying so, where the files are not there."""
    if not (FOLDER / "sales_pipeline.csv").exists():
        pytest.skip(f"no data sets here: {FOLDER} is missing (set REVOPS_DATA_DIR)")


def rows(name: str) -> Iterator[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def seat_agents() -> dict[str, Member]:
    """Every agent in the team of their manager and region."""
    managers: dict[str, Member] = {}
    teams: dict[str, Team] = {}
    agents: dict[str, Member] = {}
    for row in rows("sales_teams.csv"):
        boss = row["manager"]
        if boss not in managers:
            managers[boss] = Member.objects.create(name=boss, role="manager", external_key=boss)
            teams[boss] = Team.objects.create(
                key=boss.lower().replace(" ", "-"),
                name=f"{boss}'s team",
                function=Function.SALES,
                region=row["regional_office"],
                manager=managers[boss],
            )
        agent = Member.objects.create(name=row["sales_agent"], external_key=row["sales_agent"])
        TeamSeat.objects.create(team=teams[boss], member=agent)
        agents[agent.name] = agent
    return agents


def load(workspace: Workspace) -> None:
    """8,800 opportunities: Prospecting and Engaging are open, Won and Lost are closed. Run inside the scope."""
    sales = blueprint_of(workspace).pipeline("sales")
    stage_of = {
        "Prospecting": sales.stage("discovery"),
        "Engaging": sales.stage("qualification"),
        "Won": sales.stage("closed_won"),
        "Lost": sales.stage("closed_lost"),
    }
    agents = seat_agents()
    source = list(rows("sales_pipeline.csv"))
    numbers = take_numbers("record", len(source))
    records, stays = [], []
    for number, row in zip(numbers, source, strict=True):
        opened = at(row["engage_date"]) or NOW
        closed = at(row["close_date"])
        stage = stage_of[row["deal_stage"]]
        record = Record(
            number=number,
            kind="opportunity",
            name=row["opportunity_id"],
            owner=agents[row["sales_agent"]],
            pipeline_id=sales.id,
            stage_id=stage.id,
            opened_at=opened,
            entered_stage_at=closed or opened,
            amount=Decimal(row["close_value"]) if row["close_value"] else None,
            currency="USD",
            properties={"product": row["product"].replace("GTXPro", "GTX Pro")},
            created_at=opened,
        )
        records.append(record)
        common: dict[str, Any] = {
            "record": record,
            "pipeline_id": sales.id,
            "cause": "history",
            "blueprint_version": 1,
            **what_held(record),
        }
        if closed:
            engaging = stage_of["Engaging"].id
            stays.append(
                StageStay(
                    stage_id=engaging, entered_at=opened, exited_at=closed, left_owner_id=record.owner_id, **common
                )
            )
            stays.append(StageStay(stage_id=stage.id, from_stage_id=engaging, entered_at=closed, **common))
        else:
            stays.append(StageStay(stage_id=stage.id, entered_at=opened, **common))
    Record.objects.bulk_create(records, batch_size=2000)
    StageStay.objects.bulk_create(stays, batch_size=2000)
    refresh_statistics()  # as an import does


def at(day: str) -> datetime | None:
    """Noon of a day, so that no time zone moves it."""
    return datetime.combine(datetime.strptime(day, "%Y-%m-%d").date(), NOON) if day else None  # noqa: DTZ007 # a date
