"""Who takes part beside the owner: columns of a file that name somebody, and a property that does, at every door."""

from html import unescape

from django.test import Client

from core.tenancy.scope import workspace_scope
from lifecycle.models import Record
from tests.cast import Cast
from tests.governance.drafts import published
from tests.imports.door import API, a_worker_runs, form_of, only_import, upload

SDR = {"key": "sdr", "label": "SDR", "type": "person"}
DEALS = """Deal ID,Deal Name,Account Executive,SDR,Closer
D1,Roof,Rick,dana@acme.example,"Mona"
D2,Door,Rick,Rosa,x
D3,Wall,Rick,Nobody Known,Rick
D4,Floor,,{dana},
"""


def test_second_roles_name_somebody_who_is_here_at_every_door(ada: Client, cast: Cast) -> None:
    with workspace_scope(cast.acme):
        published(cast, [(["properties", {"key": "sdr"}], SDR)])
        cast.rosa.is_active = False
        cast.rosa.save(update_fields=["is_active"])
    place = upload(ada, DEALS.format(dana=cast.dana.pk).encode(), "deals.csv")
    job = only_import(cast)
    columns = {header: (each["to"], each["type"], each["format"]) for header, each in job.mapping["columns"].items()}
    assert columns["Account Executive"][0] == "owner", "who works on deals owns them, where no column says owner"
    assert columns["SDR"] == ("property:sdr", "person", "")
    page = unescape(ada.get(place).content.decode())
    for said in ("Rosa is no longer active here. 1 row come in without it", "nobody here is known as “Nobody Known”"):
        assert said in page, said
    assert page.count("Dana") >= 2 and "dana@acme.example" in page, "the preview says whom the file means"
    assert page.count("Somebody of the workspace") == 1, "and any other text may name somebody"
    form = form_of(job, pipeline="sales", history="", **{"format-4": "person"})
    assert ada.post(f"{place}mapping/", form | {"do": "start"}).status_code == 302
    a_worker_runs()
    with workspace_scope(cast.acme):
        told = {deal.name: (deal.owner and deal.owner.name, deal.properties) for deal in Record.objects.all()}
        number = Record.objects.get(name="Roof").number
    assert told == {
        "Roof": ("Rick", {"sdr": "Dana", "closer": "Mona"}),
        "Door": ("Rick", {"sdr_in_file": "Rosa", "closer": "x"}),
        "Wall": ("Rick", {"sdr_in_file": "Nobody Known", "closer": "Rick"}),
        "Floor": (None, {"sdr": "Dana"}),
    }
    became = {each["header"]: each["became"] for each in ada.get(f"{API}/1").json()["column_outcomes"]}
    assert (became["SDR"], became["Closer"]) == ("changed", "changed")

    record = f"/api/v1/w/acme/records/{number}"
    for name, status, code in (
        ("rick@acme.example", 200, ""),
        ("Rosa", 422, "inactive_member"),
        ("x", 422, "unknown_member"),
    ):
        answer = ada.patch(record, {"properties": {"sdr": name}}, content_type="application/json").json()
        assert answer.get("code", "") == code and answer.get("field", "properties.sdr") == "properties.sdr", answer
        assert status == 422 or answer["properties"]["sdr"] == "Rick"
    row = {"kind": "lead", "name": "Ann", "properties": {"sdr": "Rosa"}}
    refused = ada.post("/api/v1/w/acme/records", row, content_type="application/json")
    assert (refused.status_code, refused.json()["field"]) == (422, "properties.sdr")

    edit = f"/w/acme/records/{number}/edit/"
    shown = ada.get(edit).content.decode()
    assert '<option value="Rick" selected>' in shown and 'value="Rosa"' not in shown
    assert ada.post(edit, {"name": "Roof", "property_sdr": "Rosa"}).status_code == 422
    assert ada.post(edit, {"name": "Roof", "property_sdr": "Mona"}).status_code == 302
    with workspace_scope(cast.acme):
        assert Record.objects.get(number=number).properties["sdr"] == "Mona"
