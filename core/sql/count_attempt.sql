-- Count an attempt, and say how many there were within the time, with this one.
--
-- parameters:
--   counter text: a digest of what is counted and for whom
--   seconds float8: the time within which attempts are added up
-- columns:
--   number: how many
insert into workspaces_limit as kept (cache_key, value, expires)
values (%(counter)s, '1', now() + make_interval(secs => %(seconds)s))
on conflict (cache_key) do update
    set
        value = case when kept.expires <= now() then '1' else (kept.value::int + 1)::text end,
        expires = case when kept.expires <= now() then excluded.expires else kept.expires end
returning value::int as number
