from django.apps import AppConfig


class WorkspacesConfig(AppConfig):
    """People, teams and the tenant scope."""

    name = "revops.workspaces"
    label = "workspaces"
