"""Functions: the sides of the house that teams, stages, seams and pools are of."""

from typing import Annotated, Any

from pydantic import Field

from blueprint.schema.part import Item
from blueprint.schema.values import Fixed, Label, Names, Text
from core.people.functions import LONGEST_KEY, Function

KEY = rf"[a-z][a-z0-9_]{{0,{LONGEST_KEY - 1}}}"

FunctionKey = Annotated[str, Text(LONGEST_KEY, pattern=KEY, example="customer_success"), Names("function")]
MaybeFunctionKey = Annotated[str, Text(LONGEST_KEY, True, pattern=KEY, example="customer_success"), Names("function")]


class FunctionTerms(Item, title="Function"):
    """A side of the house, such as marketing or finance. Teams stand on one; stages, seams and pools are of one."""

    row = "function"

    key: Annotated[str, Text(LONGEST_KEY, pattern=KEY, example="customer_success"), Fixed()] = Field(title="Key")
    label: Label = Field(title="Label")


def delivered_functions() -> list[dict[str, Any]]:
    """Those that a document has which says nothing of them."""
    return [{"key": key, "label": label} for key, label in Function.choices]
