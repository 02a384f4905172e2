"""Promises the database keeps by itself: rows that never change, and rows changed only under a request."""

from collections.abc import Iterator
from typing import Any

from core.tenancy.walls import TableStep

APPEND_ONLY_FUNCTION = """
create or replace function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'rows of % are never changed or deleted', tg_table_name using errcode = 'restrict_violation';
end $$;
"""

# The change request is looked up under row security: one of another workspace does not exist.
GOVERNED_FUNCTION = """
create or replace function refuse_ungoverned() returns trigger language plpgsql as $$
declare
  request uuid := nullif(current_setting('app.change_request', true), '')::uuid;
begin
  if request is null or not exists (
    select from governance_changerequest c
    where c.id = request and c.workspace_id = coalesce(new.workspace_id, old.workspace_id) and c.state = 'approved'
  ) then
    raise exception '% changes only through an approved change request', tg_table_name
      using errcode = 'insufficient_privilege';
  end if;
  return coalesce(new, old);
end $$;
"""


class _Triggers(TableStep):
    trigger = ""

    def statements(self, app_label: str, apps: Any) -> Iterator[str]:
        return (self.trigger.format(table=table) for table in self.names)


class AppendOnly(_Triggers):
    """Migration step: rows of these tables are never updated or deleted."""

    trigger = (
        "create trigger append_only before update or delete on {table} for each row execute function refuse_change()"
    )


class Governed(_Triggers):
    """Migration step: these tables are written only in a transaction that carries an approved change request."""

    trigger = (
        "create trigger governed before insert or update or delete on {table} "
        "for each row execute function refuse_ungoverned()"
    )
