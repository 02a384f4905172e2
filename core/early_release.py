"""Transactions that let go of their locks before the disk has them, and answers that wait until it has.

A commit holds every lock until its pages of the log are on the disk, which takes longer than all else where many wait
for one counter; and as each must end before the next begins, none share a write. So the transaction ends without
waiting, and a second one, which holds nothing, waits for both: whatever was committed earlier is written earlier, and
with it, where the server has them, the replicas it waits for. Nobody is answered before. See decision 225."""

from django.db import connection, transaction

NOT_YET = "set local synchronous_commit = off; "
ON_DISK = "select pg_logical_emit_message(true, 'kept', '')"  # the least that is written, and so waited for


def releasing_early() -> str:
    """What to run in the transaction under way, before it takes what others wait for."""
    if not any(hook is wait_for_the_disk for _, hook, _ in connection.run_on_commit):
        transaction.on_commit(wait_for_the_disk)
    return NOT_YET


def wait_for_the_disk() -> None:
    """Until all that was committed before is kept, as the server is set to keep it."""
    with connection.cursor() as cursor:
        cursor.execute(ON_DISK)
