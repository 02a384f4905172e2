-- Keep a row that could not be done; once more is one try more.
--
-- parameters:
--   workspace uuid: the tenant
--   kind text: what kind of row
--   subject uuid: the row
--   what text: what people call it
--   reason text: why it could not be done
--   at timestamptz: the moment it was tried
--   next_try_at timestamptz: when it is tried again, or null
--   request_id text: the request that tried it
insert into operating_setaside as kept (
    workspace_id, kind, subject_id, what, reason, since, last_tried_at, tries, next_try_at, request_id
)
values (
    %(workspace)s, %(kind)s, %(subject)s, %(what)s, %(reason)s, %(at)s, %(at)s, 1, %(next_try_at)s, %(request_id)s
)
on conflict (workspace_id, kind, subject_id) do update set
    what = excluded.what,
    reason = excluded.reason,
    last_tried_at = excluded.last_tried_at,
    tries = kept.tries + 1,
    next_try_at = excluded.next_try_at,
    request_id = excluded.request_id
