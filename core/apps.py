from django.apps import AppConfig


class CoreConfig(AppConfig):
    """What every room stands on; here for its template tags."""

    name = "core"
