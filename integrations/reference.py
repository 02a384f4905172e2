"""The API's reference, read from its own schema: groups of calls, the fields they take and give, a line to try."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils.text import slugify

Schema = Mapping[str, Any]
METHODS = ("get", "post", "put", "patch", "delete")
DEEPEST = 3  # levels of fields shown; deeper ones are in the schema itself
SAMPLES = {
    "uuid": "0199c0de-0000-7000-8000-000000000001", "date-time": "2026-03-02T10:00:00Z", "date": "2026-03-02",
    "email": "dana@acme.example", "uri": "https://acme.example/", "decimal": "1250.00", "time": "10:00",
}  # fmt: skip


@dataclass(frozen=True)
class ReferenceField:
    """One field, with its place in the whole as `a.b[].c`."""

    name: str
    kind: str
    is_required: bool
    said: str


@dataclass(frozen=True)
class Answer:
    """One status a call may answer with, and the fields of its body."""

    status: str
    said: str
    fields: tuple[ReferenceField, ...]


@dataclass(frozen=True)
class Call:
    """One method of one path."""

    id: str
    method: str
    path: str
    title: str
    said: str
    parameters: tuple[ReferenceField, ...]
    body_kinds: tuple[str, ...]
    body: tuple[ReferenceField, ...]
    answers: tuple[Answer, ...]
    refusals: str
    line: str


@dataclass(frozen=True)
class ReferenceGroup:
    """The calls of one noun."""

    name: str
    anchor: str
    calls: tuple[Call, ...]


@cache
def schema() -> dict[str, Any]:
    """The OpenAPI document, made once in a process: it follows from the code."""
    from drf_spectacular.generators import SchemaGenerator

    made: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return made


def reference(document: Schema, host: str) -> list[ReferenceGroup]:
    """The document as people read it; `host` stands in the example lines."""
    groups: dict[str, list[Call]] = {}
    for path, calls in document["paths"].items():
        for method in METHODS:
            if method in calls:
                call = calls[method]
                groups.setdefault((call.get("tags") or ["other"])[0], []).append(
                    _call(document, host, path, method, call)
                )
    return [ReferenceGroup(name, f"group-{slugify(name)}", tuple(calls)) for name, calls in sorted(groups.items())]


def _call(document: Schema, host: str, path: str, method: str, call: Schema) -> Call:
    content = call.get("requestBody", {}).get("content", {})
    shape = next((kind["schema"] for kind in content.values()), None)
    said = (call.get("summary") or call.get("description") or "").strip()
    title, _, rest = said.partition("\n")
    answers = {status: answer for status, answer in call["responses"].items() if status < "300"}
    return Call(
        id=call["operationId"],
        method=method.upper(),
        path=path,
        title=title,
        said=rest.strip() or (call.get("description", "").strip() if call.get("summary") else ""),
        parameters=tuple(_parameter(document, one) for one in call.get("parameters", ()) if one["name"] != "workspace"),
        body_kinds=tuple(content),
        body=tuple(_fields(document, shape)) if shape else (),
        answers=tuple(_answer(document, status, answer) for status, answer in answers.items()),
        refusals=", ".join(status for status in call["responses"] if status >= "300"),
        line=_line(document, host, path, method, content),
    )


def _parameter(document: Schema, one: Schema) -> ReferenceField:
    shape = one.get("schema", {})
    where = {"path": "in the path", "query": "", "header": "header"}[one["in"]]
    said = ". ".join(part for part in (where, one.get("description", "").strip().rstrip(".")) if part)
    return ReferenceField(one["name"], _kind(document, shape), one.get("required", False), said)


def _answer(document: Schema, status: str, answer: Schema) -> Answer:
    shape = next((kind.get("schema") for kind in answer.get("content", {}).values()), None)
    return Answer(status, answer.get("description", ""), tuple(_fields(document, shape)) if shape else ())


def _resolved(document: Schema, shape: Schema) -> Schema:
    """The shape a reference points at; `allOf` of one is that one."""
    for _ in range(10):
        if "$ref" in shape:
            shape = document["components"]["schemas"][shape["$ref"].rsplit("/", 1)[1]]
        elif len(shape.get("allOf", ())) == 1:
            shape = shape["allOf"][0]
        else:
            break
    return shape


def _kind(document: Schema, shape: Schema) -> str:
    shape = _resolved(document, shape)
    choices = shape.get("oneOf") or shape.get("anyOf")
    if choices:
        kinds = [_kind(document, one) for one in choices]
        return " or ".join(dict.fromkeys(kind for kind in kinds if kind))
    if "enum" in shape:
        return " | ".join("null" if value is None else str(value or "blank") for value in shape["enum"])
    if shape.get("type") == "array":
        return f"list of {_kind(document, shape.get('items', {}))}"
    kind = shape.get("format") or shape.get("type") or "anything"
    return f"{kind} or null" if shape.get("nullable") else str(kind)


def _fields(document: Schema, shape: Schema, before: str = "", depth: int = 0) -> Iterator[ReferenceField]:
    shape = _resolved(document, shape)
    if shape.get("type") == "array":
        yield from _fields(document, shape.get("items", {}), f"{before}[]", depth)
        return
    for name, inner in shape.get("properties", {}).items():
        place = f"{before}.{name}".lstrip(".")
        said = inner.get("description") or ""
        yield ReferenceField(place, _kind(document, inner), name in shape.get("required", ()), said.split("\n\n")[0])
        if depth < DEEPEST:
            yield from _fields(document, inner, place, depth + 1)


def sample(document: Schema, shape: Schema, depth: int = 0) -> Any:
    """A value of this shape, as an example."""
    shape = _resolved(document, shape)
    for told in ("example", "default"):
        if told in shape:
            return shape[told]
    if choices := shape.get("oneOf") or shape.get("anyOf"):
        return sample(document, choices[0], depth)
    if "enum" in shape:
        return shape["enum"][0]
    kind = shape.get("type")
    if kind == "object" or "properties" in shape:
        needed = shape.get("required") or list(shape.get("properties", {}))[:3]
        inner = shape.get("properties", {})
        return (
            {}
            if depth > DEEPEST
            else {name: sample(document, inner[name], depth + 1) for name in needed if name in inner}
        )
    if kind == "array":
        return [sample(document, shape.get("items", {}), depth + 1)]
    return _plain_sample(shape)


def _plain_sample(shape: Schema) -> Any:
    if shape.get("type") == "integer":
        return max(1, shape.get("minimum", 1))
    plain = {"number": 1.5, "boolean": True}
    return plain.get(shape.get("type", ""), SAMPLES.get(shape.get("format", ""), "text"))


def _line(document: Schema, host: str, path: str, method: str, content: Schema) -> str:
    """A curl command; the key comes from the environment so that it stays out of the shell's history."""
    words = ["curl"] if method == "get" else ["curl -X", method.upper()]
    words += ['-H "Authorization: Bearer $REVOPS_KEY"', f"'{host}{path.replace('{workspace}', 'acme')}'"]
    if "application/json" in content:
        body = json.dumps(sample(document, content["application/json"]["schema"]))
        words += ["-H 'Content-Type: application/json'", f"-d '{body}'"]
    return " ".join(words)
