"""Form widgets as Django draws them, and lists of choices in one go."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.formats import localize
from django.utils.html import conditional_escape as escaped
from django.utils.safestring import SafeData, SafeString, mark_safe

LIST, CHOICE = "django/forms/widgets/select.html", "django/forms/widgets/select_option.html"


class ChoicesInOneGo(DjangoTemplates):
    """Django includes two templates for each choice, and of time zones there are hundreds: such a page was made of that
    for the most part. What comes out is the same, to the byte."""

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> SafeString:
        """A list of usual choices is put together here, everything else by its template."""
        if template_name != LIST:
            return mark_safe(super().render(template_name, context, request))
        widget = context["widget"]
        if any(choice["template_name"] != CHOICE for _, choices, _ in widget["optgroups"] for choice in choices):
            return mark_safe(super().render(template_name, context, request))
        groups = "".join(part for group in widget["optgroups"] for part in _group(*group))
        return mark_safe(f'<select name="{escaped(widget["name"])}"{_attributes(widget["attrs"])}>{groups}\n</select>')


def _group(name: Any, choices: list[dict[str, Any]], index: int) -> Iterator[str]:
    if name:
        yield f'\n  <optgroup label="{escaped(localize(name))}">'
    for choice in choices:
        label = escaped(localize(choice["label"]))
        yield f'\n  <option value="{_word(choice["value"])}"{_attributes(choice["attrs"])}>{label}</option>\n'
    if name:
        yield "\n  </optgroup>"


def _attributes(named: Mapping[str, object]) -> str:
    given = ((escaped(name), value) for name, value in named.items() if value is not False)
    return "".join(f" {name}" if value is True else f' {name}="{_word(value)}"' for name, value in given)


def _word(value: object) -> str:
    return escaped(value if isinstance(value, SafeData) else str(value))
