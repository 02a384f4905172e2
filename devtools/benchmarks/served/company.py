"""The seeded workspace as a program and as people ask it, and the leads that are sent to it."""

import json
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone

from core.people.models import Member, User, Workspace
from core.people.permissions import SCOPES
from core.tenancy.scope import workspace_scope
from devtools.benchmarks.seed import REPS
from devtools.benchmarks.served.clients import Call
from handoffs.models import Handoff
from integrations.actions import MOST_PER_MINUTE, issue_key
from lifecycle.models import Record

BATCH = 500
BACKEND = "django.contrib.auth.backends.ModelBackend"
_tags = count()


class Company:
    """The seeded workspace, with a key, and people who are signed in."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.api, self.page = f"/api/v1/w/{workspace.slug}/", f"/w/{workspace.slug}/"
        with workspace_scope(workspace):
            owner = Member.objects.select_related("user").get(role="owner")
            owner.workspace = workspace
            issued = issue_key(
                name=f"Bench {uuid4().hex[:8]}",
                scopes=SCOPES,
                role="admin",
                system="crm",
                per_minute=MOST_PER_MINUTE,
                by=owner,
                at=timezone.now(),
            )
            self.reps = [Member.objects.get(email=f"rep{place}@{workspace.slug}.example") for place in range(REPS)]
            self.records = list(Record.objects.filter(kind="lead").order_by("created_at")[:500])
        self.key = {"Authorization": f"Bearer {issued.key}", "Content-Type": "application/json"}
        self.cookies = {"owner": signed_in(owner.user)}

    def call(self, path: str, body: Any = None, method: str = "") -> Call:
        """Of the API, with the key."""
        return Call(self.api + path, None if body is None else json.dumps(body).encode(), method, self.key)

    def look(self, path: str, who: str = "owner") -> Call:
        """Of a page, as a browser that is signed in."""
        return Call(self.page + path, headers={"Cookie": self.cookies[who], "Accept-Encoding": "gzip"})

    def sign_in_rep(self, place: int) -> str:
        """Give a rep an account, and sign them in."""
        rep = self.reps[place]
        if rep.user is None:
            rep.user = get_user_model().objects.create_user(rep.email, None, name=rep.name)
            rep.user.emailaddress_set.create(email=rep.email, verified=True, primary=True)
            with workspace_scope(self.workspace):
                rep.save(update_fields=["user"])
        self.cookies[rep.name] = signed_in(rep.user)
        return rep.name


def signed_in(user: User) -> str:
    """The cookie of a session."""
    client = Client()
    client.force_login(user, backend=BACKEND)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def lead(is_routed: bool) -> dict[str, Any]:
    """A fresh one, as the API takes it; one that asked for a demo meets the threshold and is handed over."""
    place, tag = next(_tags), uuid4().hex[:10]
    return {
        "kind": "lead",
        "system": "crm",
        "external_id": tag,
        "name": f"Lead {tag}",
        "email": f"{tag}@firm{place % 97}.example",
        "source": ("Website", "Webinar", "Partner")[place % 3],
        "account": f"Firm {place % 97}",
        "properties": {
            "employees": 900 if is_routed else 20,
            "seniority": "VP" if is_routed else "Individual",
            "pages_viewed": place % 9,
            "demo_requested": is_routed,
            "job_title": "Head of things",
        },
    }


def batch() -> list[dict[str, Any]]:
    """As many leads as a call of a busy system brings."""
    return [lead(place % 4 == 0) for place in range(BATCH)]


def open_offers(company: Company) -> Iterator[int]:
    """Numbers of handoffs to answer: those that the leads above were offered by."""
    with workspace_scope(company.workspace):
        recent = timezone.now() - timedelta(hours=1)
        found = Handoff.objects.open().filter(offered_at__gte=recent, seam__key="marketing_to_sales")
        return iter(list(found.order_by("?").values_list("number", flat=True)[:20_000]))
