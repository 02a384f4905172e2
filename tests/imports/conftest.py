"""Who brings files in, and what must hold after every import."""

from collections.abc import Iterator

import pytest
from django.test import Client

from core.tenancy.scope import workspace_scope
from lifecycle.models import Import, Rejection
from tests.cast import Cast


@pytest.fixture
def ada(cast: Cast, client: Client) -> Client:
    client.force_login(cast.ada.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def nothing_lost(cast: Cast) -> Iterator[None]:
    """After a test: rows in = created + updated + unchanged + rejected, and each rejection is kept."""
    yield
    with workspace_scope(cast.acme):
        for job in Import.objects.all():
            assert job.done_rows == job.created_count + job.updated_count + job.unchanged_count + job.rejected_count
            assert job.rejected_count == Rejection.objects.filter(of=job).count()
