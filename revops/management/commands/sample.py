"""Load the sample company, once."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from core.database import owner_cursor
from revops import sample


class Command(BaseCommand):
    """`manage.py sample`: Acme Robotics, its people and its last months."""

    help = "Load the sample company (does nothing when it is there)."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--days", type=int, default=sample.DAYS, help="how many days of history")

    def handle(self, *args: Any, **options: Any) -> None:
        settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"  # its addresses belong to nobody
        sample.load(timezone.now(), say=self.stdout.write, days=options["days"])
        with owner_cursor() as cursor:  # so that the first pages are planned with the figures of what was just written
            cursor.execute("analyze")
