"""Is this process fit to serve?"""

from django.core.cache import cache
from django.db import OperationalError, connection
from django.http import HttpRequest, JsonResponse


def ready(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, else 503. Redis carries no truth: its silence is told and is no reason to stop."""
    told = {"database": "ok", "redis": "ok" if _redis_answers() else "silent"}
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
    except OperationalError:
        return JsonResponse({**told, "database": "silent"}, status=503)
    return JsonResponse(told)


def _redis_answers() -> bool:
    """Writing and reading back, since a silent Redis only loses what it is told."""
    cache.set("health", "ok", timeout=10)
    return cache.get("health") == "ok"
