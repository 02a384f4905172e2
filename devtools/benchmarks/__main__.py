"""`make bench`: the table of ratios. `make bench BENCH="--records 1000000"` for the full size; `--write` keeps it."""

import argparse
import importlib
import os
import platform
import sys
import time
from pathlib import Path

import django

PARTS = ("intake", "imports", "scan", "scorecard", "whatif", "lists", "pages")
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"


def main() -> int:
    """Seed, measure, print, and keep the table when asked."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--only", choices=PARTS, action="append")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "revops.settings")
    django.setup()
    from django.core.management import call_command

    from blueprint.documents import blueprint_of
    from core.tenancy.scope import workspace_scope
    from devtools.benchmarks.seed import workspace_with

    call_command("migrate", verbosity=0, interactive=False)
    started = time.perf_counter()
    print(f"· Seeding {options.records:,} records with {options.records * 10:,} stage stays", flush=True)
    workspace = workspace_with(options.records)
    print(f"  {time.perf_counter() - started:.0f} s", flush=True)
    with workspace_scope(workspace):  # a serving process has the version in force at hand
        blueprint_of(workspace)
    rows = []
    for part in options.only or PARTS:
        print(f"· {part}", flush=True)
        for row in importlib.import_module(f"devtools.benchmarks.{part}").run(workspace):
            print(f"  {line(row)}", flush=True)
            rows.append(row)
    if options.write:
        DOCUMENT.write_text(page(rows, options.records), encoding="utf-8")
    return 0 if all(row.is_met for row in rows) else 1


def line(row: object) -> str:
    """One row of the Markdown table."""
    mark = "yes" if row.is_met else "no"
    spread = f"{row.ratio:.2f} ({row.low:.2f}..{row.high:.2f})"
    return f"| {row.what} | {row.ours} | {row.raw} | {spread} | {row.bound} | {mark} |"


HEAD = """# Benchmarks

Made by `make bench BENCH="--write"`, the full size by `make bench BENCH="--records 1000000 --write"`; a section is
replaced whole. Each ratio compares with hand-written SQL (or the bare library named) doing the same work on the same
server in the same run, interleaved, three rounds; the median with min..max. Trust the ratios, not milliseconds.

"""


def page(rows: list, records: int) -> str:
    """The document, with the section of this size made anew and the others as they are."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("show server_version")
        server = cursor.fetchone()[0]
    title = f"## {records:,} records, {records * 10:,} stage stays"
    section = (
        f"{title}\n"
        f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}. "
        f"Python {sys.version.split()[0]}, Django {django.__version__}, PostgreSQL {server}.\n\n"
        "| what | ours | raw | ratio (min..max) | bound | met |\n|---|---|---|---|---|---|\n"
        + "".join(f"{line(row)}\n" for row in rows)
    )
    present = DOCUMENT.read_text(encoding="utf-8").split("\n## ")[1:] if DOCUMENT.exists() else []
    others = [f"## {each.strip()}\n" for each in present if not f"## {each}".startswith(title)]
    return HEAD + "\n".join([section, *others])


if __name__ == "__main__":
    raise SystemExit(main())
