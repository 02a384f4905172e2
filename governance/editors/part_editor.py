"""What every editor shares: the part it opens, the forms that show it, and reading them back as edits by path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.http import QueryDict

from blueprint.paths import ORDER, BadPath, Document, Path, get, name_of
from blueprint.schema import Part, fields_of
from blueprint.schema.part import made_key
from core.errors import BadInput, NotFound
from core.http.requests import WorkspaceRequest
from governance.forms.choices import Offers
from governance.forms.item_rows import ItemsFormSet, items_formset
from governance.forms.part import EditList, FieldsForm, ObjectForm

NEW = "+"
Section = Any  # a form or formset with `template`, `is_valid()`, `silence()`, `values()` and `edits(path)`


@dataclass(frozen=True)
class Subject:
    """One thing an editor can open: `of` names it in the address."""

    of: str
    label: str


@dataclass
class Opened:
    """One part of a draft as it is edited: what stands there now, and what was posted."""

    editor: Editor
    document: Document
    of: str
    path: Path
    now: dict[str, Any]
    is_new: bool
    offers: Offers
    data: QueryDict | None = None
    sections: list[Section] = field(default_factory=list)

    def fields(self, *names: str, title: str = "", **kwargs: Any) -> FieldsForm:
        """The form of some fields of the part; a new one is asked for its key where it is asked for its label."""
        asked = (*names, "key") if self.is_new and "label" in names else names
        kwargs = {"part": self.editor.part, "names": asked, "now": self.now, "offers": self.offers, **kwargs}
        form = FieldsForm(self.data, title=title, **kwargs)
        if "key" in asked:
            form.fields["key"].required = False
            form.fields["key"].help_text = "What files, expressions and the API call it; made from the label if blank."
        return form

    def rest(self, *elsewhere: str) -> list[str]:
        """The plain fields of the part that are asked for nowhere else: a new field of the schema is one of them."""
        described = fields_of(self.editor.part)
        plain = {name for name, field in described.items() if field.value.part is None and not field.value.is_fixed}
        return [name for name in described if name in plain and name not in elsewhere]

    def object(self, name: str, usual: dict[str, Any] | None = None) -> ObjectForm:
        """The form of an object inside the part."""
        described = fields_of(self.editor.part)[name]
        inner = described.value.part or Part
        kwargs: dict[str, Any] = {"part": inner, "names": list(fields_of(inner)), "offers": self.offers}
        return ObjectForm(self.data, name=name, now=self.now, usual=usual, title=described.label, **kwargs)

    def items(self, name: str, **kwargs: Any) -> ItemsFormSet:
        """The rows of a keyed list inside the part."""
        return items_formset(self.editor.part, name, now=self.now, offers=self.offers, data=self.data, **kwargs)

    @property
    def may_go(self) -> bool:
        """Whether it can be taken away: an item of a list that the editor opens as a whole."""
        is_item = bool(self.path) and isinstance(self.path[-1], dict)
        return is_item and not self.is_new and self.editor.may_go

    def shown_lists(self) -> list[Section]:
        """The sections that are asked: a list that a form does not hold stays as it is."""
        if self.data is None:
            return self.sections
        return [
            each
            for each in self.sections
            if not isinstance(each, ItemsFormSet) or f"{each.prefix}-TOTAL_FORMS" in self.data
        ]

    def is_valid(self) -> bool:
        """Whether every form takes what was typed."""
        return all([each.is_valid() for each in self.shown_lists()])

    def edits(self) -> EditList:
        """What the forms say, as edits."""
        if self.is_new:
            return self.editor.addition(self)
        return self.editor.edits(self)


class Editor:
    """The forms of one kind of part."""

    slug: ClassVar[str]
    title: ClassVar[str]
    hint: ClassVar[str]
    icon: ClassVar[str]
    part: ClassVar[type[Part]] = Part
    collection: ClassVar[str] = ""
    """The list at the top of the document whose items it opens; blank where it opens something else."""
    admins_only = False
    may_go = True
    side_template = ""
    """What is shown beside the forms."""

    def subjects(self, document: Document) -> list[Subject]:
        """What can be opened with it."""
        return [Subject(each["key"], each["label"]) for each in document.get(self.collection, ())]

    def path_of(self, of: str) -> Path:
        """Where the subject is in the document. Raises NotFound."""
        names = self.part.named_by
        values = [of] * len(names) if of == NEW else of.split("/")
        if len(values) != len(names):
            raise NotFound()
        return (self.collection, dict(zip(names, values, strict=True)))

    def starting(self, document: Document, of: str) -> dict[str, Any]:
        """What a new one begins with."""
        return {}

    def is_new(self, document: Document, of: str) -> bool:
        """Whether the address asks for a new one."""
        return bool(self.collection) and of == NEW

    def sections(self, opened: Opened) -> list[Section]:
        """The forms, in the order in which they are shown."""
        raise NotImplementedError

    def offers_for(self, document: Document, of: str) -> Offers:
        """What the forms may choose from."""
        return Offers.of(document)

    def open(self, document: Document, of: str, data: QueryDict | None = None) -> Opened:
        """The part with its forms. Raises NotFound."""
        is_new, path = self.is_new(document, of), self.path_of(of)
        now = self.starting(document, of) if is_new else self.item(document, path)
        opened = Opened(self, document, of, path, now, is_new, self.offers_for(document, of), data)
        opened.sections = self.sections(opened)
        return opened

    def is_list(self, document: Document, of: str) -> bool:
        """Whether the address asks for the list: nothing is named, and the editor opens more than one thing."""
        return not of and all(subject.of for subject in self.subjects(document))

    def context(self, opened: Opened, request: WorkspaceRequest) -> dict[str, Any]:
        """What the page is given beside the forms."""
        return {}

    def label_of(self, document: Document, of: str) -> str:
        """What is being edited, in words."""
        if of.endswith(NEW):
            return f"New {self.title.lower()}"
        return next((subject.label for subject in self.subjects(document) if subject.of == of), self.title)

    def addition(self, opened: Opened) -> EditList:
        """The edit that adds a new item. Raises BadInput where its name is taken."""
        item = dict(opened.now)
        for section in opened.shown_lists():
            item.update({name: each for name, each in section.values().items() if each not in (None, "", [], {})})
        item = _as_written(self.part, item)
        item["key"] = item.get("key") or made_key(item["label"], str(self.part.model_config["title"]))
        path = (*opened.path[:-1], name_of(item, self.part.named_by))
        if get(opened.document, path) is not None:
            raise BadInput("There is one of this key already.", field="key")
        return [(path, item)]

    def edits(self, opened: Opened) -> EditList:
        """What the forms say, as edits of an item that is there."""
        return [edit for section in opened.shown_lists() for edit in section.edits(opened.path)]

    def removal(self, opened: Opened) -> EditList:
        """The edit that takes the item away. Raises NotFound where it cannot go."""
        if not opened.may_go:
            raise NotFound()
        return [(opened.path, None)]

    def order(self, document: Document) -> Sequence[dict[str, Any]]:
        """The names of the collection's items, in their order; nothing where it has none."""
        if not self.collection:
            return []
        return [name_of(each, self.part.named_by) for each in document.get(self.collection, ())]

    def reordering(self, names: list[dict[str, Any]]) -> EditList:
        """The edit that puts the collection into another order."""
        return [((self.collection, ORDER), names)]

    def item(self, document: Document, path: Path) -> dict[str, Any]:
        """What stands at the path. Raises NotFound."""
        try:
            found = get(document, path)
        except BadPath:
            found = None
        if not isinstance(found, dict):
            raise NotFound()
        return found


def _as_written(part: type[Part], item: dict[str, Any]) -> dict[str, Any]:
    """Without what is as the schema has it anyway, and with the lists that an item has even where they are empty."""
    described = fields_of(part)
    said = {
        name: each
        for name, each in item.items()
        if described[name].is_needed or each not in (described[name].default, [], {})
    }
    needed = [name for name, field in described.items() if field.is_needed and field.value.kind == "items"]
    return said | {name: [] for name in needed if name not in said}
