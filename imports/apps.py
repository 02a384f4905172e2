from django.apps import AppConfig


class ImportsConfig(AppConfig):
    """Files in. Its tables are the intake's, in `lifecycle`."""

    name = "imports"
