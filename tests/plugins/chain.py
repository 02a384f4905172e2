"""What Django's test client does around each request, done once.

The middleware is built once for a process and not for each client: that takes longer than most requests, since
WhiteNoise looks through every file of the pages. A setting that a test changes, but for those that every test changes,
has it built anew. And `response.context` holds what the page's own template was given, not a copy of it for each of the
hundreds of parts that the page includes."""

from __future__ import annotations

from typing import Any

from django.core.signals import setting_changed
from django.template.base import Template
from django.template.context import Context
from django.test import utils
from django.test.client import ClientHandler
from django.test.signals import template_rendered

OF_EVERY_TEST = ("PASSWORD_HASHERS", "PEOPLE_PER_MINUTE")
PARTS = ("_view_middleware", "_template_response_middleware", "_exception_middleware", "_middleware_chain")
_built: dict[str, Any] = {}
_build = ClientHandler.load_middleware


def _load(handler: ClientHandler, is_async: bool = False) -> None:
    """Take the chain that was built before; a chain holds nothing of a client."""
    if is_async or not _built:
        _build(handler, is_async)
        if not is_async:
            _built.update({part: getattr(handler, part) for part in PARTS})
    else:
        handler.__dict__.update(_built)


def _forget(setting: str, **_: Any) -> None:
    if setting not in OF_EVERY_TEST:
        _built.clear()


def _tell_of_the_page(template: Template, context: Context) -> str:
    """What Django puts in the place of Template._render, for the template that is asked for and none inside it."""
    if context.template is template:
        template_rendered.send(sender=template, template=template, context=context)
    return template.nodelist.render(context)


def build_once() -> None:
    """From now on, for every client of this process."""
    utils.instrumented_test_render = _tell_of_the_page
    ClientHandler.load_middleware = _load  # type: ignore[method-assign]
    setting_changed.connect(_forget)
