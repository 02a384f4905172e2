from django.apps import AppConfig


class RevopsConfig(AppConfig):
    """Commands and the binding of the apps."""

    name = "revops"
    label = "revops"

    def ready(self) -> None:
        """Name the followers: `wiring.py` is the one table of "when this has happened, do that"."""
        from revops import wiring

        wiring.connect()
        wiring.connect_playbooks()
        wiring.connect_channels()
