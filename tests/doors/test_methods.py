"""What an address answers beside its verbs: which methods it has, and a plain no to those it has not."""

import pytest
from django.test import Client

from tests.cast import Cast
from tests.isolation.walk import METHODS, absent, addresses

pytestmark = pytest.mark.django_db
WITH_HEAD = {"api/v1/w/<slug:workspace>/me"}  # it names no verb, so a look at its head is a look at it
API = [address for address in addresses() if address.route.startswith("api/")]


def test_every_address_tells_its_methods_and_refuses_the_others(cast: Cast) -> None:
    browser, faults = Client(), []
    browser.force_login(cast.ada.user, backend="django.contrib.auth.backends.ModelBackend")
    for address in API:
        url = address.url("acme", **{name: absent(converter) for name, converter in address.holes.items()})
        answer = browser.options(url)
        told = {method.strip().lower() for method in answer.headers.get("Allow", "").split(",")}
        if answer.status_code != 200 or told & set(METHODS) != set(address.methods):
            faults.append(f"options {address}: {answer.status_code} {sorted(told)}")
        for method in {*METHODS, "head"} - set(address.methods):
            status = getattr(browser, method)(url).status_code
            if status != (200 if method == "head" and address.route in WITH_HEAD else 405):
                faults.append(f"{method} {address}: {status}")
    assert not faults, "\n".join(faults)
    assert len(API) > 50
