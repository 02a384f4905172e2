"""What all parts of the blueprint share: frozen, no unknown names, keys for items, ids that follow from keys."""

import re
from collections.abc import Sequence
from functools import cached_property
from typing import Any, ClassVar
from uuid import UUID
from zlib import crc32

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from blueprint.schema.values import ItemKey, Label
from core.tenancy.ids import key_id

NOBODY = UUID(int=0)  # the workspace of a document that is only checked
LONGEST_MADE = 50  # leaves room for a number behind it


class Part(BaseModel):
    """One object of the document. The title of the class is its noun; a field has a title (label) and a description."""

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())

    named_by: ClassVar[tuple[str, ...]] = ()
    """The fields that name an item in its list; empty where the part is no item of a keyed list."""
    _workspace_id: UUID = PrivateAttr(default=NOBODY)

    def model_post_init(self, context: Any) -> None:
        if context:
            self._workspace_id = context["workspace_id"]

    def id_of(self, kind: str, *path: str) -> UUID:
        """The id of the row that belongs to a key: it follows from the key, so nobody asks the database."""
        return key_id(self._workspace_id, kind, *path)

    def remember(self, **known: Any) -> None:
        """Keep what only the whole around it knows. Read in every gate: private attributes are thirty times slower."""
        self.__dict__.update(known)

    @property
    def name(self) -> tuple[str, ...]:
        """What the item is called in its list."""
        return tuple(str(getattr(self, each)) for each in self.named_by)


class Item(Part):
    """An item of a keyed list, named by its key."""

    named_by: ClassVar[tuple[str, ...]] = ("key",)
    row: ClassVar[str] = ""
    """What its row is of, where it has one."""

    @cached_property
    def id(self) -> UUID:
        return self.id_of(self.row, *self.name)

    @cached_property
    def position(self) -> int:
        """Its place in the list, from 0."""
        return 0


class NamedItem(Item):
    """An item with a key of its own and a label."""

    key: ItemKey = Field(title="Key")
    label: Label = Field(title="Label")


class LabelledItem(Item):
    """An item whose key is made from its label where a document brings none: rules, criteria, bands, rungs."""

    key: ItemKey = Field(title="Key")
    key_from: ClassVar[str] = "label"

    @classmethod
    def with_keys(cls, items: Sequence[Any], former: Sequence[dict[str, Any]] = ()) -> list[Any]:
        """The items, each with a key; keys that are there stay, what a former item said keeps that one's key. The same
        items always get the same keys."""
        keys = {place: item["key"] for place, item in enumerate(items) if isinstance(item, dict) and "key" in item}
        free = [each for each in former if each.get("key") not in list(keys.values())]
        for same in (_said, lambda item: item.get(cls.key_from), lambda item: _said(item, cls.key_from)):
            for place, item in enumerate(items):
                if place in keys or not isinstance(item, dict):
                    continue
                if found := next((each for each in free if same(each) == same(item)), None):
                    keys[place] = found["key"]
                    free.remove(found)
        for place, item in enumerate(items):
            if place not in keys and isinstance(item, dict):
                made = made_key(str(item.get(cls.key_from, "")), str(cls.model_config["title"]))
                keys[place] = _free(made, list(keys.values()))
        return [{"key": keys[place], **item} if place in keys else item for place, item in enumerate(items)]


def _said(item: dict[str, Any], without: str = "key") -> dict[str, Any]:
    """What an item says beside its key."""
    return {name: value for name, value in item.items() if name not in ("key", without)}


def made_key(label: str, noun: str) -> str:
    """A key made from a label: `Opted out of e-mail` → `opted_out_of_e_mail`; never one that begins with a digit."""
    slug = re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")
    if not slug:
        slug = f"{crc32(label.encode('utf-8', 'replace')):08x}"  # a label without a Latin letter
    if not slug[0].isalpha():
        slug = f"{noun.rsplit(maxsplit=1)[-1].lower()}_{slug}"
    return slug[:LONGEST_MADE].rstrip("_")


def _free(key: str, taken: Sequence[Any]) -> str:
    """The key, or with the first number behind it that nobody has."""
    number, free = 1, key
    while free in taken:
        number += 1
        free = f"{key}_{number}"
    return free
