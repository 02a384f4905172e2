from django.apps import AppConfig


class BlueprintConfig(AppConfig):
    """The published versions of the workspace's configuration."""

    name = "blueprint"
    label = "blueprint"
