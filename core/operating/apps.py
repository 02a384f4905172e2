from django.apps import AppConfig


class OperatingConfig(AppConfig):
    """How the product runs."""

    name = "core.operating"
    label = "operating"
