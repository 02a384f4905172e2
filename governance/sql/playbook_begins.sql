-- Count how often a playbook would have begun for the records as they are now, and for how many it begins at once when
-- it is published.
--
-- parameters:
--   workspace uuid: the tenant
--   at timestamptz: the moment
--   since timestamptz: the beginning of the stretch
--   first_day date: its first day
--   today date: the day it is where the workspace is
--   zone text: the workspace's time zone
--   playbook text: its key
--   again int: after how many days one that begins by criteria may begin again, or null
--   starts text: what begins it
--   stage uuid: the stage that begins it, or null
--   pipeline uuid: whose records it is about
--   most int: how many occasions are looked at, the newest first
--   examples int: how many examples
-- places:
--   day: the day it would begin on, of the record `r`, its stage `s` and its company `a`
--   last_day: the day on which its last step is due
--   occasion: what begins it now
--   met: whether its criteria are met
-- columns:
--   considered: how many occasions were looked at
--   begun: how often it would have begun
--   at_once: for how many records it begins at once
--   told: examples of records for which it would have begun
with occasions as materialized (
    (
        select
            stay.record_id,
            stay.entered_at as at
        from lifecycle_stagestay stay
        where
            %(starts)s = 'stage' and stay.workspace_id = %(workspace)s and stay.stage_id = %(stage)s
            and stay.entered_at >= %(since)s
        order by stay.entered_at desc
        limit %(most)s
    )
    union all
    (
        select
            r.id as record_id,
            r.opened_at as at
        from lifecycle_record r
        where %(starts)s <> 'stage' and r.workspace_id = %(workspace)s and r.pipeline_id = %(pipeline)s
        order by r.opened_at desc
        limit %(most)s
    )
),
judged as materialized (
    select
        r.id,
        r.number,
        r.name,
        occasions.at,
        s.category,
        /*{day*/ (%(at)s::timestamptz at time zone %(zone)s)::date /*}*/ as day,
        /*{last_day*/ %(today)s::date /*}*/ as last_day,
        /*{occasion*/ '' /*}*/ as occasion
    from occasions
    join lifecycle_record r on r.workspace_id = %(workspace)s and r.id = occasions.record_id
    join lifecycle_stage s on s.workspace_id = r.workspace_id and s.id = r.stage_id
    left join lifecycle_account a on a.workspace_id = r.workspace_id and a.id = r.account_id
    where /*{met*/ true /*}*/
),
counted as materialized (
    select
        judged.*,
        %(starts)s = 'stage'
        or (judged.category in ('open', 'won') and judged.day between %(first_day)s and %(today)s) as begins,
        %(starts)s <> 'stage' and judged.category = 'open' and judged.day <= %(today)s and judged.last_day >= %(today)s
        and not exists (
            select from handoffs_playbookrun run
            where
                run.workspace_id = %(workspace)s and run.record_id = judged.id and run.playbook = %(playbook)s
                and (
                    run.ended_at is null or run.occasion = judged.occasion
                    or run.began_at > %(at)s::timestamptz - make_interval(days => %(again)s::int)
                )
        ) as begins_at_once
    from judged
)
select
    (select count(*) from occasions) as considered,
    count(*) filter (where begins) as begun,
    count(*) filter (where begins_at_once) as at_once,
    coalesce(
        (
            select json_agg(json_build_object('number', each.number, 'name', each.name))
            from (select * from counted where begins order by at desc, number desc limit %(examples)s) each
        ),
        '[]'
    ) as told
from counted
