from django.apps import AppConfig


class HistoryConfig(AppConfig):
    """What happened."""

    name = "core.history"
    label = "history"
