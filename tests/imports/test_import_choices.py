"""What people choose on the mapping page: values, blanks, saved mappings, several values, other targets."""

import json
from html import unescape

import pytest
from django.test import Client

from core.tenancy.scope import workspace_scope
from lifecycle.models import Record, Rejection
from tests.cast import Cast
from tests.imports.door import API, LEADS, a_worker_runs, form_of, only_import, upload

pytestmark = pytest.mark.usefixtures("nothing_lost")


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
    a_worker_runs()
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


def test_several_values_in_a_cell_are_kept_one_by_one(ada: Client, cast: Cast) -> None:
    text = b"Lead ID,Name,Interests,Note\nL1,Ann,Price; Support,one; two\nL2,Bob,Support,three\n"
    place = upload(ada, text)
    page = ada.get(place).content.decode()
    assert page.count("Several values, cut at ;") == 1
    ada.post(f"{place}mapping/", form_of(only_import(cast)) | {"do": "start"})
    a_worker_runs()
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


@pytest.mark.parametrize(
    "header",
    [
        "Kontakt-Nr;Vorname;Nachname;E-Mail-Adresse;Firma;Telefon",
        "Identifiant;Prénom;Nom;Courriel;Société;Téléphone",
        "Identificador;Nombre;Apellidos;Correo electrónico;Compañía;Teléfono",
        "Contact Id;First Name;Last Name (legal);E-mail 1 - Value;Organization Name;Business Phone",
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
    rows = ("L1,a@a.example,51-200", "L2,b@b.example,1000+", "L3,c@c.example,85")
    lines = ("Lead ID,Email,Employees,Created (UTC),Shift", *(f"{row},2026-01-02 10:20,10:30" for row in rows))
    place = upload(ada, "\n".join(lines).encode())
    page = ada.get(place).content.decode()
    assert 'value="UTC"' in page, "times are of the zone that their header names"
    assert "times of day" in page
    assert "most values are not whole numbers" in page and "is kept as a further attribute" in page
