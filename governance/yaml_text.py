"""The blueprint as a text file: written for people to read, read back with bounds."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import yaml
from yaml.events import AliasEvent

from blueprint.paths import Document
from blueprint.schema import Blueprint
from blueprint.shape import BadShape, check_document
from core.bounds import check_bounds
from core.errors import BadInput

LONGEST = 512 * 1024  # bytes; the default blueprint has 25 kB
DEEPEST = 20


class _Loader(yaml.SafeLoader):
    """Plain values only: no anchors (they could unfold without end), no key twice."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(AliasEvent):
            raise BadInput("Write it out: anchors and aliases are not read.", code="bad_yaml")
        self.depth = getattr(self, "depth", 0) + 1
        if self.depth > DEEPEST:
            raise BadInput(f"Nested deeper than {DEEPEST} levels.", code="too_deep")
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.tag == "tag:yaml.org,2002:merge":
                raise BadInput("A key is one plain word.", code="bad_yaml")
            if key.value in seen:
                place = f"line {key.start_mark.line + 1}"
                raise BadInput(f"“{key.value}” is given twice ({place}).", code="bad_yaml", facts={"place": place})
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def read_document(text: str) -> Document:
    """A blueprint document from YAML (or JSON, which is YAML). Raises BadInput with the line, or the path."""
    if len(text.encode("utf-8", "replace")) > LONGEST:
        raise BadInput(f"At most {LONGEST // 1024} kB.", code="too_large")
    try:
        read = yaml.load(text, _Loader)  # a SafeLoader with more refusals
    except yaml.YAMLError as broken:
        mark = getattr(broken, "problem_mark", None)
        where = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
        raise BadInput(
            f"This is not YAML: {getattr(broken, 'problem', None) or 'it cannot be read'}{where}.", code="bad_yaml"
        ) from None
    except (ValueError, RecursionError) as broken:
        raise BadInput(f"This is not YAML: {str(broken)[:200]}.", code="bad_yaml") from None
    document = checked(_plain(read))
    check_bounds(document)
    return document


def checked(document: Any) -> Document:
    """The same document, when it has a blueprint's shape. Raises BadInput naming the path."""
    try:
        check_document(document)
    except BadShape as bad:
        raise BadInput(f"{bad.path or 'The document'}: {bad.message}", code=bad.code, field=bad.path or None) from None
    blueprint: Document = document
    return blueprint


def as_yaml(document: Document) -> str:
    """The document as YAML, in the order the blueprint is told: one line for a small thing, a block for a large one."""
    ordered = {part: document[part] for part in Blueprint.model_fields if part in document}
    ordered |= {part: value for part, value in document.items() if part not in ordered}
    text: str = yaml.dump(
        ordered, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120, default_flow_style=None
    )
    return text


class _Dumper(yaml.SafeDumper):
    """Days as text in quotes, and no anchors for values that happen to be the same object."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _plain(value: Any) -> Any:
    """YAML reads 2026-12-25 as a day; the document holds it as text."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key) if not isinstance(key, str) else key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value
