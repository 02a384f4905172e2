"""A list is pasted as it is; each line is answered, and none stops the others."""

import pytest
from django.core import mail
from django.test import Client

from core.people.inviting_many import addresses_in
from core.people.models import Invitation
from core.tenancy.scope import workspace_scope
from tests.cast import Cast

LIST = """Ann Lee <Ann.Lee@new.example>, bob@new.example; "Cy, Jr." <cy@new.example>
bob@new.example
Dee\tdee@new.example\tBerlin
nobody in particular
rick@acme.example
eve@new
"""


def test_addresses_are_found_in_whatever_people_copy() -> None:
    found = ["ann.lee@new.example", "bob@new.example", "cy@new.example", "dee@new.example", "nobody in particular"]
    assert list(addresses_in(LIST))[:5] == found
    assert list(addresses_in(" \n,;\n")) == []


@pytest.mark.django_db
def test_many_are_invited_by_paste_and_each_line_is_answered(
    cast: Cast, client: Client, django_capture_on_commit_callbacks: object
) -> None:
    with workspace_scope(cast.acme):
        rick = cast.rick.email
    client.force_login(cast.ada.user)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        answer = client.post(f"/w/{cast.acme.slug}/people/invite/", {"email": f"{LIST}\n{rick}", "role": "rep"})
    shown = answer.content.decode()
    assert answer.status_code == 201
    assert shown.count(">invited</span>") == 4
    assert "This is not an e-mail address." in shown and "This person is already here." in shown
    assert sorted(to for each in mail.outbox for to in each.to) == [
        f"{name}@new.example" for name in ("ann.lee", "bob", "cy", "dee")
    ]
    with workspace_scope(cast.acme):
        assert set(Invitation.objects.filter(email__endswith="@new.example").values_list("role", flat=True)) == {"rep"}


@pytest.mark.django_db
def test_a_program_invites_a_list(cast: Cast, client: Client) -> None:
    client.force_login(cast.ada.user)
    address = f"/api/v1/w/{cast.acme.slug}/invitations/batch"
    told = {"emails": "ann@new.example\nnot one", "role": "rep", "team": "sales"}
    answer = client.post(address, told, content_type="application/json")
    found = [("ann@new.example", None), ("not one", "bad_input")]
    assert [(each["text"], each["code"]) for each in answer.json()] == found
    wrong = client.post(address, told | {"team": "nowhere"}, content_type="application/json")
    assert (wrong.status_code, wrong.json()["field"]) == (422, "team")
    empty = client.post(address, told | {"emails": ",;"}, content_type="application/json")
    assert (empty.status_code, empty.json()["field"]) == (422, "emails")
