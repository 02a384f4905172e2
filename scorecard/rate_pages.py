"""The page of exchange rates."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views import View

from core.http.requests import WorkspaceRequest
from core.http.web import done, listed, page, tried
from core.people.permissions import may, permit
from scorecard.actions.rates import Written, remove_rate, write_rates
from scorecard.forms import RateForm, RateLinesForm
from scorecard.models import ExchangeRate
from scorecard.queries.rate_list import rates_page, reporting_currency
from scorecard.rules.lines_of_text import RATE_LINES, read_lines


class RatesPage(View):
    """The rates, newest day first, and the forms that write them."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "scorecard.read")
        return self.show(request)

    def post(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "rates.write")
        form = RateForm(request.POST, to_currency=reporting_currency(request.workspace))

        def write(source: str, **rate: Any) -> Written:
            return write_rates(request.workspace, [rate], source=source, by=request.member, at=request.at)

        written = tried(form, write)
        if written:
            return done(request, told_of(written, "Rates"), "scorecard:rates")
        return self.show(request, form=form, status=422)

    @staticmethod
    def show(request: WorkspaceRequest, *, status: int = 200, **forms: Any) -> HttpResponse:
        """The page, with a refused form in place of the fresh one."""
        currency = request.GET.get("currency", "")
        to_currency = reporting_currency(request.workspace)
        rows, after = rates_page(to_currency, currency, request.GET.get("after", ""))
        context = {
            **listed(request, {"currency": currency}, after),
            "rates": rows,
            "to_currency": to_currency,
            "writes": may(request.member, "rates.write"),
            "form": RateForm(to_currency=to_currency),
            "lines": RateLinesForm(),
            **forms,
        }
        return page(request, "scorecard/rates.html", context, status=status)


class RateLines(View):
    """Many rates at once."""

    def post(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "rates.write")
        form = RateLinesForm(request.POST, request.FILES)

        def write(lines: str, source: str) -> Written:
            rates = read_lines(lines, RATE_LINES)
            return write_rates(request.workspace, rates, source=source, by=request.member, at=request.at)

        written = tried(form, write)
        if written:
            return done(request, told_of(written, "Rates"), "scorecard:rates")
        return RatesPage.show(request, lines=form, status=422)


class RateRemoval(View):
    """A rate taken away."""

    def post(self, request: WorkspaceRequest, rate_id: UUID) -> HttpResponse:
        permit(request.member, "rates.write")
        rate = ExchangeRate.objects.one(pk=rate_id)
        remove_rate(rate, by=request.member, at=request.at)
        return done(request, f"The rate of {rate.currency} of {rate.day:%-d %b %Y} is gone.", "scorecard:rates")


def told_of(written: Written, what: str) -> str:
    """What became of the lines, for people."""
    parts = {"new": written.added, "changed": written.changed, "as before": written.unchanged}
    return f"{what}: " + ", ".join(f"{count:,} {word}" for word, count in parts.items() if count) + "."
