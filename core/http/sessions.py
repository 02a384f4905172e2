"""Sessions in the database, where a database that is away is not taken for somebody having signed out."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.db import InterfaceError, OperationalError


class SessionStore(db.SessionStore):
    """Django's own; but an error of the line stays one: Django would tell the caller 400, "session was deleted"."""

    def save(self, must_create: bool = False) -> None:
        """Write it. Raises UpdateError when it was deleted meanwhile, OperationalError when nobody could be asked."""
        try:
            super().save(must_create)
        except UpdateError as error:
            if isinstance(error.__context__, (OperationalError, InterfaceError)):
                raise error.__context__ from None
            raise
