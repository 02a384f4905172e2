"""The doors of imports: choose a file, map it, start it, see what became of it; and the same over the API."""

import json
from collections.abc import Iterator
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.html import strip_tags

from core.people.models import Workspace
from core.tenancy.scope import workspace_scope
from imports import starting
from imports.tasks import run_imports
from lifecycle.models import Import, Record, Rejection
from tests.cast import Cast

LEADS = b"""Lead ID,Full Name,Email,Company,Lead Source,Visits,Status
L1,Ann Lee,ann@northwind.example,Northwind,Web,3,New
L2,Bob Ray,bob@northwind.example,Northwind,Web,x,New
L3,Cy Dow,not-an-address,Contoso,Event,1,Nowhere
"""


@pytest.fixture
def ada(cast: Cast, client: Client) -> Client:
    client.force_login(cast.ada.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def upload(client: Client, content: bytes = LEADS, name: str = "leads.csv", target: str = "") -> str:
    """Send a file and let the worker read it; the address of its page."""
    answer = client.post("/w/acme/imports/", {"file": SimpleUploadedFile(name, content), "target": target})
    assert answer.status_code == 302, answer.content.decode()
    read_by_a_worker()
    return str(answer["Location"])


def read_by_a_worker() -> None:
    """A worker's turn."""
    run_imports(str(Workspace.objects.get(slug="acme").pk))


def only_import(cast: Cast) -> Import:
    with workspace_scope(cast.acme):
        return Import.objects.get()


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


def form_of(job: Import, **changes: str) -> dict[str, object]:
    """The mapping form as the page would send it."""
    fields: dict[str, object] = {"system": "csv", "on_repeat": "update", "history": "yes", "pipeline": "lifecycle"}
    for place, column in enumerate(job.findings["columns"]):
        mapped = job.mapping["columns"].get(column["header"], {"to": "skip", "format": ""})
        fields |= {f"to-{place}": mapped["to"], f"format-{place}": mapped["format"]}
        fields[f"blank-{place}"] = mapped.get("blanks", [])
    return fields | changes


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
    assert "2 would be created, 0 updated, 0 unchanged, 0 rejected" in ada.get(place).content.decode()
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
    run(cast)

    place = upload(ada, b"Deal ID,Stage,Date Entered\nD1,proposal,2026-01-07\nD2,discovery,2026-01-06\n", "deals.csv")
    page = " ".join(unescape(strip_tags(ada.get(place).content.decode())).split())
    assert "0 would be created, 1 updated, 1 unchanged, 0 rejected" in page
    assert "replaces Proposal, known since 2026-01-05" in page


MEANINGS = b"""Lead ID,First Name,Email,Opted Out,Status
M1,Null,a@x.example,VRAI!,n/a
M2,Ann,n/a,no,New
M3,Bob,c@x.example,unsure,New
M4,Cy,d@x.example,yes,New
M5,Di,e@x.example,no,New
M6,Ed,f@x.example,no,New
"""


def test_values_are_mapped_to_options_and_blanks_belong_to_their_column(ada: Client, cast: Cast) -> None:
    place = upload(ada, MEANINGS)
    job = only_import(cast)
    assert job.mapping["columns"]["Opted Out"]["to"] == "property:opted_out"
    assert [job.mapping["columns"][each]["blanks"] for each in ("First Name", "Email")] == [[], ["n/a"]]
    page = unescape(ada.get(place).content.decode())
    assert "“Opted Out”: it is neither yes nor no: “VRAI!”, “unsure”. 2 rows would be rejected." in page
    assert "In Email, n/a means blank" in page
    form = form_of(job) | {"value-to-3": "property:opted_out", "value-3": ["VRAI!", "unsure", "yes"]}
    form["option-3"] = ["=yes", "blank", ""]
    ada.post(f"{place}mapping/", form)
    said = only_import(cast).mapping
    assert said["values"]["Opted Out"] == {"VRAI!": "yes", "unsure": ""}
    assert said["refused"] == {"Opted Out": ["yes"]}
    ada.post(f"{place}mapping/", form | {"do": "start"})
    run(cast)
    with workspace_scope(cast.acme):
        leads = {lead.external_ids.get().value: lead for lead in Record.objects.all()}
        rejected = list(Rejection.objects.values_list("line", "code"))
    assert rejected == [(5, "refused_value")]
    assert leads["M1"].properties["opted_out"] is True
    assert "opted_out" not in leads["M3"].properties
    assert (leads["M1"].name, leads["M2"].email) == ("Null", "")


def test_a_saved_mapping_is_proposed_for_the_same_header_until_it_is_forgotten(ada: Client, cast: Cast) -> None:
    place = upload(ada)
    form = form_of(only_import(cast), **{"to-5": "attribute:seen"})
    assert ada.post(f"{place}mapping/", form | {"do": "save", "save_as": " "}).status_code == 422
    told = ada.post(f"{place}mapping/", form | {"do": "save", "save_as": "Fair leads"}, follow=True).content.decode()
    assert "Saved as “Fair leads”" in told

    ada_again = upload(ada, LEADS.replace(b"Ann Lee", b"Ann Loy"), "another.csv")
    assert "Mapped as saved under “Fair leads”" in " ".join(ada.get(ada_again).content.decode().split())
    second = ada.get(f"{API}/2").json()
    assert second["mapping"]["columns"]["Visits"]["to"] == "attribute:seen"
    ada.post(f"{ada_again}mapping/", {"do": "guess", "target": "leads"})
    saved = ada.get("/api/v1/w/acme/saved-mappings").json()
    assert [each["name"] for each in saved] == ["Fair leads"]
    ada.post(f"{ada_again}mapping/", {"do": "use", "saved": saved[0]["id"]})
    assert ada.get(f"{API}/2").json()["mapping"] == second["mapping"]

    assert "Fair leads" in ada.get("/w/acme/imports/").content.decode()
    kept = {"number": 2, "name": "Fair leads"}
    changed = ada.post("/api/v1/w/acme/saved-mappings", json.dumps(kept), content_type="application/json")
    assert (changed.status_code, changed.json()["id"]) == (201, saved[0]["id"])
    assert ada.post(f"/w/acme/imports/saved-mappings/{saved[0]['id']}/removal/").status_code == 302
    assert ada.delete(f"/api/v1/w/acme/saved-mappings/{saved[0]['id']}").status_code == 404
    upload(ada, LEADS, "third.csv")
    assert ada.get(f"{API}/3").json()["mapping"]["columns"]["Visits"]["to"] == "property:visits"


def test_the_result_says_what_became_of_each_column_and_what_happened_further_on(ada: Client, cast: Cast) -> None:
    header = b"Lead ID,Name,Email,Employees,Region,Shoe Size,Owner\n"
    leads = header + b"L1,A,a@x.example,20,n/a,big,No One\nL2,B,b@x.example,x,North,small,Rick\n"
    place = upload(ada, leads)
    ada.post(f"{place}mapping/", form_of(only_import(cast)) | {"history": "", "unknown_owner": "blank", "do": "start"})
    late = ada.post(f"{place}mapping/", form_of(only_import(cast)), headers={"HX-Request": "true"})
    assert (late.status_code, late["HX-Redirect"]) == (204, place), "a preview that comes after the start leads on"
    run(cast)
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


def test_several_values_in_a_cell_are_kept_one_by_one(ada: Client, cast: Cast) -> None:
    text = b"Lead ID,Name,Interests,Note\nL1,Ann,Price; Support,one; two\nL2,Bob,Support,three\n"
    place = upload(ada, text)
    page = ada.get(place).content.decode()
    assert page.count("Several values, cut at ;") == 1
    ada.post(f"{place}mapping/", form_of(only_import(cast)) | {"do": "start"})
    run(cast)
    with workspace_scope(cast.acme):
        lead = Record.objects.get(name="Ann")
    assert lead.properties == {"interests": ["Price", "Support"], "note": "one; two"}
    assert "Price, Support" in ada.get(f"/w/acme/records/{lead.number}/").content.decode()
    assert "Cut at ; into several values." in ada.get(place).content.decode()


def test_what_is_not_understood_is_asked_for_and_never_refused_unseen(ada: Client, cast: Cast) -> None:
    place = upload(ada, b"Farbe;Preis\nrot;5\nblau;7\n", "x.csv", "accounts")
    page = ada.get(place)
    assert (page.status_code, "One column must hold the company" in page.content.decode()) == (200, True)
    assert ada.post(f"{API}/1/start").status_code == 422, "not before somebody says which"
    form = form_of(only_import(cast), **{"to-0": "name"})
    assert ada.post(f"{place}mapping/", form | {"do": "start"}).status_code == 302
    place = upload(ada, b"Firma;Branche\nSolveig AS;Fisch\n", "y.csv")
    assert ada.get(f"{API}/2").json()["mapping"]["columns"]["Firma"]["to"] == "name"


def test_two_columns_to_one_place_are_refused_by_name(ada: Client, cast: Cast) -> None:
    place = upload(ada)
    answer = ada.post(
        f"{place}mapping/", form_of(only_import(cast), **{"to-5": "name"}), headers={"HX-Request": "true"}
    )
    assert answer.status_code == 422
    assert "both go to name" in answer.content.decode()


def test_another_target_is_guessed_anew(ada: Client, cast: Cast) -> None:
    place = upload(ada)
    ada.post(f"{place}mapping/", {"do": "guess", "target": "opportunities"})
    assert only_import(cast).mapping["pipeline"] == "sales"


def run(cast: Cast) -> None:
    read_by_a_worker()


def test_started_run_and_shown_with_every_row_accounted_for(ada: Client, cast: Cast) -> None:
    place = upload(ada)
    answer = ada.post(f"{place}mapping/", {**form_of(only_import(cast)), "do": "start"})
    assert answer.status_code == 302
    assert "waiting for a worker" in ada.get(place).content.decode()
    run(cast)
    job = only_import(cast)
    assert (job.state, job.created_count, job.rejected_count, job.done_rows) == ("finished", 1, 2, 3)
    page = ada.get(place).content.decode()
    assert "3 rows in = 1 created + 0 updated + 0 unchanged + 2 rejected" in page
    assert "bad_email" in page
    assert "bad_number" in page, "a column keeps the place its header names; what does not fit is rejected"
    progress = ada.get(f"{place}progress/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in progress and "every 1s" not in progress


def test_rejections_come_as_a_file_no_spreadsheet_runs(ada: Client, cast: Cast) -> None:
    place = upload(ada, b"Lead ID,Email,Full Name\nL1,=cmd|'/c calc'!A0,\xef\xbc\x9dSUM(1)\nL2,a@b.example,Fine\n")
    with workspace_scope(cast.acme):
        job = Import.objects.get()
        given = {"target": "leads", "columns": {"Lead ID": "external_id", "Email": "email", "Full Name": "name"}}
        cast.ada.workspace = cast.acme
        job = starting.map_columns(job, given, by=cast.ada, at=job.created_at)
        starting.start(job, by=cast.ada, at=job.created_at)
    run(cast)
    answer = ada.get(f"{place}rejections.csv")
    lines = answer.content.decode().splitlines()
    assert lines[0] == "line,reason,column,detail,Lead ID,Email,Full Name"
    assert lines[1].startswith("2,bad_email,Email,")
    assert "'=cmd|" in lines[1] and "'＝SUM(1)" in lines[1]


def test_rejections_corrected_and_sent_again_come_in_clean(ada: Client, cast: Cast) -> None:
    place = upload(ada, b"Lead ID,Email,Phone,'Note\nL1,broken,+49 151 2345,'=1\nL2,b@b.example,+1 5,\n")
    ada.post(f"{place}mapping/", {**form_of(only_import(cast)), "do": "start"})
    run(cast)
    first = only_import(cast)
    assert (first.created_count, first.rejected_count) == (1, 1)
    kept = ada.get(f"{place}rejections.csv").content
    assert b"'+49 151 2345,''=1" in kept

    corrected = kept.replace(b"L1,broken", b"L1,a@b.example")
    file = SimpleUploadedFile("corrected.csv", corrected)
    again = str(ada.post("/w/acme/imports/", {"file": file, "corrects": str(first.number)})["Location"])
    run(cast)
    with workspace_scope(cast.acme):
        second = Import.objects.get(number=first.number + 1)
    assert second.mapping == first.mapping, "its columns go where they went"
    assert "brings back rejected rows of" in ada.get(again).content.decode()
    ada.post(f"{again}mapping/", {**form_of(second), "do": "start"})
    run(cast)
    with workspace_scope(cast.acme):
        lead = Record.objects.get(email="a@b.example")
    assert lead.properties == {"phone": "+49 151 2345", "note": "'=1"}
    assert f"{place[:-2]}{second.number}/" in ada.get(place).content.decode(), "the first names what brought it back"
    told = ada.post("/w/acme/imports/", {"file": SimpleUploadedFile("c.csv", corrected), "corrects": "99"})
    assert told.status_code == 422 and "no import number 99" in told.content.decode()


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


# --- API ---

API = "/api/v1/w/acme/imports"


def test_api_with_a_mapping_starts_at_once_and_tells_its_outcome(ada: Client, cast: Cast) -> None:
    mapping = {
        "target": "leads",
        "columns": {"Lead ID": {"to": "external_id"}, "Email": {"to": "email"}, "Full Name": {"to": "name"}},
    }
    answer = ada.post(API, {"file": SimpleUploadedFile("leads.csv", LEADS), "mapping": json.dumps(mapping)})
    assert answer.status_code == 201, answer.content
    assert answer.json()["state"] == "reading"
    run(cast)
    told = ada.get(f"{API}/{answer.json()['number']}").json()
    assert (told["state"], told["total"], told["created"], told["rejected"]) == ("finished", 3, 2, 1)
    assert told["reasons"] == {"bad_email": 1}
    rows = ada.get(f"{API}/{answer.json()['number']}/rejections").json()["results"]
    assert [(row["line"], row["field"], row["row"]["Email"]) for row in rows] == [(4, "Email", "not-an-address")]
    assert ada.get(f"{API}/{answer.json()['number']}/rejections.csv")["Content-Type"].startswith("text/csv")


def test_api_without_a_mapping_waits_with_the_guess(ada: Client, cast: Cast) -> None:
    answer = ada.post(API, {"file": SimpleUploadedFile("leads.csv", LEADS)})
    assert (answer.json()["state"], answer.json()["columns"], answer.json()["warnings"]) == ("reading", [], [])
    assert ada.post(f"{API}/{answer.json()['number']}/start").status_code == 409, "not before it is read"
    read_by_a_worker()
    told = ada.get(f"{API}/{answer.json()['number']}").json()
    assert (told["state"], told["mapping"]["columns"]["Email"]["to"]) == ("mapping", "email")
    assert any("Nowhere" in each for each in told["warnings"])
    given = told["mapping"] | {"values": {"Status": {"New": "lead", "Nowhere": ""}}}
    place = f"{API}/{told['number']}"
    assert ada.put(f"{place}/mapping", json.dumps(given), content_type="application/json").status_code == 200
    assert ada.post(f"{place}/start").status_code == 202
    assert ada.post(f"{place}/start").status_code == 409
    assert ada.post(f"{place}/cancellation").json()["state"] == "cancelled"
    assert [each["number"] for each in ada.get(API).json()["results"]] == [told["number"]]


@pytest.mark.parametrize(
    ("mapping", "field"),
    [
        ("{", "mapping"),
        ('"leads"', "mapping"),
        ('{"target": "ponies"}', "target"),
        ('{"target": "leads", "columns": {"Email": "\\u0000"}}', "mapping.columns.Email"),
    ],
)
def test_api_refuses_at_once_what_no_file_could_fit(ada: Client, cast: Cast, mapping: str, field: str) -> None:
    answer = ada.post(API, {"file": SimpleUploadedFile("leads.csv", LEADS), "mapping": mapping})
    assert answer.status_code == 422
    assert answer.json()["field"] == field
    with workspace_scope(cast.acme):
        assert not Import.objects.exists()


@pytest.mark.parametrize(
    ("mapping", "field"),
    [
        ('{"target": "leads", "columns": {"Nope": "email"}}', "columns.Nope"),
        ('{"target": "leads", "columns": {"Email": {"to": "property:nope"}}}', "columns.Email"),
        ('{"target": "leads", "columns": {"Visits": {"to": "property:visits"}}}', "columns"),
        ('{"target": "leads", "columns": {"Email": "email", "Visits": {"to": "created_at", "format": "Q"}}}',
         "columns.Visits"),
        ('{"target": "leads", "columns": {"Email": "email", "Status": "stage"}, "values": {"Status": {"New": "x"}}}',
         "values.Status"),
        ('{"target": "leads", "columns": {"Email": "email"}, "dates": {"time_zone": "Mars"}}', "dates.time_zone"),
        ('{"target": "leads", "columns": {"Email": "email"}, "blanks": [1]}', "blanks"),
    ],
)  # fmt: skip
def test_api_tells_where_a_mapping_does_not_fit_its_file_and_waits(ada: Client, mapping: str, field: str) -> None:
    answer = ada.post(API, {"file": SimpleUploadedFile("leads.csv", LEADS), "mapping": mapping})
    assert answer.status_code == 201
    read_by_a_worker()
    told = ada.get(f"{API}/{answer.json()['number']}").json()
    assert (told["state"], told["done"]) == ("mapping", 0)
    assert f"({field})" in told["error"]
    again = ada.put(f"{API}/{told['number']}/mapping", mapping, content_type="application/json")
    assert (again.status_code, again.json()["field"]) == (422, field)


def test_api_needs_a_file(ada: Client) -> None:
    assert ada.post(API, {"mapping": "{}"}).status_code == 422


@pytest.fixture(autouse=True)
def nothing_lost(cast: Cast) -> Iterator[None]:
    """After every test here: rows in = created + updated + unchanged + rejected, and each rejection is kept."""
    yield
    with workspace_scope(cast.acme):
        for job in Import.objects.all():
            assert job.done_rows == job.created_count + job.updated_count + job.unchanged_count + job.rejected_count
            assert job.rejected_count == Rejection.objects.filter(of=job).count()


@pytest.mark.parametrize(
    "header",
    [
        "Kontakt-Nr;Vorname;Nachname;E-Mail-Adresse;Firma;Telefon",
        "Identifiant;Prénom;Nom;Courriel;Société;Téléphone",
        "Identificador;Nombre;Apellidos;Correo electrónico;Compañía;Teléfono",
        "Klantnummer;Voornaam;Achternaam;E-mailadres;Bedrijf;Telefoon",
    ],
)
def test_headers_of_five_languages_are_understood(ada: Client, cast: Cast, header: str) -> None:
    upload(ada, f"{header}\nL1;Ann;Lee;ann@northwind.example;Northwind;0171 5\n".encode())
    mapping = only_import(cast).mapping
    assert mapping["target"] == "leads"
    assert [mapping["columns"][name]["to"] for name in header.split(";")] == [
        "external_id", "first_name", "last_name", "email", "account", "property:phone",
    ]  # fmt: skip


def test_what_the_guess_sets_aside_is_said_before_the_start(ada: Client) -> None:
    place = upload(ada, b"Lead ID,Email,Employees\nL1,a@a.example,51-200\nL2,b@b.example,1000+\nL3,c@c.example,85\n")
    page = ada.get(place).content.decode()
    assert "most values are not whole numbers" in page and "is kept as a further attribute" in page
