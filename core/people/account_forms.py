"""allauth's forms where we mean something else: an address that nobody proved is neither taken nor able to reset."""

from typing import Any

from allauth.account.forms import ResetPasswordForm, SignupForm
from django.http import HttpRequest

from core.people.models import User
from core.people.proof import give_way, may_reset


class SignUp(SignupForm):
    """A new account. What a stranger claimed with this address and never proved gives way; a proved one gets a mail,
    and the answer looks, and takes as long, as if there had been none."""

    account_already_exists: bool

    def try_save(self, request: HttpRequest) -> Any:
        if self.account_already_exists and give_way(self.cleaned_data["email"]):
            self.account_already_exists = False
        if self.account_already_exists:
            User().set_password(self.cleaned_data["password1"])  # hashing is what takes the time
        return super().try_save(request)


class ResetPassword(ResetPasswordForm):
    """A forgotten password, by the account's own proved address alone."""

    users: list[User]

    def clean_email(self) -> str:
        email: str = super().clean_email()
        self.users = [user for user in self.users if may_reset(user, email.lower())]
        return email
