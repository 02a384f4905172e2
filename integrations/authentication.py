"""Keys: how a program comes in."""

from django.http import HttpRequest

from revops.workspaces.entrance import Entrance


def by_key(request: HttpRequest, slug: str) -> Entrance | None:
    """A program with an API key."""
    return None
