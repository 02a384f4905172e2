from django.apps import AppConfig


class WorkspacesConfig(AppConfig):
    """People, teams and the tenant scope."""

    name = "core.people"
    label = "workspaces"

    def ready(self) -> None:
        """Follow what allauth tells of accounts."""
        from core.people import limits, sign_in

        sign_in.connect()
        limits.count_in_the_database()
