"""What a browser fetches for a page: files under names that tell their content, kept for good; pages compressed."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from core.people.models import Member
from revops.assets import storages
from tests.cast import Cast

pytestmark = pytest.mark.django_db
MOST_BYTES = 350_000
A_YEAR = 31_536_000
FONT = re.compile(r'url\("?\./(files/inter-latin-wght-normal\.[^")]+)')
BROWSER = {"Accept-Encoding": "gzip, deflate, br", "Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def collected(settings: Any, tmp_path: Path) -> None:
    """The files as `make assets` collects them, and a server that serves them."""
    settings.STORAGES = storages(is_collected=True)
    settings.STATIC_ROOT, settings.WHITENOISE_USE_FINDERS = str(tmp_path), False
    call_command(
        "collectstatic",
        interactive=False,
        verbosity=0,
        ignore_patterns=["rest_framework", "ext", "*-4*", "module.*", "cdn.js"],
    )


def asked(client: Client, address: str) -> tuple[Any, int]:
    """The answer and the bytes of its body on the wire."""
    answer = client.get(address, headers=BROWSER)
    body = b"".join(answer) if answer.streaming else answer.content
    assert answer.status_code == 200, address
    return answer, len(body)


@pytest.mark.slow
def test_a_scorecard_seen_for_the_first_time_is_small(
    cast: Cast, as_member: Callable[[Member], Client], collected: None
) -> None:
    client = as_member(cast.vera)
    page, size = asked(client, "/w/acme/scorecard/")
    addresses = set(re.findall(r'"(/static/[^"]+)"', client.get("/w/acme/scorecard/").content.decode()))
    style = next(address for address in addresses if "inter/index" in address)
    font = FONT.search(b"".join(client.get(style)).decode())
    assert font
    addresses.add(f"{style.rpartition('/')[0]}/{font[1]}")
    assert any("echarts" in address for address in addresses)
    for address in addresses:
        file, weight = asked(client, address)
        kept_s = int(re.findall(r"max-age=(\d+)", file["Cache-Control"])[0])
        assert kept_s >= A_YEAR and "immutable" in file["Cache-Control"], address
        assert file.get("Content-Encoding") == "br" or address.endswith(".woff2"), address
        size += weight
    assert page["Content-Encoding"] == "gzip"
    assert size <= MOST_BYTES


@pytest.mark.parametrize(
    ("where", "sender", "is_compressed"),
    [
        ("/w/acme/people/", "same-origin", True),
        ("/w/acme/people/", "none", True),
        ("/w/acme/people/", None, True),
        ("/w/acme/people/", "cross-site", False),
        ("/w/acme/people/", "same-site", False),
        ("/api/v1/w/acme/people", "same-origin", False),
    ],
)
def test_a_page_is_compressed_unless_another_site_sent_for_it(
    cast: Cast, as_member: Callable[[Member], Client], where: str, sender: str | None, is_compressed: bool
) -> None:
    headers = {"Accept-Encoding": "gzip", **({"Sec-Fetch-Site": sender} if sender else {})}
    answer = as_member(cast.ada).get(where, headers=headers)
    assert answer.status_code == 200
    assert (answer.get("Content-Encoding") == "gzip") is is_compressed
