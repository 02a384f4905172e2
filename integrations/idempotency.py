"""The same call twice is one call: key, body hash, work and answer are one transaction.

Twins wait on the key's row: whoever comes second reads the first one's answer or, if the first was undone, does the
work. Only success is kept: a refusal undoes its transaction and with it the key, so the caller may mend the call and
try again.
Keys are forgotten after three days, a few with each new one.
"""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError, connection
from django.http import HttpResponse

from core.errors import BadInput, RuleSaysNo, WorldMovedOn
from core.http.api import at_the_door
from core.http.requests import WorkspaceRequest
from core.people.permissions import permit, verbs_asked

HEADER = "Idempotency-Key"
SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}
KEPT_FOR = timedelta(days=3)  # as long as anybody sensible retries
PLAIN = re.compile(r"[!-~]{1,200}")
LOCK_TIMED_OUT = "55P03"
# One statement takes the key and forgets a few old ones. No row comes back when the key is taken.
TAKE = """
with old as (
  select id from integrations_idempotencykey where workspace_id = %(workspace)s and at < %(before)s
  order by at limit 20 for update skip locked
), forgotten as (
  delete from integrations_idempotencykey where id in (select id from old) and workspace_id = %(workspace)s
)
insert into integrations_idempotencykey (workspace_id, member_id, key, body_hash, at)
values (%(workspace)s, %(member)s, %(key)s, %(hash)s, %(at)s)
on conflict (workspace_id, member_id, key) do nothing returning id
"""
KEPT = """
select body_hash, status, answer->>'body', answer->>'type', answer->>'location', coalesce(answer->'verbs', '[]')::text
from integrations_idempotencykey
where workspace_id = %(workspace)s and member_id = %(member)s and key = %(key)s
"""
KEEP = """
update integrations_idempotencykey
set status = %s, answer = jsonb_build_object('body', %s::text, 'type', %s::text, 'location', %s::text,
  'verbs', %s::jsonb)
where id = %s and workspace_id = %s
"""


def once(request: WorkspaceRequest, answer: Callable[[], HttpResponse]) -> HttpResponse:
    """Do the work of a call with an Idempotency-Key at most once; other calls pass. Runs in the call's transaction."""
    key = request.headers.get(HEADER)
    if key is None or request.method in SAFE or not request.path.startswith("/api/"):
        return answer()
    if not PLAIN.fullmatch(key):
        raise BadInput("An idempotency key is 1 to 200 plain letters without blanks.", code="bad_idempotency_key")
    named: dict[str, Any] = {
        "workspace": request.workspace.pk,
        "member": request.member.pk,
        "key": key,
        "hash": body_hash(request),
        "at": request.at,
        "before": request.at - KEPT_FOR,
    }
    taken = _take(named)
    if taken is None:
        return _again(request, named)
    with verbs_asked() as verbs:
        response = answer()
    if 200 <= response.status_code < 300 and not response.streaming:
        # a secret that is told once is not kept to be told again
        body = None if "no-store" in response.get("Cache-Control", "") else response.content.decode()
        kind = response.get("Content-Type", "")
        with connection.cursor() as cursor:
            cursor.execute(
                KEEP,
                [
                    response.status_code,
                    body,
                    kind,
                    response.get("Location", ""),
                    json.dumps(sorted(verbs)),
                    taken,
                    named["workspace"],
                ],
            )
    elif response.status_code < 300:  # a stream cannot be kept; what is refused is undone with its key
        _free(taken, named["workspace"])
    return response


def _take(named: dict[str, Any]) -> UUID | None:
    """The row of a key that was free, now ours until the transaction ends; None when it has an answer already."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(TAKE, named)
            row = cursor.fetchone()
    except OperationalError as waiting:
        if getattr(waiting.__cause__, "pgcode", None) != LOCK_TIMED_OUT:
            raise
        raise WorldMovedOn("The first call with this key is still at work.", code="still_at_work") from None
    return row[0] if row else None


def _again(request: WorkspaceRequest, named: dict[str, Any]) -> HttpResponse:
    """The answer that was given the first time, to who could have it today: the door and its rate are passed as by any
    call, and every verb that was asked for then is asked for again."""
    with connection.cursor() as cursor:
        cursor.execute(KEPT, named)
        hashed, status, body, kind, location, verbs = cursor.fetchone()
    refused = at_the_door(request)
    if refused is not None and (refused.status_code != 422 or hashed == named["hash"]):
        return refused
    for verb in json.loads(verbs):
        permit(request.member, verb)
    if hashed != named["hash"]:
        raise RuleSaysNo("This key was used for another call.", code="idempotency_key_reused")
    if body is None:
        raise WorldMovedOn("This was done before, and its answer is told only once.", code="told_once")
    response = HttpResponse(body, status=status, content_type=kind or None)
    response["Idempotency-Replayed"] = "true"
    if location:
        response["Location"] = location
    return response


def _free(taken: UUID, workspace_id: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "delete from integrations_idempotencykey where id = %s and workspace_id = %s", [taken, workspace_id]
        )


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
