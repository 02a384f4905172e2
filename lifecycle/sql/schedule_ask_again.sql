-- Keep when each record is asked again: the next moment at which time alone changes an answer about it.
--
-- parameters:
--   workspace uuid: the tenant
--   records uuid[]: the records, which were just written
--   at timestamptz: only later moments count
-- places:
--   turns: the moments, as an array; null where nothing turns
update lifecycle_record
set ask_again_at = next.moment
from (
    select
        r.id,
        (
            select min(turn.moment)
            from unnest(/*{turns*/ array[r.closes_on::timestamptz] /*}*/) as turn (moment)
            where turn.moment > %(at)s
        ) as moment
    from lifecycle_record r
    where r.workspace_id = %(workspace)s and r.id = any(%(records)s::uuid[])
) next
where
    lifecycle_record.workspace_id = %(workspace)s and lifecycle_record.id = next.id
    and lifecycle_record.ask_again_at is distinct from next.moment
