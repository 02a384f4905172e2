"""Numbers people can say: one counter per workspace and noun."""

from django.db import connection

from core.tenancy.scope import current_id

TAKE = """
insert into workspaces_counter (workspace_id, noun, value) values (%s, %s, %s)
on conflict (workspace_id, noun) do update set value = workspaces_counter.value + excluded.value
returning value
"""


def take_numbers(noun: str, count: int = 1) -> range:
    """The next `count` numbers of `noun`, in order. One statement; the row stays locked until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [current_id(), noun, count])
        last = cursor.fetchone()[0]
    return range(last - count + 1, last + 1)
