"""Django looks for a database's wrapper here: PostgreSQL's own, each line of which the guard knows."""

from typing import Any

from django.db.backends.postgresql import base

from core.postgres import guard


class DatabaseWrapper(base.DatabaseWrapper):
    """No new line is opened to a server known to be silent; every line can be cut when it becomes silent."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """As Django does. Raises the driver's OperationalError at once while the server is silent."""
        return guard.opened(lambda: super(DatabaseWrapper, self).get_new_connection(conn_params))
