"""What the schema says about every call: how one comes in, and the one envelope of every refusal."""

import re
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension

ENVELOPE = {
    "type": "object",
    "description": "Every refusal: a stable code, a sentence, the field it is about, and the facts behind it.",
    "properties": {
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "field": {"type": "string", "nullable": True},
        "facts": {"type": "object", "additionalProperties": {}},
    },
    "required": ["code", "detail", "facts", "field"],
}
REFUSALS = {
    "400": "The request could not be read.",
    "401": "No key or session was sent, or the key is malformed, revoked or expired.",
    "403": "Your role, or the key's scopes, may not do this.",
    "404": "There is nothing here, or it is another workspace's: the answer is the same.",
    "409": "What was asked for made sense a moment ago.",
    "415": "The body has a type this call does not read.",
    "422": "A rule says no, or the input has the wrong shape; `field` names where.",
    "429": "Too many calls with this key in this minute; see Retry-After.",
}
WITH_BODY = {"post", "put", "patch", "delete"}
IDEMPOTENCY = {
    "in": "header",
    "name": "Idempotency-Key",
    "description": "Repeat a call with the same key and body, and get the first answer again; the work is done once.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
}


class ComingIn(OpenApiAuthenticationExtension):
    """An API key as a bearer token, or the session of a signed-in person."""

    target_class = "core.http.api.AlreadyEntered"
    name = ["apiKey", "session"]  # type: ignore[assignment]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, Any]]:
        return [
            {
                "type": "http",
                "scheme": "bearer",
                "bearerFormat": "rvp_<prefix>_<secret>_<checksum>",
                "description": "An API key, made on the page API keys or by POST …/keys.",
            },
            {
                "type": "apiKey",
                "in": "cookie",
                "name": "sessionid",
                "description": "A signed-in person; calls that change something also send X-CSRFToken.",
            },
        ]


def add_refusals(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """drf-spectacular's hook: every call refuses in the envelope; those that change things take an Idempotency-Key."""
    result.setdefault("components", {}).setdefault("schemas", {})["Refusal"] = ENVELOPE
    shown = {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}}
    for path, calls in result.get("paths", {}).items():
        for method, call in calls.items():
            if call.get("tags") == ["w"]:  # the generator's guess; the noun after the workspace says more
                call["tags"] = [re.split(r"[/:]", path.partition("{workspace}/")[2])[0]]
            call["security"] = [{"apiKey": []}, {"session": []}]  # either will do
            for status, sentence in REFUSALS.items():
                if method in WITH_BODY or status not in ("409", "415"):
                    call["responses"].setdefault(status, {"description": sentence, "content": shown})
            if method in WITH_BODY:
                call.setdefault("parameters", []).append(IDEMPOTENCY)
    return result
