"""Who takes what the product sends during the tour: a mail server and a Slack of our own."""

from __future__ import annotations

import json
import logging
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from devtools.stack.servers.server import free_port
from tests.integrations.slack import SlackServer, pressed, slack_here

PATIENCE_S = 150  # beat sorts notices every quarter of a minute, and mails go out in the next pass


@dataclass
class Mailbox:
    """Every mail that was sent, as it came over the wire."""

    mails: list[tuple[str, EmailMessage]] = field(default_factory=list)

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:  # aiosmtpd calls it so
        mail = message_from_bytes(envelope.content, policy=policy.default)
        self.mails += [(to, mail) for to in envelope.rcpt_tos]  # type: ignore[misc]
        return "250 Taken"

    def to(self, address: str, words: str) -> EmailMessage:
        """Wait for a mail to somebody with these words in its text. Raises AssertionError."""

        def found() -> EmailMessage | None:
            return next((mail for to, mail in self.mails if to == address and words in text_of(mail)), None)

        return until(found, f"no mail to {address} with {words!r}")


def text_of(mail: EmailMessage) -> str:
    """Subject and plain text."""
    body = mail.get_body(("plain",))
    return f"{mail['Subject']}\n{body.get_content() if body else ''}"


def until(found: Callable[[], Any], complaint: str) -> Any:
    """Look twice a second until there is something. Raises AssertionError."""
    end = time.monotonic() + PATIENCE_S
    while not (there := found()):
        assert time.monotonic() < end, complaint
        time.sleep(0.5)
    return there


@dataclass
class Slack:
    """What it was sent, and the buttons of its messages."""

    server: SlackServer
    site: str
    workspace_id: object

    def message(self, who: str, words: str) -> dict[str, Any]:
        """Wait for a message to somebody."""

        def found() -> dict[str, Any] | None:
            sent = [each for each in self.server.sent if each.get("channel") == who]
            return next((each for each in sent if words in json.dumps(each, ensure_ascii=False)), None)

        message: dict[str, Any] = until(found, f"no message to {who} with {words!r}")
        return message

    def press(self, who: str, action: str, value: str) -> None:
        """Press a button: the signed request that Slack would send."""
        made = pressed(who, action, value, time.time(), response_url=f"{self.server.address}hooks")
        address = f"{self.site}/slack/{self.workspace_id}/actions/"
        headers = {"Content-Type": made["content_type"], **made["headers"]}
        with urllib.request.urlopen(urllib.request.Request(address, made["data"].encode(), headers)) as answer:
            assert answer.status == 200


@contextmanager
def mail_server() -> Iterator[tuple[str, Mailbox]]:
    """A mail server on a free port: its URL, and what it took."""
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    mailbox, port = Mailbox(), free_port()
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{port}", mailbox
    finally:
        controller.stop()


def buttons_of(message: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The buttons and menus of a message, by what they do."""
    blocks = message["blocks"]
    blocks = json.loads(blocks) if isinstance(blocks, str) else blocks
    return {each["action_id"]: each for block in blocks for each in block.get("elements", [])}


__all__ = ["Mailbox", "Slack", "SlackServer", "buttons_of", "mail_server", "slack_here", "text_of", "until"]
