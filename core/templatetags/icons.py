"""Icons for templates: `{% lucide "check" class="size-4" %}`, drawn once per process and kept."""

from __future__ import annotations

from functools import lru_cache

from django import template
from lucide.templatetags.lucide import _render_icon

register = template.Library()
# The library copies and serialises an icon's XML each time: a tenth of the rendering of a usual page.
_drawn = lru_cache(maxsize=1_024)(_render_icon)


@register.simple_tag
def lucide(name: str, *, size: int | None = 24, **attributes: str) -> str:
    """The icon as inline SVG with these attributes."""
    return _drawn(name, size, **attributes)
