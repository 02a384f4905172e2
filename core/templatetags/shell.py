"""Template tags of the page frame; everything about the product itself is in `revops.py` beside."""

from __future__ import annotations

from django import template
from django.forms import BoundField, ModelChoiceField
from django.template.context import Context
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag(takes_context=True)
def block_again(context: Context, name: str) -> SafeString:
    """Show a block's content a second time: the page's one title serves both the tab and the heading."""
    blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
    block = blocks.get_block(name) if blocks else None
    return mark_safe(block.nodelist.render(context).strip()) if block else mark_safe("")


DJANGOS_DASHES = "---------"


@register.filter
def widget(field: BoundField) -> SafeString:
    """A field's widget; where nothing is chosen yet it says so, instead of a row of dashes."""
    asked = field.field
    if isinstance(asked, ModelChoiceField) and asked.empty_label == DJANGOS_DASHES:
        asked.empty_label = "Choose one" if asked.required else "None"
    return mark_safe(str(field))


@register.filter
def initials(name: object) -> str:
    """The one or two letters that stand for a person's or company's name."""
    words = [word for word in str(name or "").replace("@", " ").replace(".", " ").split() if word[0].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper() or "?"


@register.filter
def tone_of(level: object) -> str:
    """Django's message level as a tone of the component kit."""
    tags = str(level).split()
    return next((tag for tag in ("success", "warning", "error", "info") if tag in tags), "info")
