"""Everyday files come in right by what is guessed alone, or it is said what did not."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core.people.models import Member
from core.tenancy.scope import workspace_scope
from lifecycle.models import Account, Import, Record, Rejection
from tests.cast import Cast
from tests.imports.door import API, a_worker_runs
from tests.imports.everyday import EverydayFile
from tests.imports.everyday_doubts import IN_DOUBT
from tests.imports.everyday_layouts import IN_LAYOUTS
from tests.imports.everyday_programs import OF_PROGRAMS
from tests.imports.everyday_words import IN_WORDS

FILES = (*OF_PROGRAMS, *IN_WORDS, *IN_LAYOUTS, *IN_DOUBT)
pytestmark = pytest.mark.usefixtures("nothing_lost")


def bring_in(ada: Client, cast: Cast, file: EverydayFile) -> tuple[Import, str]:
    """Send it, let it be read, start it as guessed; the import, and what was said of it."""
    content = file.content if isinstance(file.content, bytes) else file.content.encode()
    sent = {
        "file": SimpleUploadedFile(file.name, content),
        "target": file.target,
        "start": "false" if file.said else "true",
    }
    number = ada.post(API, sent).json()["number"]
    a_worker_runs()
    said = ada.get(f"{API}/{number}").json()["warnings"] if file.said else []
    if file.said and (answer := ada.post(f"{API}/{number}/start")).status_code != 202:
        said.append(answer.content.decode())
    a_worker_runs()
    with workspace_scope(cast.acme):
        job = Import.objects.get(number=number)
        rejected = [f"{each.field}: {each.detail}" for each in Rejection.objects.filter(of=job)]
    return job, "\n".join([*said, *rejected])


def shown(record: Any, key: str) -> Any:
    """A value as the table writes it."""
    place, _, name = key.partition(".")
    if name:
        return record.properties.get(name)
    value = getattr(record, place)
    if place in ("account", "owner"):
        return value and value.name
    return value.key if place == "stage" else value if value is None else str(value)


def found_as(who: str, target: str) -> Any:
    """What a row of the table means: by id, address or name."""
    if target in ("accounts", "people"):
        return (Account if target == "accounts" else Member).objects.filter(name=who).first()
    known_by = {"email": who} if "@" in who else {"external_ids__value": who}
    return Record.objects.filter(**known_by).first() or Record.objects.filter(name=who).first()


def wrong(cast: Cast, file: EverydayFile, job: Import, said: str) -> list[str]:
    """Everything that did not come as the table says."""
    found = [f"nothing said of {words!r}: {said[:400]}" for words in file.said if words not in said]
    if job.state != "finished" or job.rejected_count != file.rejected:
        found.append(f"{job.state}, {job.rejected_count} rejected: {said[:400]} {job.error}")
    with workspace_scope(cast.acme):
        for who, expected in file.expects.items():
            record = found_as(who, job.target)
            values = {key: shown(record, key) if record else "missing" for key in expected}
            if record is None or values != expected:
                columns = {header: each["to"] for header, each in job.mapping["columns"].items()}
                found.append(f"{who}: {values} is not {expected}; {columns}")
    return found


def test_everyday_files_come_in_right_or_it_is_said_what_did_not(ada: Client, cast: Cast) -> None:
    with workspace_scope(cast.acme):
        cast.rosa.is_active = False
        cast.rosa.save(update_fields=["is_active"])
    found = [f"{file.name}: {why}" for file in FILES for why in wrong(cast, file, *bring_in(ada, cast, file))]
    assert not found, "\n".join(found)
