"""A request of the web server as the application reads it (PEP 3333)."""

from __future__ import annotations

import sys
from typing import Any, BinaryIO

ALWAYS = {
    "SCRIPT_NAME": "",
    "SERVER_SOFTWARE": "Granian",
    "wsgi.errors": sys.stderr,
    "wsgi.input_terminated": True,
    "wsgi.multiprocess": True,
    "wsgi.multithread": True,
    "wsgi.run_once": False,
    "wsgi.version": (1, 0),
}


def headers_of(scope: Any) -> dict[str, str]:
    """By their small names; one that came more than once is joined, as the protocol has it."""
    headers: dict[str, str] = {}
    for name, value in scope.headers.items():
        joint = "; " if name == "cookie" else ","
        headers[name] = f"{headers[name]}{joint}{value}" if name in headers else value
    return headers


def environ_of(scope: Any, headers: dict[str, str], body: BinaryIO) -> dict[str, Any]:
    """The environment of one request. A header with an underscore is not taken for one with a dash."""
    server, _, port = scope.server.rpartition(":")
    caller, _, caller_port = scope.client.rpartition(":")
    environ = {
        **ALWAYS,
        "REQUEST_METHOD": scope.method,
        "PATH_INFO": scope.path.encode().decode("latin-1"),  # its bytes, one letter each; the server decoded them once
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": server,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": caller.strip("[]"),
        "REMOTE_PORT": caller_port,
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": body,
    }
    for name, value in headers.items():
        if "_" not in name:
            environ["HTTP_" + name.upper().replace("-", "_")] = value
    if scope.authority and "HTTP_HOST" not in environ:  # HTTP/2 names the host apart from its headers
        environ["HTTP_HOST"] = scope.authority
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if (given := environ.pop(f"HTTP_{name}", None)) is not None:
            environ[name] = given
    if "CONTENT_LENGTH" not in environ and "transfer-encoding" in headers:
        environ["CONTENT_LENGTH"] = str(body.seek(0, 2))
        body.seek(0)
    return environ
