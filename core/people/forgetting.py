"""The security log is kept as long as its workspace says; then its lines go. The database lets no other line go."""

from datetime import datetime, timedelta

from django.db.models import Q

from core.history.actions import record
from core.history.models import SecurityEvent
from core.people.models import Workspace

KEEPING = Q(security_log_days__isnull=False)
BATCH = 5_000


def forget_old_lines(workspace: Workspace, at: datetime) -> int:
    """Delete the oldest lines that are no longer kept, and how many; the history says so."""
    if workspace.security_log_days is None:
        return 0
    before = at - timedelta(days=workspace.security_log_days)
    oldest = SecurityEvent.objects.filter(at__lt=before).order_by("at").values("pk")[:BATCH]
    gone, _ = SecurityEvent.objects.filter(pk__in=oldest).delete()
    if gone:
        record("security_log.shortened", workspace, at=at, facts={"lines": gone, "before": before.isoformat()})
    return gone
