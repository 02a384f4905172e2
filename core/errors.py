"""The family of refusals. Each has a stable code, a sentence a person understands, and the facts behind it."""

from typing import Any


class Refusal(Exception):
    """An expected no. Raised by actions and rules, turned into an answer in one place (`web`, `api`)."""

    status = 422
    code = "refused"

    def __init__(
        self, detail: str, *, code: str | None = None, field: str | None = None, facts: dict[str, Any] | None = None
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code or self.code
        self.field = field
        self.facts = facts or {}

    def as_json(self) -> dict[str, Any]:
        """The one envelope every error of the API comes in."""
        return {"code": self.code, "detail": self.detail, "field": self.field, "facts": self.facts}


class RuleSaysNo(Refusal):
    """The rule says no."""

    status = 422
    code = "rule_says_no"


class BadInput(Refusal):
    """The input does not have the right shape; `field` names where."""

    status = 422
    code = "bad_input"


class WorldMovedOn(Refusal):
    """What was asked for made sense a moment ago."""

    status = 409
    code = "world_moved_on"


class NotPermitted(Refusal):
    """Your role may not."""

    status = 403
    code = "not_permitted"


class TooMany(Refusal):
    """Not so often."""

    status = 429
    code = "throttled"


class NotSignedIn(Refusal):
    """Nobody we know is asking."""

    status = 401
    code = "not_signed_in"


class NotFound(Refusal):
    """It does not exist, or belongs to somebody else: the answer is the same, to the byte."""

    status = 404
    code = "not_found"

    def __init__(self) -> None:
        super().__init__("There is nothing here.")
