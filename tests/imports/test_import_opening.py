"""A file is opened by a worker, within limits: the page only keeps it, and shows how far the reading has come."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from core.deadly_work import MOST, survived
from core.operating.models import SetAside
from core.operating.setting_aside import try_again
from core.tenancy.scope import workspace_scope
from imports import csv_reader as reading
from imports import opening, starting
from imports.csv_reader import UnreadableFile, read_sheet
from imports.tasks import run_imports
from lifecycle.models import Import, Record
from tests.cast import MONDAY_10, Cast

pytestmark = pytest.mark.django_db
LEADS = b"Email,Name\nann@x.example,Ann\n"


def zipped(*files: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return out.getvalue()


def waiting(cast: Cast, content: bytes, name: str = "leads.csv", **asked: object) -> Import:
    with workspace_scope(cast.acme):
        cast.ada.workspace = cast.acme
        return starting.upload(file_name=name, content=content, by=cast.ada, at=MONDAY_10, asked=asked)


def opened(cast: Cast, job: Import) -> Import:
    opening.open_file(cast.acme.pk, job.pk, clock=timezone.now)
    with workspace_scope(cast.acme):
        return Import.objects.get(pk=job.pk)


BOMB = zipped(("leads.csv", b"Email\n" + b"\n" * 15_000_000))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (BOMB, "unfolds_too_far"),
        (b"Email\n" + b"\n" * (reading.MAX_LINES + 1), "too_many_lines"),
        (b"Email\r" + b"\r" * (reading.MAX_LINES + 1), "too_many_lines"),
        (b"Email\n" + b"x" * (reading.MAX_LINE + 1), "line_too_long"),
        (b"," * 2_000 + b"\n" + b"1," * 2_000 + b"x\n", "too_many_columns"),
        (b'"' * 3_000_000, "bad_header"),
        (zipped(("a.csv", LEADS), ("b.csv", LEADS)), "zip_not_one_file"),
        (b"PK\x03\x04 not really", "bad_zip"),
    ],
)
def test_what_costs_too_much_to_read_is_refused_in_words(content: bytes, code: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        sheet = read_sheet(content)
        list(sheet.rows())
    assert refused.value.code == code, refused.value.detail


def test_a_cell_without_end_costs_its_row_alone() -> None:
    rows = list(read_sheet(b"Email,Note\na@x.example," + b"y" * 1_000_001 + b"\nb@x.example,z\n").rows())
    assert [row.problem and row.problem[0] for row in rows] == ["cell_too_long", None]
    assert len(rows[0].cells[0]) < 2_000, "what is kept of it is short"


def test_the_page_keeps_a_bomb_unopened_and_the_worker_says_what_is_wrong(cast: Cast, client: Client) -> None:
    client.force_login(cast.ada.user, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post("/w/acme/imports/", {"file": SimpleUploadedFile("leads.zip", BOMB)})
    assert answer.status_code == 302
    with workspace_scope(cast.acme):
        job = Import.objects.get()
    page = client.get(answer["Location"]).content.decode()
    assert (job.state, job.findings) == ("reading", {}), "nobody has looked into it"
    assert "Being read" in page and "waiting for a worker" in page
    assert opened(cast, job).state == "failed"
    page = client.get(answer["Location"]).content.decode()
    assert "unfolds to more than a table would" in page and "Go on from row" not in page
    told = client.get(f"/api/v1/w/acme/imports/{job.number}").json()
    assert (told["state"], told["columns"], "unfolds" in told["error"]) == ("failed", [], True)
    assert client.post(f"/w/acme/imports/{job.number}/start/").status_code == 409
    assert client.post(f"/w/acme/imports/{job.number}/mapping/", {"do": "start"}).status_code == 409


def test_the_progress_leads_to_the_mapping_once_the_file_is_read(cast: Cast, client: Client) -> None:
    client.force_login(cast.ada.user, backend="django.contrib.auth.backends.ModelBackend")
    job = waiting(cast, LEADS)
    progress = f"/w/acme/imports/{job.number}/progress/"
    moving = client.get(progress, headers={"HX-Request": "true"})
    assert moving.status_code == 200 and "0 % read" in moving.content.decode()
    opened(cast, job)
    there = client.get(progress, headers={"HX-Request": "true"})
    assert there["HX-Redirect"] == f"/w/acme/imports/{job.number}/"
    assert "Start the import" in client.get(there["HX-Redirect"]).content.decode()


def test_a_file_that_ends_its_workers_is_told_as_failed_and_can_be_tried_again(cast: Cast) -> None:
    job = waiting(cast, LEADS)
    killed = [survived(starting.IMPORT, job.pk) for _ in range(MOST)]
    for each in killed:
        each.__enter__()  # as a worker does that is killed then
    failed = opened(cast, job)
    assert (failed.state, failed.error) == ("failed", opening.BROKE)
    with workspace_scope(cast.acme):
        row = SetAside.objects.get()
        assert row.reason.startswith("EndsItsWorkers: 5 workers in a row were killed")
        assert try_again(row.pk, by=cast.ada, at=MONDAY_10).outcome == "begun"
    assert opened(cast, job).state == "mapping"


def test_a_file_put_away_while_it_waits_is_not_opened(cast: Cast) -> None:
    job = waiting(cast, LEADS)
    with workspace_scope(cast.acme):
        starting.cancel(job, by=cast.ada, at=MONDAY_10)
    assert (opened(cast, job).state, opened(cast, job).findings) == ("cancelled", {})


def test_reading_says_how_far_it_is_and_stops_when_nobody_wants_it(cast: Cast) -> None:
    job = waiting(cast, LEADS)
    telling = opening._Telling(cast.acme.pk, job.pk, pause=lambda: None)
    telling.told -= opening.TOLD_EVERY_S
    telling(0.42)
    with workspace_scope(cast.acme):
        assert Import.objects.get(pk=job.pk).read_ratio == 0.42
        starting.cancel(job, by=cast.ada, at=MONDAY_10)
    telling.told -= opening.TOLD_EVERY_S
    with pytest.raises(opening.Cancelled):
        telling(0.5)
    telling.begun -= opening.LONGEST_S
    with pytest.raises(UnreadableFile, match="too long"):
        telling(0.6)


def test_a_file_is_read_in_the_encoding_that_somebody_chooses(cast: Cast, client: Client) -> None:
    client.force_login(cast.ada.user, backend="django.contrib.auth.backends.ModelBackend")
    text = "Lead ID,Name\nL1,Zażółć\nL2,Gęślą\n"
    file = SimpleUploadedFile("x.csv", text.encode("cp1250"))
    place = str(client.post("/w/acme/imports/", {"file": file})["Location"])
    api = "/api/v1/w/acme/imports/1"
    for chosen, name in (("cp1252", "Za¿ó³æ"), ("cp1250", "Zażółć")):
        run_imports(str(cast.acme.pk))
        assert client.post(f"{place}encoding/", {"encoding": chosen}).status_code == 302
        assert client.get(api).json()["state"] == "reading"
        run_imports(str(cast.acme.pk))
        assert name in client.get(place).content.decode()
        assert client.get(api).json()["encoding"] == chosen
    assert client.put(f"{api}/encoding", {"encoding": "ebcdic"}, content_type="application/json").status_code == 422
    assert client.post(f"{api}/start").status_code == 202
    run_imports(str(cast.acme.pk))
    with workspace_scope(cast.acme):
        assert set(Record.objects.values_list("name", flat=True)) == {"Zażółć", "Gęślą"}
    assert client.put(f"{api}/encoding", {"encoding": "cp1252"}, content_type="application/json").status_code == 409


def test_who_may_no_longer_import_starts_nothing_by_an_earlier_wish(cast: Cast) -> None:
    job = waiting(cast, LEADS, start=True, mapping={"target": "leads", "columns": {"Email": "email", "Name": "name"}})
    with workspace_scope(cast.acme):
        cast.ada.role = "rep"
        cast.ada.save(update_fields=["role"])
    told = opened(cast, job)
    assert told.state == "mapping" and "may not" in told.error
