"""Bringing a file in as a person does: upload, look at the mapping, change it, start, let the worker run."""

import csv
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core.tenancy.scope import workspace_scope
from imports.tasks import run_imports
from lifecycle.models import Import, Rejection
from tests.cast import Cast

DATA = Path(os.environ.get("REVOPS_DATA_DIR") or Path(__file__).resolve().parents[2] / "../shared/data").resolve()

needs_data = pytest.mark.skipif(
    not DATA.is_dir(), reason=f"the real files are not here: {DATA} is missing (set REVOPS_DATA_DIR)"
)


def rows_of(path: str) -> Iterator[dict[str, str]]:
    """The file as Python's own reader sees it: the oracle."""
    with (DATA / path).open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def form_of(job: Import, changes: dict[str, str]) -> dict[str, Any]:
    """The mapping form as the page sends it; `changes` names fields, or columns by their header."""
    mapping = job.mapping
    fields: dict[str, Any] = {
        "pipeline": mapping["pipeline"],
        "system": mapping["system"],
        "time_zone": mapping["dates"]["time_zone"],
        "currency": mapping["currency"],
        "blanks": "\n".join(mapping["blanks"]),
        "history": "yes" if mapping["history"] else "",
        "as_of": mapping["as_of"] or "",
        "on_repeat": mapping["on_repeat"],
        "unknown_owner": mapping["unknown_owner"],
        "team_function": mapping["team_function"],
        "stage-pipeline": mapping["pipeline"],
        "do": "start",
    }
    for place, column in enumerate(job.findings["columns"]):
        header = column["header"]
        mapped = mapping["columns"].get(header, {"to": "skip", "format": ""})
        fields[f"to-{place}"] = changes.pop(header, mapped["to"])
        fields[f"format-{place}"] = mapped["format"]
        fields[f"blank-{place}"] = mapped.get("blanks", [])
        if fields[f"to-{place}"] == "stage":
            named = mapping["values"].get(header, {})
            fields["stage-header"] = header
            fields["value"] = [value for value, _ in column["values"]]
            fields["stage"] = [changes.pop(value, named.get(value, "")) for value, _ in column["values"]]
    return fields | changes


def bring_in(cast: Cast, path: str, **changes: str) -> Import:
    """The whole way of one file; the seconds of upload and run are printed."""
    client = Client()
    client.force_login(cast.ada.user, backend="django.contrib.auth.backends.ModelBackend")
    began = time.monotonic()
    file = SimpleUploadedFile(path.rpartition("/")[2], (DATA / path).read_bytes())
    answer = client.post("/w/acme/imports/", {"file": file, "target": ""})
    assert answer.status_code == 302, answer.content.decode()
    place = str(answer["Location"])
    run_imports(str(cast.acme.pk))  # a worker reads it
    uploaded = time.monotonic()
    assert client.get(place).status_code == 200
    with workspace_scope(cast.acme):
        job = Import.objects.get(number=int(place.rstrip("/").rpartition("/")[2]))
    answer = client.post(f"{place}mapping/", form_of(job, dict(changes)))
    assert answer.status_code == 302, answer.content.decode()
    started = time.monotonic()
    while run_once(cast, job).state in ("waiting", "running"):
        pass
    print(f"\n{path}: upload {uploaded - began:.1f} s, run {time.monotonic() - started:.1f} s, {job.done_rows} rows")
    page = client.get(place).content.decode()
    assert f"{job.done_rows:,} rows in = {job.created_count:,} created" in page
    return job


def run_once(cast: Cast, job: Import) -> Import:
    """One turn of the worker's task, and the import as it stands then."""
    run_imports(str(cast.acme.pk))
    with workspace_scope(cast.acme):
        job.refresh_from_db()
        kept = Rejection.objects.filter(of=job).count()
    assert job.done_rows == job.created_count + job.updated_count + job.unchanged_count + job.rejected_count
    assert job.rejected_count == kept, "every rejected row is kept"
    assert not job.error, job.error
    return job


def counts(job: Import) -> tuple[int, int, int, int]:
    """Created, updated, unchanged, rejected."""
    return (job.created_count, job.updated_count, job.unchanged_count, job.rejected_count)
