"""The pages of companies: the list, and one with its records, its owners side by side, and what it belongs to."""

from typing import Any

from django.http import HttpResponse
from django.views import View

from core.http.paging import PAGE
from core.http.requests import WorkspaceRequest
from core.http.web import done, page, tried
from core.people.functions import FOUNDED
from core.people.known_functions import functions_of
from core.people.permissions import may, permit
from lifecycle import account_queries
from lifecycle.account_forms import ParentForm, SideOwnerForm
from lifecycle.actions import owning_accounts
from lifecycle.models import Account, Record


class Accounts(View):
    """Companies, by name."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "record.read")
        rows, after = account_queries.account_page("", request.GET.get("after", ""), PAGE)
        context = {"rows": rows, "after": after}
        return page(request, "lifecycle/account_list.html", context, part="lifecycle/_account_rows.html")


class AccountPage(View):
    """A company, its records, and whose it is."""

    def get(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        permit(request.member, "record.read")
        return self.show(request, account_queries.account_for(number))

    @staticmethod
    def show(request: WorkspaceRequest, account: Account, *, status: int = 200, **forms: Any) -> HttpResponse:
        """The page, with a refused form in place of the fresh one."""
        records = Record.objects.filter(account=account).select_related("stage", "owner").order_by("-created_at")[:200]
        owners = account_queries.owners_of(account)
        functions = functions_of(request.workspace)
        present = {owner.function: owner for owner in owners if owner.until is None}
        context = {
            "account": account,
            "records": records,
            "functions": functions,
            "sides": [
                (functions.get(side, side), present.get(side))
                for side in dict.fromkeys((*functions, *present))
                if side in present or side in FOUNDED
            ],
            "past_owners": [owner for owner in owners if owner.until],
            "children": account_queries.children_of(account),
            "similar": account_queries.similar_to(account),
            "assigns": may(request.member, "account.assign"),
            "owning": SideOwnerForm(functions=functions),
            "line": ParentForm(initial={"parent": account.parent.number if account.parent else None}),
            **forms,
        }
        return page(request, "lifecycle/account_detail.html", context, status=status)


class SideOwners(View):
    """Whose the company is on one side."""

    def post(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        account = account_queries.account_for(number)
        permit(request.member, "account.assign")
        functions = functions_of(request.workspace)
        form = SideOwnerForm(request.POST, functions=functions)
        if tried(form, owning_accounts.give_account, account, by=request.member, at=request.at):
            side, owner = form.cleaned_data["side"], form.cleaned_data["owner"]
            said = f"{account.name} is {f'{owner.name}’s' if owner else 'nobody’s'} in {functions[side]}."
            return done(request, said, "lifecycle:account", number)
        return AccountPage.show(request, account, owning=form, status=422)


class ParentCompany(View):
    """Which company it belongs to."""

    def post(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        account = account_queries.account_for(number)
        permit(request.member, "account.assign")
        form = ParentForm(request.POST)
        if tried(form, owning_accounts.put_under, account, by=request.member, at=request.at):
            parent = form.cleaned_data["parent"]
            said = f"{account.name} belongs to {parent.name}." if parent else f"{account.name} belongs to no other."
            return done(request, said, "lifecycle:account", number)
        return AccountPage.show(request, account, line=form, status=422)
