"""Slack: notices as messages, and answers by their buttons."""
