"""The queue's door of integrations."""

from celery import shared_task
from slack_sdk.errors import SlackClientError
from slack_sdk.webhook import WebhookClient

from integrations.slack.buttons import SAY


@shared_task(name=SAY)
def say_in_slack(address: str, said: str) -> None:
    """Write under a message what became of its button; lost where Slack is away, for the page tells it too."""
    try:
        WebhookClient(address, timeout=10).send(text=said, replace_original=False, response_type="ephemeral")
    except (OSError, SlackClientError):
        return
