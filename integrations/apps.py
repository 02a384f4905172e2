from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    """Who else speaks."""

    name = "integrations"
