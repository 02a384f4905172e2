"""Prepared statements behind the web server, with no framework around: a path is a statement's name, and its values
come as the query or as a JSON body. What a statement returns is sent as it is."""

import json
import os
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

import psycopg2
from psycopg2.extensions import connection as Connection


@cache
def database() -> Connection:
    """This process's connection, with every statement prepared."""
    connection = psycopg2.connect(os.environ["DATABASE_OWNER_URL"])
    connection.autocommit = True
    with connection.cursor() as cursor:
        for name, (types, text, _) in statements().items():
            cursor.execute(f"prepare {name} ({types}) as {text}")
    return connection


@cache
def statements() -> dict[str, list[Any]]:
    """By name: the types of its parameters, its text, and the values that never change with those that are asked."""
    found: dict[str, list[Any]] = json.loads(os.environ["BENCH_STATEMENTS"])
    return found


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """One execute for one request."""
    name = environ["PATH_INFO"].strip("/")
    if name not in statements():
        start_response("404 Not Found", [("Content-Length", "0")])
        return []
    values = dict(statements()[name][2])
    values.update(parse_qsl(environ.get("QUERY_STRING", "")))
    if environ["REQUEST_METHOD"] == "POST":
        values["rows"] = environ["wsgi.input"].read().decode()
    given = ", ".join(f"%({key})s" for key in statements()[name][2])
    with database().cursor() as cursor:
        cursor.execute(f"execute {name} ({given})", values)
        body = str(cursor.fetchone()[0]).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
