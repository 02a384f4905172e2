"""The pages of imports: choose a file, see how it is mapped and what will happen, put it away; and who may."""

from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.html import strip_tags

from core.tenancy.scope import workspace_scope
from lifecycle.models import Import, Record, Rejection
from tests.cast import Cast
from tests.imports.door import API, LEADS, a_worker_runs, form_of, only_import, upload

pytestmark = pytest.mark.usefixtures("nothing_lost")


def test_the_list_is_empty_at_first_and_says_what_to_do(ada: Client) -> None:
    page = ada.get("/w/acme/imports/")
    assert page.status_code == 200
    assert "No imports yet" in page.content.decode()


def test_an_uploaded_file_is_shown_with_its_guessed_mapping_and_preview(ada: Client) -> None:
    page = ada.get(upload(ada)).content.decode()
    assert "Ann Lee" in page
    assert "Start the import" in page
    assert "no stage is named for “Nowhere”" in page


def test_a_file_that_cannot_be_read_says_why_and_keeps_nothing(ada: Client, cast: Cast) -> None:
    answer = ada.post("/w/acme/imports/", {"file": SimpleUploadedFile("x.csv", b"")})
    assert answer.status_code == 422
    with workspace_scope(cast.acme):
        assert not Import.objects.exists()


def test_choosing_no_file_is_refused_in_words(ada: Client) -> None:
    answer = ada.post("/w/acme/imports/", {})
    assert answer.status_code == 422
    assert "Choose a file first" in answer.content.decode()


def test_changing_a_column_answers_with_the_preview_alone(ada: Client, cast: Cast) -> None:
    place = upload(ada)
    job = only_import(cast)
    answer = ada.post(f"{place}mapping/", form_of(job, **{"to-5": "skip"}), headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "<html" not in answer.content.decode()
    assert "Visits" not in only_import(cast).mapping["columns"]


DEALS = b"""Deal ID,Deal Name,Amount,Stage,Created Date
D1,Roof,5,proposal,2026-01-05
D2,Door,7,discovery,2026-01-06
"""


def test_the_preview_says_what_will_happen_and_writes_nothing(ada: Client, cast: Cast) -> None:
    place = upload(ada, DEALS, "deals.csv")
    assert "1 would be created" not in ada.get(place).content.decode()
    foreseen = " ".join(ada.get(place).content.decode().split())
    assert "2 would be created, 0 updated, 0 unchanged, 0 rejected" in foreseen
    job = only_import(cast)
    moves = ada.post(f"{place}mapping/", {**form_of(job), "pipeline": "sales", "history": ""})
    told = " ".join(unescape(strip_tags(moves.content.decode())).split())
    assert "1 would be created, 0 updated, 0 unchanged, 1 rejected" in told, "a shut gate is told before the start"
    told = ada.post(f"{API}/1/trial").json()
    assert (told["rows"], told["created"], told["rejected"]) == (2, 1, 1)
    assert [(each["line"], each["becomes"]) for each in told["tried"]] == [(2, "rejected"), (3, "created")]
    with workspace_scope(cast.acme):
        assert not Record.objects.exists() and not Rejection.objects.exists()
    ada.post(f"{place}mapping/", {**form_of(job), "pipeline": "sales", "do": "start"})
    a_worker_runs()

    place = upload(ada, b"Deal ID,Stage,Date Entered\nD1,proposal,2026-01-07\nD2,discovery,2026-01-06\n", "deals.csv")
    page = " ".join(unescape(strip_tags(ada.get(place).content.decode())).split())
    assert "0 would be created, 1 updated, 1 unchanged, 0 rejected" in page
    assert "replaces Proposal, known since 2026-01-05" in page


def test_an_import_can_be_put_away(ada: Client, cast: Cast) -> None:
    place = upload(ada)
    ada.post(f"{place}cancellation/")
    assert only_import(cast).state == "cancelled"
    with workspace_scope(cast.acme):
        assert not Record.objects.exists()


@pytest.mark.parametrize("who", ["rick", "mona", "vera"])
def test_only_admins_import(cast: Cast, client: Client, who: str) -> None:
    client.force_login(getattr(cast, who).user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/w/acme/imports/").status_code == 403
    assert client.post("/w/acme/imports/", {"file": SimpleUploadedFile("l.csv", LEADS)}).status_code == 403
    assert client.get("/api/v1/w/acme/imports").status_code == 403


def test_a_stranger_finds_nothing(ada: Client, cast: Cast) -> None:
    place = upload(ada)
    ada.force_login(cast.otto.user, backend="django.contrib.auth.backends.ModelBackend")
    assert ada.get(place).status_code == 404
    assert ada.get(place.replace("/w/acme/", "/w/globex/")).status_code == 404
