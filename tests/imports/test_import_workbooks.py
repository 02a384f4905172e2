"""A workbook comes in like a CSV: its typed cells, its sheets, its merged and blank rows; and it can do no harm."""

import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core.people.models import Workspace
from core.tenancy.scope import workspace_scope
from imports.csv_reader import read_sheet
from imports.tasks import run_imports
from imports.workbooks import is_workbook, unfold
from lifecycle.models import Import, Record
from tests.cast import Cast

pytestmark = pytest.mark.usefixtures("nothing_lost")
FILES = Path(__file__).with_name("files")
HEADER = ["Deal ID", "Deal Name", "Amount", "Created Date", "Company", "Postcode", "Renewed"]
KIND = "application/vnd.oasis.opendocument.spreadsheet"
Row = list[object]


def workbook(**sheets: list[Row]) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return book


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def archive(**inside: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in inside.items():
            file.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("META_", "META-"), content)
    return out.getvalue()


def ods(*rows: str) -> bytes:
    """By hand: a sheet of an OpenDocument, whose cells are its XML."""
    names = "office:1.0", "table:1.0", "text:1.0"
    spaces = " ".join(f'xmlns:{name.split(":")[0]}="urn:oasis:names:tc:opendocument:xmlns:{name}"' for name in names)
    table = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    body = f'<office:spreadsheet><table:table table:name="Leads">{table}</table:table></office:spreadsheet>'
    return archive(
        mimetype=KIND,
        META_INF__manifest_xml='<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{KIND}"/></manifest:manifest>',
        content_xml=f"<office:document-content {spaces}><office:body>{body}</office:body></office:document-content>",
    )


def word(text: str) -> str:
    return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'


def work() -> None:
    run_imports(str(Workspace.objects.get(slug="acme").pk))


def upload(client: Client, content: bytes, name: str = "deals.xlsx") -> str:
    answer = client.post("/w/acme/imports/", {"file": SimpleUploadedFile(name, content)})
    work()
    return answer["Location"]


def start(client: Client, place: str) -> Import:
    """Start with what was guessed, as the page's own form says it."""
    number = int(place.strip("/").rpartition("/")[2])
    assert client.post(f"/api/v1/w/acme/imports/{number}/start").status_code == 202
    work()
    with workspace_scope(Workspace.objects.get(slug="acme")):
        return Import.objects.get(number=number)


def test_typed_cells_come_in_as_they_are_meant_and_what_is_around_them_is_told(cast: Cast, ada: Client) -> None:
    book = workbook(
        Cover=[["Deals of March"]],
        Deals=[
            ["All deals, as of today"],
            [],
            HEADER,
            ["007", "Alpha", 1000, datetime.fromisoformat("2026-02-01T09:30"), "Acme Inc", "01234", True],
            ["008", "Beta", 1250.5, datetime.fromisoformat("2026-02-02"), None, "04567", False],
            [],
            [9, "Gamma", None, date(2026, 2, 3), "Globex", 4567, None],
            [],
            ["Total", None, 2250.5],
            ["Printed by Ada"],
        ],
        Secret=[HEADER, ["X1", "Hidden", 1, date(2026, 2, 3), "No", "1", None]],
    )
    book["Deals"].merge_cells("E4:E5")
    book["Deals"]["C7"] = "=C4+1"
    book["Secret"].sheet_state = "hidden"
    place = upload(ada, saved(book))
    page = ada.get(place).content.decode()
    for said in (
        "Secret (hidden)",
        "merged over several rows",
        "Left out as a footer at the end of the file: “Total”, “Printed by Ada”",
        "never calculated",
        "1 line above",
    ):
        assert said in page, said
    job = start(ada, place)
    with workspace_scope(cast.acme):
        deals = {deal.name: deal for deal in Record.objects.select_related("account")}
        ids = {each.value for deal in deals.values() for each in deal.external_ids.all()}
    assert (job.state, job.created_count, job.rejected_count) == ("finished", 3, 0), job.error
    assert ids == {"007", "008", "9"}, "text keeps its zeros, a number has no .0"
    alpha, beta = deals["Alpha"], deals["Beta"]
    assert (alpha.amount, beta.amount, deals["Gamma"].amount) == (Decimal(1000), Decimal("1250.50"), None)
    assert alpha.created_at == datetime(2026, 2, 1, 8, 30, tzinfo=UTC), "half past nine in Berlin"
    assert (alpha.account.name, beta.account.name) == ("Acme Inc", "Acme Inc"), "the merged cell is of both rows"
    assert (alpha.properties["postcode"], alpha.properties["renewed"], beta.properties["renewed"]) == (
        "01234", True, False,
    )  # fmt: skip


def test_another_sheet_can_be_chosen_until_the_import_starts(cast: Cast, ada: Client) -> None:
    first = [["Lead ID", "Email"], ["L1", "ann@x.example"]]
    place = upload(ada, saved(workbook(People=first, More=[["Lead ID", "Email"], ["L2", "bo@x.example"]], Void=[])))
    number = int(place.strip("/").rpartition("/")[2])
    api = f"/api/v1/w/acme/imports/{number}"
    assert ada.get(api).json()["sheets"] == [
        {"name": "People", "is_hidden": False, "is_chosen": True},
        {"name": "More", "is_hidden": False, "is_chosen": False},
        {"name": "Void", "is_hidden": False, "is_chosen": False},
    ]
    refused = ada.put(f"{api}/sheet", {"sheet": "Nix"}, content_type="application/json")
    assert (refused.status_code, refused.json()["field"]) == (422, "sheet")
    assert ada.post(f"{place}sheet/", {"sheet": "Void"}).status_code == 302
    work()
    page = ada.get(place).content.decode()
    assert "Void” is empty" in page and "Void" in page, "what is wrong is said, and another can be chosen"
    again = ada.put(f"{api}/sheet", {"sheet": "More"}, content_type="application/json")
    assert (again.status_code, again.json()["state"]) == (202, "reading")
    work()
    job = start(ada, place)
    with workspace_scope(cast.acme):
        assert list(Record.objects.values_list("email", flat=True)) == ["bo@x.example"]
    assert job.total_rows == 1
    late = ada.put(f"{api}/sheet", {"sheet": "People"}, content_type="application/json")
    assert late.status_code == 409 and ada.get(api).json()["sheets"] == []


def test_the_sheet_can_be_named_with_the_file(ada: Client) -> None:
    content = saved(workbook(People=[["Email"], ["ann@x.example"]], More=[["Email"], ["bo@x.example"]]))
    sent = {"file": SimpleUploadedFile("leads.xlsx", content), "sheet": "More"}
    number = ada.post("/api/v1/w/acme/imports", sent).json()["number"]
    work()
    told = ada.get(f"/api/v1/w/acme/imports/{number}").json()
    assert told["columns"][0]["samples"] == ["bo@x.example"]


def test_old_excel_and_open_document_are_read_too() -> None:
    old = unfold((FILES / "leads.xls").read_bytes())
    assert old.content.decode().splitlines()[1] == '"007","ann@x.example","2026-02-03","0170 123"'
    day = '<table:table-cell office:value-type="date" office:date-value="2026-02-03"/>'
    number = '<table:table-cell office:value-type="float" office:value="5"/>'
    content = ods(word("Id") + word("On") + word("Seats"), word("007") + day + number)
    assert unfold(content).content.decode().splitlines()[1] == '"007","2026-02-03","5"'


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (archive(xl__workbook_xml="<nothing/>"), "bad_workbook"),
        (saved(workbook(Void=[])), "no_rows"),
        (ods(f'<table:table-cell table:number-columns-repeated="16000"/>{word("x")}' * 600), "unfolds_too_far"),
    ],
)
def test_a_workbook_that_cannot_be_read_or_costs_too_much_is_refused_in_words(
    cast: Cast, ada: Client, content: bytes, code: str
) -> None:
    assert is_workbook(content)
    place = upload(ada, content)
    page = ada.get(place).content.decode()
    assert "Failed" in page and "orkbook" in page, code


def test_an_address_may_stand_beside_its_name(cast: Cast, ada: Client) -> None:
    rows = b'Lead ID,Email\nL1,Ann Lee <ann@x.example>\nL2,"Roe, Bo" <mailto:bo@x.example>\nL3,<cy@x.example>\n'
    job = start(ada, upload(ada, rows.replace(b'L2,"Roe, Bo"', b"L2,Bo Roe"), "leads.csv"))
    with workspace_scope(cast.acme):
        found = set(Record.objects.values_list("email", flat=True))
    assert (job.rejected_count, found) == (0, {"ann@x.example", "bo@x.example", "cy@x.example"})


def test_a_line_is_the_row_of_the_sheet_and_the_summary_that_numbers_adds_is_no_table() -> None:
    summary = [["This document was exported from Numbers."], ["Sheet 1", "Table 1", "Deals"]]
    rows: list[Row] = [["Deal ID", "Note"], ["D1", "one\ntwo\nthree"], ["D2", "x"]]
    book = workbook(Summary=summary, Deals=rows)
    book["Deals"].append(["D3", 5])
    book["Deals"]["B4"].number_format = "#,##0.00 [$€-407]"
    book["Deals"]["B3"].number_format, book["Deals"]["A3"].number_format = "0%", "00000"
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book["Deals"].append(["D4", date(2025, 11, 26)])
    book["Deals"].append([12345678901234567890, 999_999_999_999_999])
    found = unfold(saved(book))
    sheet = read_sheet(found.content)
    told = " ".join(found.notes)
    assert found.sheet == "Deals", "the summary is no table"
    assert all(each in told for each in ("€", "percentages", "leading zeros of some cells (00000)", "from 1904")), told
    assert [(row.line, row.cells) for row in sheet.rows()] == [
        (2, ("D1", "one\ntwo\nthree")), (3, ("D2", "x")), (4, ("D3", "5")), (5, ("D4", "2025-11-26")),
        (6, ("1.23456789012346E+19", "999999999999999")),
    ]  # fmt: skip
