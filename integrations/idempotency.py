"""The same call twice is one call: key, body hash, work and answer are one transaction.

Twins wait on the key's row: whoever comes second reads the first one's answer or, if the first was undone, does the
work. Only success is kept: a refusal undoes its transaction and with it the key, so the caller may mend the call and
try again.
Keys are forgotten after three days, a few with each new one.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.http import HttpResponse

from core.errors import BadInput, RuleSaysNo, WorldMovedOn
from core.http.api import at_the_door
from core.http.requests import WorkspaceRequest
from core.people.permissions import permit, verbs_asked
from core.sql import load
from integrations.models import IdempotencyKey

HEADER = "Idempotency-Key"
SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}
KEPT_FOR = timedelta(days=3)  # as long as anybody sensible retries
PLAIN = re.compile(r"[!-~]{1,200}")
LOCK_TIMED_OUT = "55P03"
TAKE = load("integrations", "take_idempotency_key")


def once(request: WorkspaceRequest, answer: Callable[[], HttpResponse]) -> HttpResponse:
    """Do the work of a call with an Idempotency-Key at most once; other calls pass. Runs in the call's transaction."""
    key = request.headers.get(HEADER)
    if key is None or request.method in SAFE or not request.path.startswith("/api/"):
        return answer()
    if not PLAIN.fullmatch(key):
        raise BadInput("An idempotency key is 1 to 200 plain letters without blanks.", code="bad_idempotency_key")
    hashed, at = body_hash(request), request.at
    try:
        taken = TAKE.rows(member=request.member.pk, key=key, hash=hashed, at=at, before=at - KEPT_FOR)
    except OperationalError as waiting:
        if getattr(waiting.__cause__, "pgcode", None) != LOCK_TIMED_OUT:
            raise
        raise WorldMovedOn("The first call with this key is still at work.", code="still_at_work") from None
    if not taken:
        return _again(request, IdempotencyKey.objects.get(member=request.member, key=key), hashed)
    with verbs_asked() as verbs:
        response = answer()
    mine = IdempotencyKey.objects.filter(pk=taken[0][0])
    if 200 <= response.status_code < 300 and not response.streaming:
        # a secret that is told once is not kept to be told again
        body = None if "no-store" in response.get("Cache-Control", "") else response.content.decode()
        kind, location = response.get("Content-Type", ""), response.get("Location", "")
        kept = {"body": body, "type": kind, "location": location, "verbs": sorted(verbs)}
        mine.update(status=response.status_code, answer=kept)
    elif response.status_code < 300:  # a stream cannot be kept; what is refused is undone with its key
        mine.delete()
    return response


def _again(request: WorkspaceRequest, kept: IdempotencyKey, hashed: str) -> HttpResponse:
    """The answer that was given the first time, to who could have it today: the door and its rate are passed as by any
    call, and every verb that was asked for then is asked for again."""
    refused = at_the_door(request)
    if refused is not None and (refused.status_code != 422 or hashed == kept.body_hash):
        return refused
    answer = kept.answer or {}
    for verb in answer.get("verbs", ()):
        permit(request.member, verb)
    if hashed != kept.body_hash:
        raise RuleSaysNo("This key was used for another call.", code="idempotency_key_reused")
    if answer.get("body") is None:
        raise WorldMovedOn("This was done before, and its answer is told only once.", code="told_once")
    response = HttpResponse(answer["body"], status=kept.status, content_type=answer["type"] or None)
    response["Idempotency-Replayed"] = "true"
    if answer["location"]:
        response["Location"] = answer["location"]
    return response


def body_hash(request: WorkspaceRequest) -> str:
    """What was asked: method, address and body. A form is read part by part, since its boundary differs each time."""
    seen = sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if (request.content_type or "").startswith("multipart/"):
        for name in sorted(request.POST):
            seen.update(repr((name, request.POST.getlist(name))).encode("utf-8", "replace"))
        for name in sorted(request.FILES):
            for file in request.FILES.getlist(name):
                seen.update(repr((name, file.name, file.size)).encode("utf-8", "replace"))
                for chunk in file.chunks():
                    seen.update(chunk)
                file.seek(0)
    else:
        try:
            seen.update(request.body)
        except RequestDataTooBig:
            raise BadInput("The body is too large for one call.", code="too_large") from None
    return seen.hexdigest()
