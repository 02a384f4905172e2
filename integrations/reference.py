"""The API's reference, read from its own schema: groups of calls, the fields they take and give, a line to try."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from django.utils.text import slugify

Schema = Mapping[str, Any]
METHODS = ("get", "post", "put", "patch", "delete")
DEEPEST = 3  # levels of fields shown; deeper ones are in the schema itself
SAMPLES = {
    "uuid": "0199c0de-0000-7000-8000-000000000001", "date-time": "2026-03-02T10:00:00Z", "date": "2026-03-02",
    "email": "dana@acme.example", "uri": "https://acme.example/", "decimal": "1250.00", "time": "10:00",
}  # fmt: skip


class ReferenceField(NamedTuple):
    """One field, with its place in the whole as `a.b[].c`."""

    name: str
    kind: str
    is_required: bool
    said: str


@cache
def schema() -> dict[str, Any]:
    """The OpenAPI document, made once in a process: it follows from the code."""
    from drf_spectacular.generators import SchemaGenerator

    made: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return made


def reference(document: Schema, host: str) -> list[dict[str, Any]]:
    """The document as its page shows it: groups of calls by noun; `host` stands in the example lines."""
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for path, calls in document["paths"].items():
        for method in METHODS:
            if call := calls.get(method):
                groups[(call.get("tags") or ["other"])[0]].append(_call(document, host, path, method, call))
    return [{"name": name, "anchor": f"group-{slugify(name)}", "calls": groups[name]} for name in sorted(groups)]


def _call(document: Schema, host: str, path: str, method: str, call: Schema) -> dict[str, Any]:
    content = call.get("requestBody", {}).get("content", {})
    said = (call.get("summary") or call.get("description") or "").strip()
    title, _, rest = said.partition("\n")
    return {
        "id": call["operationId"],
        "method": method.upper(),
        "path": path,
        "title": title,
        "said": rest.strip() or (call.get("description", "").strip() if call.get("summary") else ""),
        "parameters": [_parameter(document, one) for one in call.get("parameters", ()) if one["name"] != "workspace"],
        "body_kinds": list(content),
        "body": _body(document, content),
        "answers": [
            {"status": status, "said": answer.get("description", ""), "fields": _body(document, answer.get("content"))}
            for status, answer in call["responses"].items()
            if status < "300"
        ],
        "refusals": ", ".join(status for status in call["responses"] if status >= "300"),
        "line": _line(document, host, path, method, content),
    }


def _parameter(document: Schema, one: Schema) -> ReferenceField:
    where = {"path": "in the path", "query": "", "header": "header"}[one["in"]]
    said = ". ".join(part for part in (where, one.get("description", "").strip().rstrip(".")) if part)
    return ReferenceField(one["name"], _kind(document, one.get("schema", {})), one.get("required", False), said)


def _body(document: Schema, content: Schema | None) -> list[ReferenceField]:
    """The fields of a body or an answer, whatever kinds it may come in."""
    shape = next((kind.get("schema") for kind in (content or {}).values()), None)
    return list(_fields(document, shape)) if shape else []


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
    if shape.get("type") == "array":
        return [sample(document, shape.get("items", {}), depth + 1)]
    inner = shape.get("properties", {})
    if shape.get("type") == "object" or inner:
        needed = [name for name in shape.get("required") or list(inner)[:3] if name in inner and depth <= DEEPEST]
        return {name: sample(document, inner[name], depth + 1) for name in needed}
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
