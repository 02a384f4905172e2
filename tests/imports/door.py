"""Files on their way in through the pages: upload, look at the mapping, start, let the worker run."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core.people.models import Workspace
from core.tenancy.scope import workspace_scope
from imports.tasks import run_imports
from lifecycle.models import Import
from tests.cast import Cast

LEADS = b"""Lead ID,Full Name,Email,Company,Lead Source,Visits,Status
L1,Ann Lee,ann@northwind.example,Northwind,Web,3,New
L2,Bob Ray,bob@northwind.example,Northwind,Web,x,New
L3,Cy Dow,not-an-address,Contoso,Event,1,Nowhere
"""
API = "/api/v1/w/acme/imports"


def upload(client: Client, content: bytes = LEADS, name: str = "leads.csv", target: str = "") -> str:
    """Send a file and let the worker read it; the address of its page."""
    answer = client.post("/w/acme/imports/", {"file": SimpleUploadedFile(name, content), "target": target})
    assert answer.status_code == 302, answer.content.decode()
    a_worker_runs()
    return str(answer["Location"])


def a_worker_runs() -> None:
    """A worker's turn."""
    run_imports(str(Workspace.objects.get(slug="acme").pk))


def only_import(cast: Cast) -> Import:
    with workspace_scope(cast.acme):
        return Import.objects.get()


def form_of(job: Import, **changes: str) -> dict[str, object]:
    """The mapping form as the page would send it."""
    fields: dict[str, object] = {"system": "csv", "on_repeat": "update", "history": "yes", "pipeline": "lifecycle"}
    for place, column in enumerate(job.findings["columns"]):
        mapped = job.mapping["columns"].get(column["header"], {"to": "skip", "format": ""})
        fields |= {f"to-{place}": mapped["to"], f"format-{place}": mapped["format"]}
        fields[f"blank-{place}"] = mapped.get("blanks", [])
    return fields | changes
