"""Finds every address of a workspace and every table of a tenant by itself, so that a new one is covered at birth."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, models
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver

METHODS = ("get", "post", "put", "patch", "delete")
# What differs between two answers of the same words: the form's mark, the clock, the number of the request.
NOISE = re.compile(rb'("X-CSRFToken": ")\w+|(csrfmiddlewaretoken" value=")\w+|(data-now=")[^"]+|(nonce-)[\w+/=]+')


@dataclass(frozen=True)
class Address:
    """One URL pattern below a workspace: its route with `<converter:name>` holes, and the methods its view answers."""

    route: str
    methods: tuple[str, ...]

    @property
    def holes(self) -> dict[str, str]:
        """Name and converter of every hole but the workspace."""
        found = re.findall(r"<(?:(\w+):)?(\w+)>", self.route)
        return {name: converter or "str" for converter, name in found if name != "workspace"}

    def url(self, workspace: str, **values: Any) -> str:
        """The path with its holes filled."""
        given = {"workspace": workspace, **values}
        return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda hole: str(given[hole[1]]), self.route)

    def __str__(self) -> str:
        return self.route


def addresses() -> list[Address]:
    """Every address that names a workspace, pages and API alike."""
    return sorted(_walk(get_resolver(), ""), key=str)


def _walk(resolver: URLResolver, before: str) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry, route)
        elif isinstance(entry, URLPattern) and "<slug:workspace>" in route:
            yield Address(route, tuple(name for name in METHODS if _answers(entry.callback, name)))


def _answers(callback: Any, method: str) -> bool:
    """Whether what stands at an address answers the method: a viewset by its actions, a view by its methods."""
    if actions := getattr(callback, "actions", None):
        return method in actions
    view = getattr(callback, "view_class", None) or getattr(callback, "cls", None)
    return view is None or hasattr(view, method)


def words(answer: HttpResponse) -> tuple[int, bytes, str]:
    """What a caller can tell two answers apart by: status, body, type; and where to, for a redirect."""
    body = NOISE.sub(lambda found: next(group for group in found.groups() if group), answer.content)
    return answer.status_code, body, answer.headers.get("Content-Type", "") + answer.headers.get("Location", "")


def absent(converter: str) -> Any:
    """A value nobody has."""
    return {"int": 987_654_321, "uuid": UUID(int=7 << 76 | 2 << 62 | 1)}.get(converter, "no-such-thing")


def tenant_models() -> list[type[models.Model]]:
    """Every model whose rows belong to a workspace."""
    return [model for model in apps.get_models() if any(field.name == "workspace" for field in model._meta.fields)]


def tenant_tables() -> list[str]:
    """Every table of the database with a workspace_id, whether a model knows it or not."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid
            where a.attname = 'workspace_id' and not a.attisdropped and c.relkind in ('r', 'p')
              and c.relnamespace = 'public'::regnamespace order by 1
            """
        )
        return [name for (name,) in cursor.fetchall()]
