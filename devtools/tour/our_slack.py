"""The product's own settings, with Slack at an address of ours instead of slack.com."""

import os

from revops.settings import *  # noqa: F403

SLACK_API_URL = os.environ["TOUR_SLACK"]
SLACK_HOOKS_URL = SLACK_API_URL
