"""Slow, endless and idle callers hold nobody up: a thread is taken only once a body is here."""

from __future__ import annotations

import json
import socket
import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.faults.caller import ask
from tests.faults.conftest import Product

pytestmark = [
    pytest.mark.kills,
    pytest.mark.skipif(not Path("/proc/self").exists(), reason="reads the processes from /proc"),
]
FORM = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000"
SLOW_BODY = f"POST /accounts/login/ HTTP/1.1\r\nHost: localhost\r\n{FORM}\r\n\r\nlogin=".encode()
SLOW_HEADERS = b"GET / HTTP/1.1\r\nHost: local"
PATIENCE_S, NOISE_S = 10, 0.5


@contextmanager
def callers(product: Product, count: int, says: bytes) -> Iterator[list[socket.socket]]:
    """So many who say this much and then nothing more."""
    with ExitStack() as lines:
        opened = []
        for _ in range(count):
            line = lines.enter_context(socket.create_connection(("127.0.0.1", product.port), 5))
            line.sendall(says)
            opened.append(line)
        yield opened


def took_s(product: Product) -> float:
    answers = [product.caller.page("/w/acme/people/", timeout=20) for _ in range(3)]
    assert {answer.status for answer in answers} == {200}
    return statistics.median(answer.took_s for answer in answers)


@pytest.mark.parametrize(
    ("count", "says"), [(60, SLOW_BODY), (60, SLOW_HEADERS), (200, b"")], ids=["bodies", "headers", "idle"]
)
def test_others_are_served_as_usual_beside_slow_callers(product: Product, count: int, says: bytes) -> None:
    product.until(product.is_served, "it was not well before", 60)
    usual = took_s(product)
    with callers(product, count, says) as lines:
        assert took_s(product) < 1.5 * usual + NOISE_S
        if says:
            lines[0].settimeout(PATIENCE_S + 10)
            begun_at = time.monotonic()
            told = lines[0].recv(4096)
            assert time.monotonic() - begun_at < PATIENCE_S + 5, "a slow caller is not given up"
            assert not told or b" 408 " in told.split(b"\r\n")[0] + b" ", told


def test_a_stranger_may_not_send_much(product: Product) -> None:
    refused = ask(product.port, "POST", "/accounts/login/", b"x" * 300_000, Content_Type="text/plain")
    assert refused.status == 413 and refused.json()["code"] == "body_too_large"


def test_a_stranger_may_not_send_without_end(product: Product) -> None:
    with socket.create_connection(("127.0.0.1", product.port), 10) as line:
        line.sendall(b"POST /accounts/login/ HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
        line.sendall(b"10000\r\n" + b"x" * 65_536 + b"\r\n")
        line.sendall(b"10000\r\n" + b"x" * 65_536 + b"\r\n")
        line.sendall(b"10000\r\n" + b"x" * 65_536 + b"\r\n")
        assert line.recv(4096).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("length", ["-1", "ten", "9" * 30])
def test_a_length_that_is_none_is_refused(product: Product, length: str) -> None:
    with socket.create_connection(("127.0.0.1", product.port), 10) as line:
        line.sendall(f"POST /accounts/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n".encode())
        assert line.recv(4096)[:12] in (b"HTTP/1.1 400", b"HTTP/1.1 413")


def test_a_program_may_send_many_records_and_a_file(product: Product) -> None:
    rows = [{"kind": "lead", "email": f"bulk{n}@x.example", "name": "B" * 200} for n in range(8_000)]
    many = product.caller.api("POST", "records:batch", {"rows": rows[:900]})
    assert many.status == 200, many.body[:300]
    assert len(json.dumps(rows)) > 1_000_000
    long = product.caller.api("POST", "records:batch", {"rows": rows})  # over what is kept in memory
    assert long.status in (200, 413, 422) and "server_error" not in long.body, long.body[:300]
    text = "Email,Name\n" + "".join(f"file{n}@x.example,{'F' * 200}\n" for n in range(9_000))
    body = (
        '--cut\r\nContent-Disposition: form-data; name="file"; filename="leads.csv"\r\n'
        f"Content-Type: text/csv\r\n\r\n{text}\r\n--cut--\r\n"
    ).encode()
    sent = ask(
        product.port, "POST", "/api/v1/w/acme/imports", body,
        Authorization=f"Bearer {product.caller.key}", Content_Type="multipart/form-data; boundary=cut",
    )  # fmt: skip
    assert sent.status == 201, sent.body[:300]


def test_a_path_is_decoded_once(product: Product) -> None:
    told = product.caller.page("/w/acme/%2570eople/")
    assert told.status == 404
    assert product.caller.page("/w/acme/%70eople/").status == 200
