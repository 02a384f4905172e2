"""One folder in which the processes of one web server keep their counts, so that each can tell those of all."""

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
PREFIX = "revops-metrics-"


def share_counts() -> None:
    """Name the folder, unless it is named already: by our parent, which all workers of a server have in common."""
    if os.environ.get(VARIABLE):
        return
    base = Path(tempfile.gettempdir())
    tells = Path("/proc/self").exists()  # elsewhere nobody knows which of them are in use
    for left_over in base.glob(f"{PREFIX}*"):
        if tells and not Path(f"/proc/{left_over.name.removeprefix(PREFIX)}").exists():
            shutil.rmtree(left_over, ignore_errors=True)
    folder = base / f"{PREFIX}{os.getppid()}"
    with suppress(OSError):  # no room for counts is no reason not to serve
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.stat().st_uid == os.getuid():
            os.environ[VARIABLE] = str(folder)
