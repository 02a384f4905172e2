"""Going back restores definitions, not the past: these records moved under the versions that would be undone."""

from __future__ import annotations

from typing import Any

from django.db.models import Count

from governance.models import ChangeRequest
from handoffs.models import Handoff
from lifecycle.models import StageStay

EXAMPLES = 50


def since_published(undone: ChangeRequest) -> dict[str, Any]:
    """Records that entered a stage, and handoffs offered, under the undone version and those after it. Five queries."""
    version = undone.published_version or 0
    stays = StageStay.objects.filter(blueprint_version__gte=version, entered_at__gte=undone.published_at)
    handoffs = Handoff.objects.filter(blueprint_version__gte=version, offered_at__gte=undone.published_at)
    newest = (
        stays.filter(exited_at__isnull=True)
        .select_related("record", "stage", "from_stage")
        .order_by("-entered_at")[:EXAMPLES]
    )
    return {
        "version": version,
        "published_at": undone.published_at.isoformat() if undone.published_at else None,
        "records": stays.values("record_id").distinct().count(),
        "by_stage": [
            {"label": label, "count": count}
            for label, count in stays.values_list("stage__label").annotate(count=Count("id")).order_by("-count")[:20]
        ],
        "handoffs": handoffs.count(),
        "handoffs_open": handoffs.open().count(),
        "examples": [
            {
                "number": stay.record.number,
                "name": stay.record.name,
                "before": stay.from_stage.label if stay.from_stage else "new",
                "after": stay.stage.label,
                "at": stay.entered_at.isoformat(),
                "cause": stay.cause,
            }
            for stay in newest
        ],
    }
