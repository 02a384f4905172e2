"""Write requirements.lock and requirements-dev.lock: every version and hash, no address. Run by `make lock`."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FLAGS = ["--universal", "--python-version", "3.11", "--generate-hashes", "--quiet"]
FLAGS += ["--no-emit-index-url", "--no-emit-find-links", "--no-annotate", "--no-header"]
HEAD = "# Made by `make lock` from pyproject.toml. Installed with --require-hashes.\n"


def lock(name: str, wanted: list[str], *, within: Path | None = None) -> Path:
    """Resolve for every platform and Python from 3.11 on, and write the file."""
    target = ROOT / name
    kept = target.read_text() if target.exists() else ""  # versions stay unless --upgrade is asked for
    fresh = target.with_suffix(".part")
    fresh.write_text(kept)
    command = [sys.executable, "-m", "uv", "pip", "compile", "-", "-o", str(fresh), *FLAGS, *sys.argv[1:]]
    if within is not None:
        command += ["--constraints", str(within)]
    try:
        subprocess.run(command, input="\n".join(wanted), text=True, check=True, cwd=ROOT, env=_uv_environment())
        target.write_text(HEAD + fresh.read_text())
    finally:
        fresh.unlink(missing_ok=True)
    return target


def _uv_environment() -> dict[str, str]:
    """uv looks where pip has been told to look on this machine."""
    environment = dict(os.environ)
    said = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True).stdout
    for variable, name in {"index-url": "UV_DEFAULT_INDEX", "cert": "SSL_CERT_FILE"}.items():
        for line in said.splitlines():
            key, _, value = line.partition("=")
            if key.endswith(f".{variable}"):
                environment.setdefault(name, value.strip("'\""))
    return environment


if __name__ == "__main__":
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    run = project["project"]["dependencies"]
    locked = lock("requirements.lock", run)
    lock("requirements-dev.lock", [*run, *project["dependency-groups"]["dev"]], within=locked)
