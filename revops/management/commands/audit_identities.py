"""`manage.py audit_identities`: do the sums agree? The exit code is how many identities are broken, at most 100."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.people.models import Workspace
from revops.audit.running import AuditFinding, audit

MOST_TOLD = 100  # an exit code has one byte, and shells keep those above for themselves


class Command(BaseCommand):
    """Every accounting identity, of one workspace or of all; reads only."""

    help = "Check the accounting identities of every workspace; the exit code is how many are broken, 0 means whole."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--workspace", default="", help="only the workspace with this slug")
        parser.add_argument("--json", action="store_true", help="one JSON object a line")
        parser.add_argument("--grace", type=int, default=120, help="seconds that the clocks may be late (120)")

    def handle(self, *args: Any, **options: Any) -> None:
        workspaces = Workspace.objects.order_by("slug")
        if options["workspace"]:
            workspaces = workspaces.filter(slug=options["workspace"])
            if not workspaces:
                raise CommandError(f"There is no workspace “{options['workspace']}”.", returncode=101)
        broken = 0
        for workspace in workspaces.iterator():
            for finding in audit(workspace, grace_s=options["grace"]):
                self.stdout.write(json.dumps(vars(finding)) if options["json"] else _line(finding))
                broken += finding.broken > 0
        if not options["json"]:
            self.stdout.write(f"{broken} broken" if broken else "whole")
        if broken:
            raise SystemExit(min(broken, MOST_TOLD))


def _line(finding: AuditFinding) -> str:
    verdict = "ok    " if not finding.broken else "BROKEN"
    where = f" ({finding.broken}: {', '.join(finding.examples)})" if finding.broken else ""
    return f"{verdict} {finding.workspace:<20} {finding.sentence}{where}"
