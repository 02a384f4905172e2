"""Run inside the product's environment: found the cast's company there, and print a key and a session."""

import json

import django

django.setup()

from django.conf import settings  # noqa: E402 - after the set-up
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from core.people.permissions import SCOPES  # noqa: E402
from core.tenancy.scope import workspace_scope  # noqa: E402
from integrations.actions import issue_key  # noqa: E402
from tests.cast import make_cast  # noqa: E402

cast = make_cast(at=timezone.now())
with workspace_scope(cast.acme):
    cast.ada.workspace = cast.acme
    issued = issue_key(name="Writer", scopes=SCOPES, role="admin", per_minute=60_000, by=cast.ada, at=timezone.now())
client = Client()
client.force_login(cast.ada.user, backend=settings.AUTHENTICATION_BACKENDS[0])
print(json.dumps({"key": str(issued.key), "session": client.cookies[settings.SESSION_COOKIE_NAME].value}))
