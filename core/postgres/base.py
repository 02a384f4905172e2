"""Django looks for a database's wrapper here: PostgreSQL's own, each line of which the guard knows."""

import select
import time
from typing import Any

from django.db.backends.postgresql import base

from core.postgres import guard

TRUSTED_S = 2.0


class DatabaseWrapper(base.DatabaseWrapper):
    """No new line is opened to a server known to be silent; every line can be cut when it becomes silent."""

    answered_at = float("-inf")
    is_trusted = False
    health_check_done: bool

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """As Django does. Raises the driver's OperationalError at once while the server is silent."""
        return guard.opened(lambda: super(DatabaseWrapper, self).get_new_connection(conn_params))

    def close_if_unusable_or_obsolete(self) -> None:
        """As Django does around every request, which then asks the server whether it is there. It is not asked where it
        answered a moment ago and has said nothing since: a server tells of a session that it ends, a killed one's
        kernel of its end."""
        if self.health_check_done and not self.is_trusted:
            self.answered_at = time.monotonic()
        super().close_if_unusable_or_obsolete()
        self.is_trusted = False
        line = self.connection
        if line is not None and not line.closed and time.monotonic() - self.answered_at < TRUSTED_S:
            poll = select.poll()
            poll.register(line.fileno(), select.POLLIN)
            self.is_trusted = not poll.poll(0)
            self.health_check_done = self.health_check_done or self.is_trusted
