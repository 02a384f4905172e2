-- Note that a task came to its end now. Two workers may end at once: the later moment stays.
--
-- parameters:
--   task text: the task
--   took_ms int: how long it took
insert into operating_heartbeat as kept (name, at, took_ms, runs)
values (%(task)s, clock_timestamp(), %(took_ms)s, 1)
on conflict (name) do update set
    at = greatest(kept.at, excluded.at), took_ms = excluded.took_ms, runs = kept.runs + 1
