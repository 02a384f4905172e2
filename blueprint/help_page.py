"""The page of help about every field, written from the schema: docs/blueprint-fields.md."""

from collections.abc import Iterator

from blueprint.schema import Blueprint, Part, PartField, ValueKind, fields_of

HEAD = """# Every field of the blueprint

Written from `blueprint/schema` by `manage.py blueprint_fields`; edit the schema, not this page.
"""


def help_page() -> str:
    return "\n".join([HEAD, *_sections(Blueprint, {})]) + "\n"


def _sections(part: type[Part], written: dict[type[Part], None]) -> Iterator[str]:
    if part in written:
        return
    written[part] = None
    fields = fields_of(part).values()
    yield f"## {part.model_config['title']}\n\n{' '.join((part.__doc__ or '').split())}\n"
    yield "| field | | holds | left out |\n|---|---|---|---|"
    yield from (_row(field) for field in fields)
    yield ""
    for field in fields:
        if field.value.part:
            yield from _sections(field.value.part, written)


def _row(field: PartField) -> str:
    said = f"{field.label}. {field.help}".strip().replace("|", "\\|")
    return f"| `{field.name}` | {said} | {_holds(field.value)} | {_left_out(field)} |"


def _holds(value: ValueKind) -> str:
    if value.part:
        noun = f"**{value.part.model_config['title']}**"
        names = " and ".join(value.part.named_by)
        return f"a list of {noun}, each named by its {names}" if value.kind == "items" else noun
    if value.each:
        return f"a list of: {_holds(value.each)}"
    if value.choices:
        return ", ".join(f"`{word}`" for word, _ in value.choices if word)
    if value.kind in ("whole", "number"):
        return f"a {'whole number' if value.kind == 'whole' else 'number'}, {value.least:,g} to {value.most:,g}"
    if value.names == "function":
        return "the key of a function"
    if value.kind == "text":
        return f"{'an expression' if value.is_expression else 'text'}, at most {value.most:,} characters"
    return {"flag": "true or false", "day": "a day such as 2026-12-25", "free": "names and plain values"}[value.kind]


def _left_out(field: PartField) -> str:
    if field.is_needed:
        return "must be there"
    if isinstance(field.default, list):
        return ", ".join(f"`{each}`" for each in field.default) or "–"
    return "–" if field.default in (None, "") or field.value.kind in ("object", "free") else f"`{field.default}`"
