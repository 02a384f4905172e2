from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """What people are told."""

    name = "core.notices"
    label = "notices"
