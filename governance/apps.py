from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    """How it changes."""

    name = "governance"
