"""A page of what is written down in lines, such as rates and costs: its list, a form for one and a form for many."""

from typing import Any, ClassVar

from django import forms
from django.http import HttpResponse
from django.views import View

from core.http.requests import WorkspaceRequest
from core.http.web import done, page, tried
from core.people.permissions import may, permit
from scorecard.actions.rates import Written
from scorecard.rules.lines_of_text import LineShape, read_lines


class LinesPage(View):
    """The list, newest first, and the forms. `is_many`: many lines are sent at once."""

    request: WorkspaceRequest
    name: ClassVar[str]
    """Of its address and its template."""
    permission: ClassVar[str]
    lines_form: ClassVar[type[forms.Form]]
    line_shape: ClassVar[LineShape]
    is_many = True

    def post(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, self.permission)
        form = self.lines_form(request.POST, request.FILES) if self.is_many else self.fresh_form(request.POST)
        if written := tried(form, self._write):
            return done(request, told_of(written, self.name.capitalize()), f"scorecard:{self.name}")
        return self.show(status=422, **{"lines" if self.is_many else "form": form})

    def _write(self, **given: Any) -> Written:
        return self.write(read_lines(given.pop("lines"), self.line_shape) if self.is_many else [given], given)

    def show(self, *, status: int = 200, **refused: forms.Form) -> HttpResponse:
        """The page, with a refused form in place of the fresh one."""
        context = {
            **self.listing(),
            "writes": may(self.request.member, self.permission),
            "form": self.fresh_form(),
            "lines": self.lines_form(),
            **refused,
        }
        return page(self.request, f"scorecard/{self.name}.html", context, status=status)

    def listing(self) -> dict[str, Any]:
        """What the page lists."""
        raise NotImplementedError

    def fresh_form(self, *sent: Any) -> forms.Form:
        """The form for one, with what was sent."""
        raise NotImplementedError

    def write(self, rows: list[dict[str, Any]], given: dict[str, Any]) -> Written:
        """Write the lines; `given` is the whole form."""
        raise NotImplementedError


class ListPage(LinesPage):
    """The page itself, where one line is written; whoever sees figures sees it."""

    is_many = False

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "scorecard.read")
        return self.show()


def told_of(written: Written, what: str) -> str:
    """What became of the lines, for people."""
    parts = {"new": written.added, "changed": written.changed, "as before": written.unchanged}
    return f"{what}: " + ", ".join(f"{count:,} {word}" for word, count in parts.items() if count) + "."
