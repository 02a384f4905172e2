"""The log: one object a line, with the request and the workspace it belongs to, and nobody's address or key."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.test import Client

from core.logs import formatter, struck
from core.tenancy.sweeps import each_workspace
from revops.celery import app
from tests.cast import PASSWORD, Cast


@contextmanager
def log(shape: str = "json") -> Iterator[list[Any]]:
    """What the root's handler writes inside, line by line."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(formatter(shape))
    root, said = logging.getLogger(), []
    root.addHandler(handler)
    try:
        yield said
    finally:
        root.removeHandler(handler)
        text = written.getvalue()
        said += [json.loads(line) for line in text.splitlines()] if shape == "json" else text.splitlines()


def access_lines(said: list[Any]) -> list[dict[str, Any]]:
    return [line for line in said if line["logger"] == "revops.access"]


@pytest.mark.django_db
def test_a_request_leaves_one_line_with_its_id_and_workspace(cast: Cast, client: Client) -> None:
    client.force_login(cast.rick.user, backend="django.contrib.auth.backends.ModelBackend")
    with log() as said:
        client.get("/w/acme/inbox/?q=rick@acme.example", headers={"X-Request-Id": "a-request-of-mine"})
        client.get("/w/globex/inbox/")
    mine, foreign = access_lines(said)
    assert mine.items() >= {
        "method": "GET", "route": "w/<slug:workspace>/inbox/", "status": 200, "workspace": "acme",
        "member": str(cast.rick.pk), "request_id": "a-request-of-mine", "level": "info",
    }.items()  # fmt: skip
    assert isinstance(mine["ms"], int) and "timestamp" in mine
    assert foreign["status"] == 404 and "workspace" not in foreign, "nothing is left over of the request before"


@pytest.mark.django_db
def test_no_address_password_or_key_gets_into_it(cast: Cast, client: Client) -> None:
    with log() as said:
        client.post("/accounts/login/", {"login": "rick@acme.example", "password": PASSWORD})
        client.post("/accounts/login/", {"login": "rick@acme.example", "password": "wrong-horse"})
        client.get("/join/a-secret-invitation-token/")
        client.get("/api/v1/w/acme/records", headers={"Authorization": "Bearer rvp_abcdefgh_0123456789"})
        try:
            raise ValueError("Key (email)=(rick@acme.example) in postgres://app:hunter2@db/revops")
        except ValueError:
            logging.getLogger("anybody").exception("mail to rick@acme.example with rvp_abcdefgh_0123456789")
    text = json.dumps(said, ensure_ascii=False)
    for secret in ("rick@acme", PASSWORD, "wrong-horse", "a-secret-invitation", "0123456789", "hunter2"):
        assert secret not in text, secret
    assert "‹address›" in text and "ValueError" in text, "what is struck out leaves its place"


def test_what_looks_like_a_secret_is_struck_out() -> None:
    table = {
        "from ann.b+c@initech.co.example to": "from ‹address› to",
        "redis://:s3cret@127.0.0.1:1/0": "redis://:‹password›@127.0.0.1:1/0",
        "Authorization: Bearer abc.def-ghi": "Authorization: Bearer ‹token›",
        "GET /join/Zm9v/ 404": "GET /join/‹token›/ 404",
        "/accounts/password/reset/key/1-abc-def/": "/accounts/password/reset/key/‹token›/",
        "Key (email)=(a b)": "Key (email)=(‹values›)",
        "password='x y'": "password='‹secret› y'",
        "the record 12 is late": "the record 12 is late",
    }
    assert {text: struck(text) for text in table} == table


@pytest.mark.django_db
def test_lines_of_a_sweep_name_the_workspace_and_those_of_a_task_the_task(cast: Cast) -> None:
    def trouble(workspace: Any) -> int:
        raise ValueError("stumbled")

    @app.task(name="tests.stumbles")
    def stumbles() -> None:
        each_workspace([cast.acme.pk], trouble, what="tests.sweep")

    with log() as said:
        stumbles.apply(task_id="the-task")
        logging.getLogger("after").info("nothing")
    [line] = [line for line in said if line["logger"] == "core.tenancy.sweeps"]
    assert (line["workspace"], line["task"], line["task_id"]) == ("acme", "tests.stumbles", "the-task")
    assert "stumbled" in line["exception"]
    [after] = [line for line in said if line["logger"] == "after"]
    assert "task" not in after and "workspace" not in after


def test_for_people_it_is_one_line() -> None:
    with log("line") as said:
        logging.getLogger("revops.access").info(
            "request", extra={"method": "GET", "route": "x/", "status": 200, "ms": 3}
        )
    assert said[0].endswith("INFO revops.access: request [method=GET route=x/ status=200 ms=3]")
