"""Whose a company is: who may say so, and how far up its line of companies routing looks."""

from typing import Any

from core.errors import BadInput, NotPermitted
from core.people.models import Member

MOST_UP = 5  # companies above one another; `account_match.sql` looks no further
LONGEST_WHY = 500


def permit_side(by: Member, side: str, label: str, *, is_of_side: bool) -> None:
    """Admins say it for every side, a manager for the one whose team they lead or sit in. Raises NotPermitted."""
    if not (by.is_admin or is_of_side):
        raise NotPermitted(
            f"Only a manager of {label} or an admin says whose a company is there.",
            code="not_your_side",
            field="side",
            facts={"side": side},
        )


def refuse_other_side(owner: Member, side: str, label: str, *, is_of_side: bool, field: str = "owner") -> None:
    """Routing reaches an owner of the receiving side only. Raises BadInput."""
    if not is_of_side:
        said = f"{owner.display_name} sits in no team of {label} and leads none; routing would pass them over."
        raise BadInput(said, code="other_side", field=field, facts={"side": side})


def why_said(why: str) -> str:
    """Why, trimmed. Raises BadInput where it is too long."""
    said = why.strip()
    if len(said) > LONGEST_WHY or "\0" in said:
        raise BadInput(f"At most {LONGEST_WHY} letters.", code="too_long", field="why")
    return said


def facts_of_owning(side: str, cause: str, *, is_named: bool, why: str) -> dict[str, Any]:
    """What the event of a side's owner says beside from whom to whom."""
    return {"side": side, "cause": cause, "is_named": is_named, "why": why}
