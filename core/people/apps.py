from django.apps import AppConfig


class WorkspacesConfig(AppConfig):
    """People, teams and the tenant scope."""

    name = "core.people"
    label = "workspaces"

    def ready(self) -> None:
        """Follow what allauth tells of accounts."""
        from allauth.account import signals

        from core.people import account_events, limits, proof

        signals.email_confirmed.connect(proof.on_address_proved, dispatch_uid="begin_afresh")
        account_events.connect()
        limits.count_in_the_database()
        signals.password_reset.connect(proof.on_password_reset, dispatch_uid="reset_is_a_proof")
