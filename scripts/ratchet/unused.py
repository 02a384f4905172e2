"""What nothing but tests uses: vulture's findings, less what templates and settings name in words."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator

from vulture import Vulture

from scripts.ratchet.offence import TOOLS, Offence, Project

KINDS = {"function", "class", "method", "property"}
WORD = re.compile(r"[A-Za-z_]\w*")
NAMED_IN_SETTINGS = re.compile(r"[\"'](\w+(?:[.:]\w+)+)[\"']")
# Frameworks call these by their name: Django, its REST framework and OpenAPI, allauth, pydantic, enum, YAML, aiosmtpd.
CALLED_BY_FRAMEWORKS = """
    *Config *Middleware clean_* process_view add_arguments state_forwards database_forwards database_backwards
    create_superuser get_by_natural_key signup format_email_subject
    list create retrieve update partial_update destroy patch put get_* has_permission has_object_permission
    authenticate authenticate_header allow_request to_representation to_internal_value initial
    get_security_definition collect ignore_aliases _missing_
    prepare_value initial_form_count total_form_count value_from_datadict value_omitted_from_data
    handle_DATA
""".split()
REGISTERED = ["@register", "@register.*", "@shared_task*", "@*.connect*", "@receiver*", "@app.task*", "@*_validator*"]
VERBS = ["@action*", "@*.mapping.*"]  # of a viewset
REGISTERED_BY_BASE = {"OpenApiAuthenticationExtension", "OpenApiSerializerExtension", "OpenApiViewExtension"}


def unused(project: Project) -> Iterator[Offence]:
    """Functions, classes, methods and properties that no application code, migration, template or setting names."""
    finder = Vulture(ignore_names=CALLED_BY_FRAMEWORKS, ignore_decorators=REGISTERED + VERBS)
    sources = project.sources(*project.rooms, *TOOLS)
    for source in [*sources, *project.migrations()]:
        finder.scan(source.text, filename=source.path)
    said = _words_of_pages(project) | {name for source in sources for name in _made_by_declaring(source.tree)}
    found: dict[str, list[str]] = defaultdict(list)
    for item in finder.get_unused_code():
        if item.typ in KINDS and item.name not in said and "migrations" not in item.filename.parts:
            found[item.name].append(project.place(item.filename, item.first_lineno))
    for name, places in found.items():
        yield Offence(name, len(places), ", ".join(places))


def _made_by_declaring(tree: ast.Module) -> Iterator[str]:
    """Classes that are used by being there: tables, whose rows SQL may write, and what registers itself."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            bases = {ast.unparse(base).rpartition(".")[2] for base in node.bases}
            if bases & REGISTERED_BY_BASE or any(base.endswith("Model") for base in bases):
                yield node.name


def _words_of_pages(project: Project) -> set[str]:
    """Every word of the templates, and every word of a dotted path in the settings and the schedules."""
    texts = [path.read_text() for path in project.templates()]
    for source in project.sources(*project.rooms):
        texts += NAMED_IN_SETTINGS.findall(source.text)
    return set(WORD.findall(" ".join(texts)))
