"""Ids take their randomness from the session's own generator: PostgreSQL's `uuidv7()` asks the system for each, which
costs more than all the rest of it. See docs/decisions/0166."""

from django.db import migrations

# The bits of `core.tenancy.ids.new_id`: 48 of milliseconds, the version, 12 of their fraction; the variant, randomness.
NEW_ID = """
do $do$ begin
  if current_setting('server_version_num')::int >= 170000 then
    create or replace function public.new_id() returns uuid language sql volatile return (
      overlay(
        '0' || to_hex((date_part('epoch', clock_timestamp()) * 4096000)::bigint) placing '7' from 13 for 0
      ) || to_hex((-9223372036854775808) | random(0::bigint, 4611686018427387903))
    )::uuid;
  end if;
end $do$;
"""


class Migration(migrations.Migration):
    dependencies = [("governance", "0013_overdue_reviews")]

    operations = [migrations.RunSQL(NEW_ID, migrations.RunSQL.noop)]
