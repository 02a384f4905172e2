from django.apps import AppConfig


class HandoffsConfig(AppConfig):
    """Who takes it."""

    name = "handoffs"
