from django.apps import AppConfig


class OperatingConfig(AppConfig):
    """How the product runs."""

    name = "revops.operating"
    label = "operating"
