-- Lock records and their handoffs that came back, before anything is offered again: nobody who holds the rotation then
-- waits for one of these. Two statements.
--
-- parameters:
--   workspace uuid: the tenant
--   records uuid[]: the records
select from lifecycle_record
where workspace_id = %(workspace)s and id = any(%(records)s)
order by id
for no key update;

select from handoffs_handoff h
where h.workspace_id = %(workspace)s and h.record_id = any(%(records)s) and h.again_at is not null
order by h.id
for no key update;
