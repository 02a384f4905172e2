from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    """Who else speaks."""

    name = "integrations"

    def ready(self) -> None:
        """Let the schema know how one comes in."""
        from integrations import openapi  # noqa: F401  # registers itself
