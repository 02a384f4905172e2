-- Count who entered a stage and who reached another, by day.
--
-- parameters:
--   workspace uuid: the tenant
--   before uuid[]: the stages before
--   goal uuid: the stage to reach
--   first date: the first day
--   last date: the last day
select
    entered::date, count(*), count(reached) from (
    select
        record_id, min(entered_at) filter (where stage_id = any(%(before)s)) as entered,
        min(entered_at) filter (where stage_id = %(goal)s) as reached
    from lifecycle_stagestay
    where workspace_id = %(workspace)s and (stage_id = any(%(before)s) or stage_id = %(goal)s) group by record_id
) cohort
where entered >= %(first)s and entered < %(last)s::date + 1
group by 1
