"""Write docs/metrics.md from the kinds of metrics."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from scorecard.kinds_page import kinds_page


class Command(BaseCommand):
    """Write the page of help about every kind of metric."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        Path(settings.BASE_DIR, "docs", "metrics.md").write_text(kinds_page(), encoding="utf-8")
