-- Find which playbooks begin for records, and which that are running count from another day by now.
--
-- parameters:
--   workspace uuid: the tenant
--   records uuid[]: the records
--   at timestamptz: the moment
--   today date: the day it is where the workspace is
--   zone text: the workspace's time zone
--   kept jsonb: by playbook, what the version says of it
-- places:
--   playbooks: key, whether it begins, its occasion and the day it counts from, over the record `r`, its stage `s` and
--     its company `a`
-- columns:
--   record_id: the record
--   playbook: the key
--   occasion: what began it
--   counts_from: the day its steps count from
--   stage_id: where the record stands
--   run_id: the run that counts from another day; null where one begins
select
    r.id as record_id,
    book.key as playbook,
    book.occasion,
    book.counts_from,
    r.stage_id,
    running.id as run_id
from lifecycle_record r
join lifecycle_stage s on s.workspace_id = r.workspace_id and s.id = r.stage_id
left join lifecycle_account a on a.workspace_id = r.workspace_id and a.id = r.account_id
cross join
    lateral (
        values /*{playbooks*/ ('x', %(at)s::timestamptz > now(), %(zone)s, %(today)s::date) /*}*/
    ) book (key, begins, occasion, counts_from)
left join handoffs_playbookrun running
    on
    running.workspace_id = r.workspace_id and running.record_id = r.id and running.playbook = book.key
    and running.ended_at is null
where
    r.workspace_id = %(workspace)s and r.id = any(%(records)s::uuid[]) and book.counts_from is not null
    and case
        when running.id is not null
            then
                running.counts_from <> book.counts_from
                and %(kept)s::jsonb -> book.key ->> 'starts' = 'date'
        else
            book.begins
            and not exists (
                select from handoffs_playbookrun run
                where
                    run.workspace_id = r.workspace_id and run.record_id = r.id and run.playbook = book.key
                    and (
                        run.occasion = book.occasion
                        or run.began_at
                        > %(at)s::timestamptz
                        - make_interval(days => (%(kept)s::jsonb -> book.key ->> 'again')::int)
                    )
            )
    end
