"""What keeps the product from starting is said in a sentence, with an exit code; nothing stays behind."""

from __future__ import annotations

import http.server
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from devtools.stack.folders import ROOT, CannotStart
from devtools.stack.servers.server import free_port, is_free
from devtools.stack.supervisor import _who_answers
from devtools.stack.token import answering
from tests.faults.conftest import Product
from tests.ground.test_stack import bare_environment

pytestmark = pytest.mark.kills


def start(state: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """`manage.py run`, which is expected to end by itself."""
    return subprocess.run(
        [sys.executable, "manage.py", "run"],
        cwd=ROOT,
        env=bare_environment(REVOPS_STATE=str(state), SAMPLE="0", **more),
        capture_output=True,
        text=True,
        timeout=120,
    )


def assert_refused(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr and "is up" not in done.stdout
    for word in words:
        assert word in done.stderr


def test_the_second_says_where_the_first_is(product: Product) -> None:
    again = start(product.state, PORT=str(free_port()))
    assert_refused(again, f"It runs already, at http://localhost:{product.port}.", "REVOPS_STATE")
    assert product.is_served()


@contextmanager
def stranger(family: socket.AddressFamily, address: str, *, shares: bool = False) -> Iterator[int]:
    """Another program on a port; it may allow others on it as well."""
    with socket.socket(family) as line:
        if shares:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        line.bind((address, 0))
        line.listen()
        yield line.getsockname()[1]


@pytest.mark.parametrize(
    ("family", "address", "shares"),
    [
        (socket.AF_INET, "127.0.0.1", False),
        (socket.AF_INET, "127.0.0.1", True),
        (socket.AF_INET, "0.0.0.0", True),
        (socket.AF_INET6, "::1", False),
        (socket.AF_INET6, "::", False),
    ],
)
def test_a_strangers_port_is_not_ours(family: socket.AddressFamily, address: str, shares: bool) -> None:
    try:
        with stranger(family, address, shares=shares) as port:
            assert not is_free(port)
    except OSError as error:
        pytest.skip(f"no such address here: {error}")


def test_a_taken_port_is_said(tmp_path: Path) -> None:
    with stranger(socket.AF_INET, "127.0.0.1", shares=True) as port:
        assert_refused(start(tmp_path, PORT=str(port)), f"Port {port} is taken by another program", "PORT=")


@pytest.mark.parametrize("port", ["0", "70000", "http"])
def test_what_is_no_port_is_said(tmp_path: Path, port: str) -> None:
    assert_refused(start(tmp_path, PORT=port), "PORT must be a number")


def test_a_folder_that_cannot_be_written_is_said() -> None:
    assert_refused(start(Path("/sys/revops"), PORT=str(free_port())), "/sys/revops", "may not be written")


@pytest.fixture(params=[8, 38, 40])
def tiny_disk(request: pytest.FixtureRequest) -> Iterator[Path]:
    """A disk of some MB that anybody may enter: full at PostgreSQL's set-up, at its first caller, or later."""
    folder = Path(tempfile.mkdtemp(dir="/var/tmp"))
    folder.chmod(0o755)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={request.param}m,mode=755", "none", str(folder)], capture_output=True
    )
    if mounted.returncode:
        folder.rmdir()
        pytest.skip("this user may not mount a disk")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="mounts a disk")
def test_a_full_disk_is_said(tiny_disk: Path) -> None:
    assert_refused(start(tiny_disk, PORT=str(free_port())), "The disk is full", str(tiny_disk), "REVOPS_STATE")


class Page(http.server.BaseHTTPRequestHandler):
    """A stranger's page."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *_: object) -> None:
        """In silence."""


def test_the_address_is_given_only_when_our_own_server_answers_there() -> None:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with pytest.raises(CannotStart, match="Another program answers on port"):
            _who_answers(server.server_port, "token")
        server.shutdown()
    assert _who_answers(free_port(), "token") is False


def test_our_own_server_knows_the_token_and_tells_nobody() -> None:
    said: list[object] = []
    application = answering("token", lambda environ, start: [b"the application"])
    assert application({"HTTP_X_RUN": "guess"}, lambda *told: said.extend(told)) == [b"the application"]
    assert said == []
    assert application({"HTTP_X_RUN": "token"}, lambda *told: said.extend(told)) == [b""]
    assert said[0] == "204 No Content" and "token" not in str(said)
