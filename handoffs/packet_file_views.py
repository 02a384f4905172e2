"""Files of packets on their way in and out."""

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.views import View

from core.http.requests import WorkspaceRequest
from core.people.permissions import permit
from handoffs.actions.keeping_files import file_of
from handoffs.models import Handoff
from handoffs.queries import inbox
from handoffs.rules.files_taken import LARGEST_FILE, SentFile


class PacketFilePage(View):
    """The file of an item, for whoever may see the handoff."""

    def get(self, request: WorkspaceRequest, number: int, item: str) -> HttpResponse:
        permit(request.member, "handoff.read")
        return as_attachment(inbox.handoff_numbered(number), item)


def as_attachment(handoff: Handoff, item: str) -> HttpResponse:
    """To be saved, never opened within our pages, and kept by nobody on the way. Raises NotFound."""
    file = file_of(handoff, item)
    answer = HttpResponse(bytes(file.content), content_type=file.kind)
    answer["Content-Disposition"] = content_disposition_header(True, file.name)
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


def sent_file(upload: UploadedFile) -> SentFile:
    """What was uploaded, of a file that is too large one byte more than may be."""
    return SentFile(upload.name or "", upload.read(LARGEST_FILE + 1))


def sent_files(request: WorkspaceRequest, prefix: str = "") -> dict[str, SentFile]:
    """What was uploaded for items of a packet, by their keys, from fields whose names begin so."""
    sent = {name.removeprefix(prefix): each for name, each in request.FILES.items() if name.startswith(prefix)}
    return {key: sent_file(each) for key, each in sent.items() if isinstance(each, UploadedFile)}


def given_up(request: WorkspaceRequest) -> dict[str, str]:
    """The items whose file is taken out."""
    return {name.removeprefix("drop-"): "" for name in request.POST if name.startswith("drop-")}
