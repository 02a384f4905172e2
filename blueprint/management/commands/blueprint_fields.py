"""Write docs/blueprint-fields.md from the schema."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from blueprint.help_page import help_page


class Command(BaseCommand):
    """Write the page of help about every field."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        Path(settings.BASE_DIR, "docs", "blueprint-fields.md").write_text(help_page(), encoding="utf-8")
