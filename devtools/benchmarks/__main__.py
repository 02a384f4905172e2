"""`make bench`: the tables of ratios and bounds. `BENCH="--records 1000000"` is the full size; `--write` keeps them."""

import argparse
import importlib
import os
import zoneinfo

import django

from devtools.benchmarks import document
from devtools.benchmarks.administrator import ADMIN
from devtools.stack import Stack
from devtools.stack.commands import AROUND

PARTS = (
    "served",
    "intake",
    "imports",
    "scan",
    "clocks",
    "scorecard",
    "whatif",
    "lists",
    "pages",
    "walls",
    "together",
    "handovers",
    "rest",
)


def main() -> int:
    """Measure on servers and in a folder of our own, beside whatever else runs here."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--only", choices=PARTS, action="append")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    options = parser.parse_args()
    for given in ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_SCANNER_URL", "REDIS_URL"):
        os.environ.pop(given, None)
    with Stack("bench", is_alone=True) as stack:
        stack.migrate(is_needed=True)
        os.environ.update(stack.env | AROUND | {"DJANGO_SETTINGS_MODULE": "revops.settings", "LOG_LEVEL": "WARNING"})
        os.environ[ADMIN] = stack.servers[0].url()  # type: ignore[attr-defined]
        zoneinfo.reset_tzpath()  # days are named by the database's own table of time zones
        django.setup()
        return measured(options)


def measured(options: argparse.Namespace) -> int:
    """Seed once, measure each part, print each row as it comes, and keep the tables when asked."""
    from blueprint.documents import blueprint_of
    from core.tenancy.scope import workspace_scope
    from devtools.benchmarks.seed import seeded

    workspace = seeded(options.records)
    with workspace_scope(workspace):  # a serving process has the version in force at hand
        blueprint_of(workspace)
    is_met = True
    for part in options.only or PARTS:
        where = document.surroundings()
        print(f"· {part}: {where}", flush=True)
        rows = []
        module = importlib.import_module(f"devtools.benchmarks.{part}")
        for row in module.run(workspace):
            print(f"  {document.table_line(row.cells)}", flush=True)
            rows.append(row)
            if options.write:  # what was measured stays, though the run is broken off
                document.keep(part, getattr(module, "worth_keeping", list)(rows), options.records, where)
        is_met = is_met and all(row.is_met for row in rows)
    return 0 if is_met else 1


if __name__ == "__main__":
    raise SystemExit(main())
