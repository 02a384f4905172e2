"""A closed list of words that pydantic and Django both take."""

from typing import Any

from django.db.models import TextChoices
from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema


class Vocabulary(TextChoices):
    """A closed list of words. Pydantic reads a word as its member and refuses any other with one sentence."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        members = core_schema.enum_schema(cls, list(cls), sub_type="str")
        return core_schema.custom_error_schema(members, "not_a_word", custom_error_message=one_of(cls.values))


def one_of(words: list[str]) -> str:
    """The sentence that refuses a word which is not on the list."""
    return f"This is one of: {', '.join(words)}."
