"""Files as people have them: each comes in by what is guessed alone, as its manifest says."""

import json
from dataclasses import dataclass
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.html import strip_tags

from core.people.models import Member
from core.tenancy.scope import workspace_scope
from imports.tasks import run_imports
from lifecycle.models import Account, Import, Record, Rejection
from tests.cast import Cast
from tests.real_data.door import DATA, form_of

CASES = DATA.parent / "cases" / "csv"
pytestmark = [
    pytest.mark.skipif(not CASES.is_dir(), reason=f"the everyday files are not here: {CASES} is missing"),
    pytest.mark.django_db,
]
LAST, FIRST = "Zinnia", "Wilma"
# Files that do not come in as they should yet. A file that does is taken off: the test fails until it is.
NOT_YET: frozenset[str] = frozenset()


def everyday() -> list[dict[str, Any]]:
    """What must come of each file."""
    manifest = CASES / "manifest.json"
    return json.loads(manifest.read_text(encoding="utf-8")) if manifest.is_file() else []


@dataclass(frozen=True)
class Result:
    """One import after it ran: `said` are the sentences of its mapping page and the reasons of its rejections."""

    job: Import
    said: str


def people(cast: Cast) -> None:
    """Somebody whom a file names last name first, and somebody who left."""
    Member.objects.create(name=f"{FIRST} {LAST}", email="wilma@acme.example", role="rep", joined_at=cast.ada.joined_at)
    cast.rosa.is_active = False
    cast.rosa.save(update_fields=["is_active"])


def bring_in(cast: Cast, case: dict[str, Any]) -> Result:
    """Upload it, open its mapping, start it with what is guessed, and let the worker run."""
    content = (CASES / case["file"]).read_bytes()
    words = {"{LAST}": LAST, "{FIRST}": FIRST, "{E-MAIL OF A MEMBER WHO HAS LEFT}": cast.rosa.email}
    for placeholder, word in words.items():
        content = content.replace(placeholder.encode(), word.encode())
    client = Client()
    client.force_login(cast.ada.user, backend="django.contrib.auth.backends.ModelBackend")
    file = SimpleUploadedFile(case["file"], content)
    place = str(client.post("/w/acme/imports/", {"file": file, "target": case["target"]})["Location"])
    run_imports(str(cast.acme.pk))
    with workspace_scope(cast.acme):
        job = Import.objects.get()
    assert job.state == Import.State.MAPPING, job.error
    page = client.get(place).content.decode()
    warned = unescape(strip_tags(page.partition("Before you start")[2].partition("</ul>")[0]))
    answer = client.post(f"{place}mapping/", form_of(job, {}))
    assert answer.status_code == 302, answer.content.decode()
    run_imports(str(cast.acme.pk))
    with workspace_scope(cast.acme):
        job.refresh_from_db()
        rejected = [f"{each.field}: {each.detail}" for each in Rejection.objects.filter(of=job)]
    assert job.state == Import.State.FINISHED, job.error
    return Result(job, "\n".join([warned, *rejected]))


def record_of(expected: dict[str, Any]) -> Record | None:
    """The record that a row of the manifest means."""
    if "id" in expected:
        return Record.objects.filter(external_ids__value=expected["id"]).first()
    return Record.objects.filter(email=expected["email"]).first()


def shown(record: Record, key: str) -> Any:
    """One value of a record, as the manifest writes it."""
    if key.startswith("properties."):
        return record.properties.get(key.removeprefix("properties."))
    if key in ("account", "owner"):
        return named.name if (named := getattr(record, key)) else None
    value = getattr(record, key)
    return value if value is None else str(value)


def differences(expected: dict[str, Any]) -> list[str]:
    """Where the record is not what one row of the manifest says."""
    record, who = record_of(expected), expected.get("id") or expected["email"]
    if expected.get("absent") or (record is None and expected.get("or") == "rejected"):
        return [f"{who} is there"] if record else []
    if record is None:
        return [f"{who} is missing"]
    keys = [key for key in expected if key not in ("id", "or")]
    return [
        f"{who} {key}: {shown(record, key)!r} is not {expected[key]!r}"
        for key in keys
        if shown(record, key) != expected[key]
    ]


def counted(target: str) -> int:
    """How many companies or records there are; the cast has none."""
    return Account.objects.count() if target == "accounts" else Record.objects.count()


def wrong(cast: Cast, case: dict[str, Any]) -> list[str]:
    """Everything that did not come as the manifest says."""
    try:
        result = bring_in(cast, case)
    except AssertionError as refused:
        return [f"did not come in: {str(refused)[:300]}"]
    with workspace_scope(cast.acme):
        found = [each for expected in case["expect"] for each in differences(expected)]
        made = counted(case["target"])
    if (rejected := case.get("expect_rejected")) is not None and result.job.rejected_count != rejected:
        found.append(f"{result.job.rejected_count} rejected, not {rejected}")
    if case.get("expect_records", made) != made:
        found.append(f"{made} records, not {case['expect_records']}")
    if (word := case.get("expect_warning", "")).lower() not in result.said.lower():
        found.append(f"nothing said of {word!r}")
    return found and [*found, f"said: {result.said[:300]}"]


@pytest.mark.parametrize("case", everyday(), ids=lambda case: case["file"])
def test_an_everyday_file_comes_in_as_its_manifest_says(cast: Cast, case: dict[str, Any]) -> None:
    with workspace_scope(cast.acme):
        people(cast)
    found = wrong(cast, case)
    if case["file"] in NOT_YET:
        assert found, f"{case['file']} comes in right: take it off NOT_YET"
    else:
        assert not found, "\n".join(found)
