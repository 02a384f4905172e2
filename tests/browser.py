"""A Chromium for the tests on any machine: `python -m tests.browser` says which one will be used.

In order: $E2E_CHROMIUM; a Chromium or Chrome on PATH; the one Playwright has installed; else the headless build
inside the npm package @sparticuz/chromium, unpacked once with libraries of its own (no root, nothing fetched).
"""

from __future__ import annotations

import io
import os
import platform
import shutil
import sys
import tarfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PACKED = ROOT / "frontend/node_modules/@sparticuz/chromium/bin"
UNPACKED = ROOT / ".state/chromium"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Root may not use the sandbox; the others keep the browser from calling anybody but our pages.
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"]


class NoBrowser(Exception):
    """No Chromium was found and none could be unpacked."""


def launch_options() -> dict[str, Any]:
    """What Playwright's `chromium.launch` needs here. Raises NoBrowser."""
    named = os.environ.get("E2E_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if named:
        return {"executable_path": named, "args": FLAGS}
    playwrights = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache/ms-playwright")
    if any(playwrights.glob("chromium*")):
        return {"args": FLAGS}
    if platform.machine() == "x86_64" and ((UNPACKED / "chromium").exists() or (PACKED / "chromium.br").exists()):
        return _unpacked()
    raise NoBrowser("No Chromium: install one, or name it in E2E_CHROMIUM.")


def _unpacked() -> dict[str, Any]:
    """The npm package's browser, with its libraries and fonts beside it."""
    program = UNPACKED / "chromium"
    if not program.exists():
        _unpack(program)
    libraries = os.pathsep.join(filter(None, (str(UNPACKED / "lib"), os.environ.get("LD_LIBRARY_PATH"))))
    environment = {**os.environ, "LD_LIBRARY_PATH": libraries, "FONTCONFIG_FILE": str(UNPACKED / "fonts.conf")}
    return {
        "executable_path": str(program),
        "args": [*FLAGS, "--headless=shell", "--no-zygote"],
        "env": environment,
    }


def _unpack(program: Path) -> None:
    import brotli

    UNPACKED.mkdir(parents=True, exist_ok=True)
    for name in ("al2023", "swiftshader", "fonts"):
        content = brotli.decompress((PACKED / f"{name}.tar.br").read_bytes())
        with tarfile.open(fileobj=io.BytesIO(content)) as archive:
            archive.extractall(UNPACKED, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))
    folders = f"<dir>{UNPACKED}/fonts</dir><dir>/usr/share/fonts</dir><cachedir>{UNPACKED}/cache</cachedir>"
    (UNPACKED / "fonts.conf").write_text(f"<fontconfig>{folders}</fontconfig>")
    part = program.with_suffix(f".{os.getpid()}")
    part.write_bytes(brotli.decompress((PACKED / "chromium.br").read_bytes()))
    part.chmod(0o755)
    part.rename(program)


if __name__ == "__main__":
    try:
        print("· Browser for the tests:", launch_options().get("executable_path", "Playwright's own"))
    except NoBrowser as none:
        sys.exit(str(none))
