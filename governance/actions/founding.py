"""Version 1 of a new workspace's blueprint."""

from typing import Any


def publish_first_version(**news: Any) -> None:
    """Publish the default blueprint as version 1."""
