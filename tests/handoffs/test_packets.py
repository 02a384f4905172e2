"""The packet: filled by the side that hands over, and only with answers."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from blueprint.schema import PacketItem
from blueprint.typed_values import BadValue
from core.tenancy.scope import workspace_scope
from handoffs.models import PacketFile
from handoffs.rules import packet
from handoffs.rules.files_taken import LARGEST_FILE, MOST_OF_PACKET, BadFile, SentFile, read_file
from tests.cast import Cast
from tests.governance.test_rescoring import published
from tests.handoffs.factories import make_records
from tests.handoffs.test_api import API, JSON, as_
from tests.handoffs.test_pages import won_deal

FILLED = dict.fromkeys(("goals", "stakeholders", "promises", "scope", "dates"), "As agreed in March")


@pytest.mark.parametrize(
    ("said", "is_answer"),
    [("", False), ("  ", False), (".", False), ("-", False), ("?!", False), ("N/A", False), ("n.a.", False)]
    + [("xxx", False), ("TBD", False), ("None", True), ("5", True), ("11", True), ("无", True), ("Growth", True)],
)
def test_mere_marks_are_no_answer(said: str, is_answer: bool) -> None:
    assert packet.gaps([PacketItem(key="goals", label="Goals")], {"goals": said}) == ([] if is_answer else ["goals"])


def test_people_are_written_with_their_roles() -> None:
    item = PacketItem(key="who", label="Who", type="people")
    said = "* Ann Lee – decides; ann@x.example\n- Bob: uses it every day\n\n"
    assert packet.read_item(item, said) == "Ann Lee, decides, ann@x.example\nBob, uses it every day"
    assert packet.read_item(item, "Nobody") == "Nobody"
    for wrong in ("Ann Lee", "Ann Lee,", f"Ann, {'x' * 300}", "Ann, decides\n" * 41):
        with pytest.raises(BadValue) as refused:
            packet.read_item(item, wrong)
        assert (refused.value.code, refused.value.field) == ("bad_person", "who")


def test_a_file_is_what_its_name_says_and_its_name_does_no_harm() -> None:
    names = {
        "../../etc/Offer 2026.PDF": "Offer 2026.PDF",
        "C:\\Users\\Ann\\<b>offer</b>\n.pdf": "b.pdf",
        "Angebot für Müller\u202e.pdf": "Angebot für Müller.pdf",
        f"{'x' * 300}.pdf": f"{'x' * 116}.pdf",
        "हिन्दी 契約.pdf": "हिन्दी 契約.pdf",
        "😀.pdf": "😀.pdf",
        "<<>>.pdf": "file.pdf",
    }
    assert {name: read_file(SentFile(name, b"%PDF-1.7")).name for name in names} == names
    for name, content in (
        ("offer.pdf", b"<script>"), ("offer.html", b"<p>"), ("offer", b"%PDF-"), ("a.txt", b"\xff\xfe"), ("a.txt", b""),
        ("a.svg", b"<svg>"), (".pdf", b"%PDF-"), ("a.csv", b"a" * (LARGEST_FILE + 1)), ("a.docx", b"%PDF-"),
    ):  # fmt: skip
        with pytest.raises(BadFile):
            read_file(SentFile(name, content))
    assert read_file(SentFile("a.csv", "Grün;1".encode())).kind == "text/csv; charset=utf-8"


@pytest.mark.django_db
def test_a_file_of_the_packet_is_kept_given_out_and_nobody_else_s(cast: Cast, client: Client) -> None:
    with workspace_scope(cast.acme):
        items = [{"key": "contract", "label": "Contract", "type": "file", "required": True}]
        cast.acme = published(cast, [(["seams", {"key": "sales_to_success"}, "packet"], items)])
    handoff = won_deal(cast)
    page, api = f"/w/acme/handoffs/{handoff.number}/packet/", f"{API}/handoffs/{handoff.number}/packet"
    address = f"{api}/files/contract"

    def sent(name: str, content: bytes, item: str = "contract") -> Any:
        body = encode_multipart(BOUNDARY, {"file": SimpleUploadedFile(name, content)})
        return client.put(f"{api}/files/{item}", body, MULTIPART_CONTENT)

    assert as_(cast.cleo, client).get(address).status_code == 404 and sent("a.pdf", b"%PDF-1").status_code == 403
    as_(cast.rick, client)
    assert "Contract" in client.get(f"/w/acme/handoffs/{handoff.number}/").content.decode()
    for wrong in (sent("a.pdf", b"MZ"), sent("a.pdf", b"%PDF-1", "goals"), client.patch(api, {"contract": "x"}, JSON)):
        assert wrong.status_code == 422 and wrong.json()["field"] in ("contract", "goals")
    first = sent("../Contract.pdf", b"%PDF-1")
    assert first.status_code == 200 and first.json()["missing"] == []
    told = first.json()["packet"]["contract"]
    assert client.patch(api, {"contract": told}, JSON).status_code == 200  # what it says already may be said
    with workspace_scope(cast.acme):  # a record that often comes back has closed packets, which keep theirs
        kept = PacketFile.objects.get()
        many = {"record": handoff.record, "item": "contract", "kind": kept.kind, "content": b"", "by": cast.rick}
        before = [PacketFile(name=f"{each}.pdf", size=MOST_OF_PACKET // 20, at=kept.at, **many) for each in range(30)]
        PacketFile.objects.bulk_create(before)
    assert sent("again.pdf", b"%PDF-3").status_code == 200
    with workspace_scope(cast.acme):
        PacketFile.objects.update(size=MOST_OF_PACKET)  # another one takes the place of what fills the packet
    client.post(page, {"contract": SimpleUploadedFile("Signed.pdf", b"%PDF-2")})
    with workspace_scope(cast.acme):
        assert PacketFile.objects.get().name == "Signed.pdf"  # what no packet names is let go
    as_(cast.cleo, client)  # the receiver reads it
    got = client.get(address)
    assert (got.content, got["Content-Type"]) == (b"%PDF-2", "application/pdf")
    assert (
        got["Content-Disposition"] == 'attachment; filename="Signed.pdf"'
        and "sandbox" in got["Content-Security-Policy"]
    )
    assert got["X-Content-Type-Options"] == "nosniff" and got["Cache-Control"] == "private, no-store"
    shown = client.get(f"/w/acme/handoffs/{handoff.number}/").content.decode()
    assert "Signed.pdf" in shown and client.get(f"{page}files/contract/").content == b"%PDF-2"
    as_(cast.otto, client)
    assert {client.get(each).status_code for each in (address, f"{page}files/contract/")} == {404}
    as_(cast.rick, client).post(page, {"drop-contract": "on"})
    with workspace_scope(cast.acme):
        assert not PacketFile.objects.exists()


@pytest.mark.django_db
def test_files_are_sent_before_the_offer_and_with_it(cast: Cast, client: Client) -> None:
    with workspace_scope(cast.acme):
        items = [{"key": "contract", "label": "Contract", "type": "file", "required": True}]
        cast.acme = published(cast, [(["seams", {"key": "sales_to_success"}, "packet"], items)])
        about = {"amount": 9, "owner": cast.rick, "closes_on": "2026-05-01", "properties": {"next_step": "Sign"}}
        first, second = make_records(cast.acme, 2, path="sales/negotiation", **about)
    as_(cast.rick, client)
    form = client.get(f"/w/acme/records/{first.number}/offers/?seam=sales_to_success").content.decode()
    assert 'name="packet-contract" type="file"' in form and "multipart/form-data" in form
    draft = f"/w/acme/records/{first.number}/packets/sales_to_success/"
    assert client.post(draft, {"packet-contract": SimpleUploadedFile("a.exe", b"MZ")}).status_code == 422
    assert client.post(draft, {"packet-contract": SimpleUploadedFile("a.pdf", b"%PDF-1")}).status_code == 302
    assert client.post(draft, {"drop-contract": "on"}).status_code == 302
    body = encode_multipart(BOUNDARY, {"file": SimpleUploadedFile("b.pdf", b"%PDF-2")})
    api = f"{API}/records/{first.number}/packets/sales_to_success/files/contract"
    told = client.put(api, body, MULTIPART_CONTENT).json()
    assert (told["missing"], told["ready"]) == ([], True)
    with workspace_scope(cast.acme):
        assert [each.name for each in PacketFile.objects.all()] == ["b.pdf"]
    assert "b.pdf" in client.get(f"/w/acme/records/{first.number}/offers/?seam=sales_to_success").content.decode()
    for record, sent in ((first, {}), (second, {"packet-contract": SimpleUploadedFile("c.pdf", b"%PDF-3")})):
        page = client.post(f"/w/acme/records/{record.number}/offers/", {"seam": "sales_to_success", **sent})
        assert "b.pdf" in (shown := client.get(page["Location"]).content.decode()) or "c.pdf" in shown
    as_(cast.otto, client)
    assert client.put(api, body, MULTIPART_CONTENT).status_code == 404


@pytest.mark.django_db
def test_the_sending_side_fills_the_packet_and_never_the_receiver(cast: Cast, client: Client) -> None:
    handoff = won_deal(cast)
    page, api = f"/w/acme/handoffs/{handoff.number}/", f"{API}/handoffs/{handoff.number}"
    as_(cast.cleo, client)  # has it
    shown = client.get(page).content.decode()
    assert "0 of 6 filled in" in shown and "Sales fills them in" in shown and "Save the packet" not in shown
    refused = client.patch(f"{api}/packet", {"goals": "Grow"}, content_type=JSON)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_yours_to_fill")
    assert client.post(f"{page}packet/", {"goals": "Grow"}).status_code == 403
    as_(cast.dana, client)  # of a third side
    assert client.patch(f"{api}/packet", {"goals": "Grow"}, content_type=JSON).status_code == 403
    as_(cast.rosa, client)  # of the side that sells
    assert client.patch(f"{api}/packet", {**FILLED, "risks": "."}, content_type=JSON).json()["missing"] == ["Risks"]
    as_(cast.rick, client)  # who sold it
    shown = client.get(page).content.decode()
    assert "5 of 6 filled in" in shown and "says nothing" in shown and "Save the packet" in shown
    as_(cast.cleo, client)
    assert client.post(f"{api}/acceptance").json()["detail"] == "The packet is incomplete: Risks."
    as_(cast.mona, client)  # who leads
    assert client.patch(f"{api}/packet", {"risks": "None"}, content_type=JSON).json()["missing"] == []
    as_(cast.cleo, client)
    assert client.post(f"{api}/acceptance").json()["state"] == "accepted"


@pytest.mark.django_db
def test_who_receives_offers_it_again_without_a_packet_of_their_own(cast: Cast, client: Client) -> None:
    handoff = won_deal(cast)
    with workspace_scope(cast.acme):
        number = handoff.record.number
    as_(cast.cleo, client).post(f"{API}/handoffs/{handoff.number}/rejection", {"reason": "no_budget"}, JSON)
    body = {"record": number, "seam": "sales_to_success", "packet": {"goals": "Grow"}}
    assert client.post(f"{API}/handoffs", body, content_type=JSON).json()["code"] == "not_yours_to_fill"


TYPED = [
    {"key": "goals", "label": "Goals", "type": "long", "least_words": 3},
    {"key": "plan", "label": "Plan", "type": "choice", "options": ["Team", "Enter-prise"]},
    {"key": "start", "label": "Start", "type": "date"},
    {"key": "offer", "label": "Offer", "type": "link"},
    {"key": "sponsor", "label": "Sponsor", "type": "person"},
]


@pytest.mark.django_db
def test_items_are_answered_by_their_type(cast: Cast, client: Client) -> None:
    with workspace_scope(cast.acme):
        published(cast, [(["seams", {"key": "sales_to_success"}, "packet"], TYPED)])
    cast.acme.refresh_from_db()
    handoff = won_deal(cast)
    page, api = f"/w/acme/handoffs/{handoff.number}/", f"{API}/handoffs/{handoff.number}"
    as_(cast.rick, client)
    for key, said, code in [
        ("plan", "Gold", "unknown_option"),
        ("start", "soon", "bad_date"),
        ("offer", "javascript:alert(1)", "bad_link"),
        ("sponsor", "nobody@x.example", "unknown_member"),
        ("", "", "unknown_item"),
    ]:
        refused = client.patch(f"{api}/packet", {key: said}, content_type=JSON)
        assert (refused.status_code, refused.json()["code"], refused.json()["field"]) == (422, code, key)
    given = {"goals": "Grow more", "plan": "enterprise", "start": "2026-04-01", "offer": "https://x.example/o?1"}
    saved = client.patch(f"{api}/packet", given | {"sponsor": "Cleo@acme.example"}, content_type=JSON).json()
    assert saved["packet"]["plan"] == "Enter-prise" and saved["packet"]["sponsor"] == "cleo@acme.example"
    assert saved["missing"] == ["Goals"]
    items = {each["key"]: each for each in client.get(api).json()["packet_items"]}
    assert items["goals"]["why_missing"] == "at least 3 words" and items["plan"]["options"] == ["Team", "Enter-prise"]
    shown = client.get(page).content.decode()
    assert "4 of 5 filled in" in shown and "at least 3 words" in shown and 'type="date"' in shown
    assert "<option selected>Enter-prise</option>" in shown and 'value="cleo@acme.example" selected>' in shown
    as_(cast.cleo, client)
    assert 'href="https://x.example/o?1"' in client.get(page).content.decode()
