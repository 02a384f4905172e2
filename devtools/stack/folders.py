"""Where the embedded servers keep their files, who may run them, and how two of us never use the same folder."""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import secrets
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parents[2]
ELSEWHERE = Path("/var/tmp")  # for root's checkout in a home that nobody else may enter; survives a restart
STATE = Path(os.environ.get("REVOPS_STATE") or ROOT / ".state").absolute()  # servers start in folders of their own


class CannotStart(SystemExit):
    """A server cannot be brought up; the sentence says what to do about it."""


@dataclass(frozen=True)
class Runner:
    """The system user who runs PostgreSQL: ourselves, or `nobody` when we are root, which PostgreSQL refuses."""

    uid: int
    gid: int
    is_other: bool

    @classmethod
    def here(cls) -> Runner:
        """Who it is on this machine."""
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid(), False)
        nobody = pwd.getpwnam("nobody")
        return cls(nobody.pw_uid, nobody.pw_gid, True)

    def popen_options(self) -> dict[str, Any]:
        """What `subprocess` needs to become that user."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.is_other else {}

    def give(self, path: Path) -> Path:
        """Make the file or folder belong to that user."""
        if self.is_other:
            os.chown(path, self.uid, self.gid)
        return path


def is_open_to_all(path: Path) -> bool:
    """Whether another user of this machine can reach the path."""
    return all(p.stat().st_mode & stat.S_IXOTH for p in (path, *path.parents) if p.exists())


def state_folder(name: str, runner: Runner) -> Path:
    """The folder for one set of servers, in a place the runner can enter; made when missing."""
    wanted = folder = STATE / name
    if runner.is_other and not is_open_to_all(STATE):
        _sweep_orphans()
        mark = hashlib.sha256(str(wanted).encode()).hexdigest()[:12]
        folder = ELSEWHERE / f"revops-{mark}"
    folder.mkdir(parents=True, exist_ok=True, mode=0o755)
    if not _is_ours(folder):
        raise CannotStart(f"{folder} belongs to somebody else: remove it, or set DATABASE_URL and REDIS_URL.")
    if folder != wanted:
        (folder / "belongs-to").write_text(str(STATE))
    return folder


def _is_ours(folder: Path) -> bool:
    """A real folder, and of our own making: anybody may write below /var/tmp."""
    seen = folder.lstat()
    return stat.S_ISDIR(seen.st_mode) and seen.st_uid == os.geteuid()


def _sweep_orphans() -> None:
    """Remove what checkouts that are gone have left elsewhere."""
    for folder in ELSEWHERE.glob("revops-*"):
        belongs_to = folder / "belongs-to"
        if not _is_ours(folder) or not belongs_to.exists() or Path(belongs_to.read_text()).parent.exists():
            continue
        if lock := take(folder):
            shutil.rmtree(folder, ignore_errors=True)
            lock.close()


def copy_once(source: Path, target: Path) -> Path:
    """Copy a tree unless it is there already; a copy cut short is never mistaken for a whole one."""
    if not target.exists():
        part = target.with_name(f"{target.name}.{os.getpid()}.part")
        shutil.copytree(source, part, symlinks=True)
        part.rename(target)
    return target


def take(folder: Path) -> IO[str] | None:
    """Hold the folder for this process alone, or None when another process holds it. The kernel lets go when we die."""
    lock = open(folder / "lock", "a")  # noqa: SIM115 - open as long as the folder is ours
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock


def kept_secret(path: Path) -> str:
    """A random secret, made at the first call and the same ever after."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.{os.getpid()}.part")
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(part, path)  # fails when another process was first; then its secret is the one
        except FileExistsError:
            pass
        finally:
            part.unlink()
    return path.read_text().strip()
