from django.apps import AppConfig


class ScorecardConfig(AppConfig):
    """What it tells us."""

    name = "scorecard"
