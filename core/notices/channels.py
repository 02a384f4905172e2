"""Ways to tell people other than the bell and mail, which higher rooms bring; named in `revops/wiring.py`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from core.notices.models import Notice
from core.people.models import Member, Workspace

MAIL = "mail"


class NotTaken(Exception):
    """The other side is away, or says no; it is tried again."""


class Channel(Protocol):
    """One way to tell people. Both run within the workspace's scope; what `prepared` answers is called when no
    transaction is open: it sends the message, answers False where nobody there knows the person, and raises NotTaken.
    `name` is the same when a message is sent again."""

    def serves(self, workspace: Workspace) -> bool: ...
    def prepared(
        self, workspace: Workspace, member: Member, notices: Sequence[Notice], name: str
    ) -> Callable[[], object] | None: ...


@dataclass(frozen=True)
class Brought:
    """What higher rooms brought, by name."""

    channels: dict[str, Channel]


_brought = Brought({})


def tell_also_by(name: str, channel: Channel) -> None:
    """People are told by this channel too, where it serves their workspace."""
    _brought.channels[name] = channel


def channels_of(workspace: Workspace) -> dict[str, Channel]:
    """Those that serve the workspace in scope."""
    return {name: channel for name, channel in _brought.channels.items() if channel.serves(workspace)}
