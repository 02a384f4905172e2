from django.apps import AppConfig


class LifecycleConfig(AppConfig):
    """What moves: records through stages."""

    name = "lifecycle"
