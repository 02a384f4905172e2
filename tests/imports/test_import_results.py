"""What is told when a file has come in: its rows, its columns, the records further on, and the rejections."""

from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.html import strip_tags

from core.tenancy.scope import workspace_scope
from imports import starting
from lifecycle.models import Import, Record
from tests.cast import Cast
from tests.imports.door import API, a_worker_runs, form_of, only_import, upload

pytestmark = pytest.mark.usefixtures("nothing_lost")


def test_started_run_and_shown_with_every_row_accounted_for(ada: Client, cast: Cast) -> None:
    place = upload(ada)
    form = {**form_of(only_import(cast)), "do": "start"}
    twice = [ada.post(f"{place}mapping/", form) for _ in range(2)]
    assert [(each.status_code, each["Location"]) for each in twice] == [(302, place)] * 2, "a button pressed twice"
    assert "waiting for a worker" in ada.get(place).content.decode()
    a_worker_runs()
    job = only_import(cast)
    assert (job.state, job.created_count, job.rejected_count, job.done_rows) == ("finished", 1, 2, 3)
    page = ada.get(place).content.decode()
    assert "3 rows in = 1 created + 0 updated + 0 unchanged + 2 rejected" in page
    assert "Bad email" in page
    assert "Bad number" in page, "a column keeps the place its header names; what does not fit is rejected"
    progress = ada.get(f"{place}progress/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in progress and "every 1s" not in progress


def test_the_result_says_what_became_of_each_column_and_what_happened_further_on(ada: Client, cast: Cast) -> None:
    header = b"Lead ID,Name,Email,Employees,Region,Shoe Size,Owner\n"
    leads = header + b"L1,A,a@x.example,20,n/a,big,No One\nL2,B,b@x.example,x,North,small,Rick\n"
    place = upload(ada, leads)
    ada.post(f"{place}mapping/", form_of(only_import(cast)) | {"history": "", "unknown_owner": "blank", "do": "start"})
    late = ada.post(f"{place}mapping/", form_of(only_import(cast)), headers={"HX-Request": "true"})
    assert (late.status_code, late["HX-Redirect"]) == (204, place), "a preview that comes after the start leads on"
    a_worker_runs()
    told = ada.get(f"{API}/1").json()
    became = {each["header"]: (each["became"], each["rejected"]) for each in told["column_outcomes"]}
    assert became["Email"] == ("right", 0)
    assert became["Employees"] == ("right", 1)
    assert became["Shoe Size"] == ("as_text", 0)
    assert became["Region"] == became["Owner"] == ("changed", 0)
    [gate] = told["further_on"]
    assert (gate["stage"], gate["reached"], gate["total"], gate["waiting"]) == ("Marketing qualified", 0, 1, 1)
    assert gate["lines"] and all(each["unmet"] + each["unknown"] == 1 for each in gate["lines"])
    page = " ".join(unescape(strip_tags(ada.get(place).content.decode())).split())
    assert "0 of 1 reached Marketing qualified" in page
    assert "1 row read as blank." in page and "Kept as text" in page


def test_rejections_come_as_a_file_no_spreadsheet_runs(ada: Client, cast: Cast) -> None:
    place = upload(ada, b"Lead ID,Email,Full Name\nL1,=cmd|'/c calc'!A0,\xef\xbc\x9dSUM(1)\nL2,a@b.example,Fine\n")
    with workspace_scope(cast.acme):
        job = Import.objects.get()
        given = {"target": "leads", "columns": {"Lead ID": "external_id", "Email": "email", "Full Name": "name"}}
        cast.ada.workspace = cast.acme
        job = starting.map_columns(job, given, by=cast.ada, at=job.created_at)
        starting.start(job, by=cast.ada, at=job.created_at)
    a_worker_runs()
    answer = ada.get(f"{place}rejections.csv")
    lines = answer.getvalue().decode().splitlines()
    assert lines[0] == "line,reason,column,detail,Lead ID,Email,Full Name"
    assert lines[1].startswith("2,bad_email,Email,")
    assert "'=cmd|" in lines[1] and "'＝SUM(1)" in lines[1]


def test_rejections_corrected_and_sent_again_come_in_clean(ada: Client, cast: Cast) -> None:
    place = upload(ada, b"Lead ID,Email,Phone,'Note\nL1,broken,+49 151 2345,'=1\nL2,b@b.example,+1 5,\n")
    ada.post(f"{place}mapping/", {**form_of(only_import(cast)), "do": "start"})
    a_worker_runs()
    first = only_import(cast)
    assert (first.created_count, first.rejected_count) == (1, 1)
    kept = ada.get(f"{place}rejections.csv").getvalue()
    assert b"'+49 151 2345,''=1" in kept

    corrected = kept.replace(b"L1,broken", b"L1,a@b.example")
    file = SimpleUploadedFile("corrected.csv", corrected)
    again = str(ada.post("/w/acme/imports/", {"file": file, "corrects": str(first.number)})["Location"])
    a_worker_runs()
    with workspace_scope(cast.acme):
        second = Import.objects.get(number=first.number + 1)
    assert second.mapping == first.mapping, "its columns go where they went"
    assert "brings back rejected rows of" in ada.get(again).content.decode()
    ada.post(f"{again}mapping/", {**form_of(second), "do": "start"})
    a_worker_runs()
    with workspace_scope(cast.acme):
        lead = Record.objects.get(email="a@b.example")
    assert lead.properties == {"phone": "+49 151 2345", "note": "'=1"}
    assert f"{place[:-2]}{second.number}/" in ada.get(place).content.decode(), "the first names what brought it back"
    upload(ada, corrected)
    with workspace_scope(cast.acme):
        third = Import.objects.get(number=second.number + 1)
    assert (third.asked["corrects"], third.mapping) == (first.number, first.mapping), "known by its header alone"
    for odd, said in (("99", "no import number 99"), ("9" * 5_000, "A whole number")):
        told = ada.post("/w/acme/imports/", {"file": SimpleUploadedFile("c.csv", corrected), "corrects": odd})
        assert told.status_code == 422 and said in told.content.decode()


def test_two_ids_of_one_address_are_told_and_rejected_cells_are_kept_whole(ada: Client, cast: Cast) -> None:
    note = "n" * 5_000
    rows = f"L1,Ann,ann@acme.example,\nL2,Ann Lee,ann@acme.example,\nL3,Bob,bob,{note}\n"
    place = upload(ada, f"Lead ID,Name,Email,Note\n{rows}".encode())
    assert "1 row with an id of their own repeat an address" in ada.get(place).content.decode()
    ada.post(f"{place}mapping/", form_of(only_import(cast), do="start"))
    a_worker_runs()
    page = ada.get(place).content.decode()
    assert "row with different ids" in " ".join(page.split()).replace("rows", "row")
    assert note in ada.get(f"{place}rejections.csv").getvalue().decode()
    told = ada.get(f"{API}/{only_import(cast).number}").json()
    assert (told["created"], told["updated"], told["rejected"], told["shared_leads"]) == (1, 1, 1, 1)


def test_a_header_finds_the_attribute_it_made_however_it_is_written_now(ada: Client, cast: Cast) -> None:
    first = b"Lead ID;Name;Civilit\xc3\xa9;Rue;Adresse\nL1;Ann Lee;Mme;Rue 1;Lyon\n"
    upload(ada, first)
    older = form_of(only_import(cast)) | {"to-2": "attribute:civilit", "do": "start"}  # a key of an older release
    assert ada.post("/w/acme/imports/1/mapping/", older).status_code == 302
    a_worker_runs()
    for number, header in enumerate(("CIVILITE,ADRESSE", "Anrede,Straße"), 2):
        upload(ada, f"Lead ID,Name,{header}\nL1,Ann Lee,Dr,Weg 2\n".encode())
        told = ada.get(f"{API}/{number}").json()["mapping"]["columns"]
        places = {told[name]["to"] for name in header.split(",")}
        assert places == {"attribute:civilit", ("attribute:adresse", "attribute:rue")[number - 2]}
