"""`manage.py migrate`, run by the role that owns the tables; the role that serves cannot change them."""

from typing import Any

from django.core.management.commands import migrate

from core.database import as_owner


class Command(migrate.Command):
    """Django's own command, as the owner."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate as owner; the serving role gets its privileges from the owner's defaults."""
        with as_owner(options["database"]):
            super().handle(*args, **options)
