"""The page of exchange rates."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views import View

from core.http.requests import WorkspaceRequest
from core.http.web import done, listed
from core.people.permissions import permit
from scorecard.actions.rates import Written, remove_rate, write_rates
from scorecard.forms import RateForm, RateLinesForm
from scorecard.lines_pages import LinesPage, ListPage
from scorecard.models import ExchangeRate
from scorecard.queries.rate_list import rates_page, reporting_currency
from scorecard.rules.lines_of_text import RATE_LINES


class RateLines(LinesPage):
    """Many rates at once; and what the page of rates shows."""

    name, permission = "rates", "rates.write"
    lines_form, line_shape = RateLinesForm, RATE_LINES

    def listing(self) -> dict[str, Any]:
        currency, to_currency = self.request.GET.get("currency", ""), reporting_currency(self.request.workspace)
        rows, after = rates_page(to_currency, currency, self.request.GET.get("after", ""))
        return {**listed(self.request, {"currency": currency}, after), "rates": rows, "to_currency": to_currency}

    def fresh_form(self, *sent: Any) -> RateForm:
        return RateForm(*sent, to_currency=reporting_currency(self.request.workspace))

    def write(self, rows: list[dict[str, Any]], given: dict[str, Any]) -> Written:
        by, at = self.request.member, self.request.at
        return write_rates(self.request.workspace, rows, source=given["source"], by=by, at=at)


class RatesPage(ListPage, RateLines):
    """The rates, newest day first, and one of them."""


class RateRemoval(View):
    """A rate taken away."""

    def post(self, request: WorkspaceRequest, rate_id: UUID) -> HttpResponse:
        permit(request.member, "rates.write")
        rate = ExchangeRate.objects.one(pk=rate_id)
        remove_rate(rate, by=request.member, at=request.at)
        return done(request, f"The rate of {rate.currency} of {rate.day:%-d %b %Y} is gone.", "scorecard:rates")
