-- Count what is open at the end of each day, and how old it is.
--
-- parameters:
--   workspace uuid: the tenant
--   open uuid[]: the stages of open deals
--   first date: the first day
--   last date: the last day
select
    * from (
    select
        day, sum(change) over running, sum(entered) over running from (
        select
            day, sum(change) as change, sum(change * (entered - date '2000-01-01')) as entered from (
            select entered_at::date as day, entered_at::date as entered, 1 as change
            from lifecycle_stagestay
            where workspace_id = %(workspace)s and stage_id = any(%(open)s)
            union all
            select exited_at::date, entered_at::date, -1 from lifecycle_stagestay
            where workspace_id = %(workspace)s and stage_id = any(%(open)s) and exited_at is not null
        ) moves
        group by day
    ) days
    window running as (order by day)
) course
where day between %(first)s and %(last)s
