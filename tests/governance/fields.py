"""The fields of a page's one form, as a browser would send them."""

from html.parser import HTMLParser


class _Form(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self._select: str | None = None
        self._chosen: list[str] = []
        self._first: str | None = None
        self._area: str | None = None
        self._text = ""
        self._depth = 0
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "main":
            self._depth += 1
        if tag == "noscript":
            self._silent += 1
        if not self._depth or self._silent:
            return
        name = given.get("name")
        if tag == "input" and name:
            kind = given.get("type", "text")
            if kind in ("checkbox", "radio") and "checked" not in given:
                return
            self.fields.setdefault(name, []).append(given.get("value") or ("on" if kind == "checkbox" else ""))
        elif tag == "select" and name:
            self._select, self._chosen, self._first = name, [], None
        elif tag == "option" and self._select:
            value = given.get("value") or ""
            self._first = value if self._first is None else self._first
            if "selected" in given:
                self._chosen.append(value)
        elif tag == "textarea" and name:
            self._area, self._text = name, ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "main":
            self._depth -= 1
        if tag == "noscript":
            self._silent -= 1
        if tag == "select" and self._select:
            self.fields.setdefault(self._select, []).extend(self._chosen or [self._first or ""])
            self._select = None
        if tag == "textarea" and self._area:
            self.fields.setdefault(self._area, []).append(self._text.removeprefix("\n"))
            self._area = None

    def handle_data(self, data: str) -> None:
        if self._area:
            self._text += data


def fields_of(page: str) -> dict[str, list[str]]:
    """Name → values of everything inside <main> that would be sent."""
    form = _Form()
    form.feed(page)
    return form.fields
