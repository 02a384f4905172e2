"""docs/benchmarks.md: a section for each part and size, replaced whole when the part is measured again."""

import os
import platform
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django

from devtools.benchmarks import processor

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"
TITLES = {
    "served": "Over HTTP",
    "intake": "Intake within one process",
    "imports": "A file of leads, from its bytes to the last row",
    "scan": "Scan",
    "clocks": "Clocks",
    "scorecard": "Scorecard",
    "whatif": "What-if",
    "lists": "List filters",
    "pages": "Every page and filter",
    "walls": "Row security",
    "together": "Tenants and work beside each other",
    "handovers": "Handing over",
    "rest": "At rest",
}


def table_line(cells: tuple[str, ...]) -> str:
    """One row of a Markdown table."""
    return f"| {' | '.join(cells)} |"


def surroundings() -> str:
    """Which code ran where and when, and how much other work there was."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("show server_version")
        server = cursor.fetchone()[0]
    commit = subprocess.check_output(["git", "describe", "--always", "--dirty"], text=True, cwd=DOCUMENT.parent).strip()
    all_before, stolen_before = processor.machine()
    time.sleep(1)
    spent, stolen = (
        after - before for after, before in zip(processor.machine(), (all_before, stolen_before), strict=True)
    )
    return (
        f"Commit {commit}, {datetime.now(UTC):%d %B %Y %H:%M} UTC; {os.cpu_count()} cores, {platform.machine()}, "
        f"{platform.system()}; Python {sys.version.split()[0]}, Django {django.__version__}, PostgreSQL {server}; "
        f"load {os.getloadavg()[0]:.1f} before it began, {stolen / spent:.0%} of the processors stolen."
    )


def keep(part: str, rows: list[Any], records: int, where: str) -> None:
    """Put the table of a part in its place; sections that are not measured stay as they are."""
    title = f"## {TITLES[part]}: {records:,} records"
    table = [rows[0].HEAD, tuple("---" for _ in rows[0].HEAD), *(row.cells for row in rows)]
    section = f"{title}\n\n{where}\n\n" + "\n".join(table_line(cells) for cells in table) + "\n"
    head, *present = DOCUMENT.read_text(encoding="utf-8").split("\n## ")
    sections = {f"## {each}".split("\n")[0]: f"## {each.rstrip()}\n" for each in present}
    sections[title] = section
    DOCUMENT.write_text("\n".join([head.rstrip() + "\n", *sections.values()]), encoding="utf-8")
