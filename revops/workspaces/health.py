"""Is this process fit to serve?"""

from django.db import connection
from django.http import HttpRequest, JsonResponse


def ready(request: HttpRequest) -> JsonResponse:
    """200 when the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    return JsonResponse({"database": "ok"})
